//! One spelling for everything that people take for the same name.

use unicode_normalization::UnicodeNormalization;

/// Compatibility form, then lower case, then compatibility form again, because lower case can undo it.
///
/// Lower case is taken letter by letter, so that it does not depend on the neighbours, and a final sigma is a
/// sigma: `ΟΔΟΣ`, `οδος` and `οδοσ` are one name.
pub(crate) fn fold(text: &str) -> String {
    // Room for nearly every expansion: what is folded may be a password, and growing would leave copies.
    let mut folded = String::with_capacity(text.len() * 3);
    folded.extend(text.nfkc().flat_map(char::to_lowercase).map(plain_sigma).nfkc());
    folded
}

fn plain_sigma(letter: char) -> char {
    if letter == 'ς' { 'σ' } else { letter }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_case_width_and_final_sigma() {
        assert_eq!(fold("ＡＤＡ"), "ada");
        assert_eq!(fold("ΟΔΟΣ"), fold("οδος"));
        assert_eq!(fold("Å"), fold("A\u{30a}"));
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for letter in ('\0'..=char::MAX).step_by(7) {
            let once = fold(letter.encode_utf8(&mut [0; 4]));
            assert_eq!(fold(&once), once, "{letter:?}");
        }
    }
}
