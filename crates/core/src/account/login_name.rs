//! The name that somebody logs in with, in the one form that is stored and compared.

use std::{fmt, str::FromStr};

use crate::password::fold;

/// The longest canonical name, in bytes: the longest e-mail address (RFC 5321 4.5.3.1.3, without the brackets).
const MAX_BYTES: usize = 254;

/// The longest text that is looked at, in bytes: four times that, since no letter of one byte is written with more
/// than four.
const MAX_TYPED_BYTES: usize = 4 * MAX_BYTES;

/// A login name in canonical form: compatibility form (NFKC), lower case, NFKC again, without surrounding space.
///
/// Two spellings that look alike in this sense are one name (CVE-2019-19844 is what happens where look-up and
/// mail disagree about it). Letters of different scripts that look alike are different names. A trailing
/// dot is kept: it belongs to the name.
///
/// ```
/// use portcullis::LoginName;
///
/// let name: LoginName = " Ａda@Example.ORG ".parse()?;
/// assert_eq!(name.as_str(), "ada@example.org");
/// # Ok::<(), portcullis::LoginNameFault>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct LoginName(String);

impl LoginName {
    /// The canonical form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Accepts what has 1 to 254 bytes in canonical form and no invisible character.
impl TryFrom<&str> for LoginName {
    type Error = LoginNameFault;

    fn try_from(text: &str) -> Result<Self, LoginNameFault> {
        let text = text.trim();
        if text.len() > MAX_TYPED_BYTES {
            return Err(LoginNameFault::TooLong);
        }
        // Folding makes spaces of other characters.
        let folded = fold(text);
        let name = folded.trim();
        if name.is_empty() {
            return Err(LoginNameFault::Empty);
        }
        if name.len() > MAX_BYTES {
            return Err(LoginNameFault::TooLong);
        }
        if name.contains(is_invisible) {
            return Err(LoginNameFault::Invisible);
        }
        Ok(Self(name.to_owned()))
    }
}

impl FromStr for LoginName {
    type Err = LoginNameFault;

    fn from_str(text: &str) -> Result<Self, LoginNameFault> {
        Self::try_from(text)
    }
}

impl AsRef<str> for LoginName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is no login name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum LoginNameFault {
    /// There is nothing but space.
    Empty,
    /// It is longer than 254 bytes in canonical form.
    TooLong,
    /// It has a control character, a line break, or a character that cannot be seen.
    Invisible,
}

impl fmt::Display for LoginNameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the login name is empty",
            Self::TooLong => "the login name is longer than 254 bytes",
            Self::Invisible => "the login name has a character that cannot be seen",
        })
    }
}

impl std::error::Error for LoginNameFault {}

/// Control characters, spaces other than the plain one, and what is ignorable in display: by these a name
/// would look like another.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || (letter.is_whitespace() && letter != ' ')
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Result<LoginName, LoginNameFault> {
        text.parse()
    }

    /// L-10, R-09 Case, surrounding space, width and composition make no second account.
    #[test]
    fn variants_are_one_name() {
        for variant in
            ["zoë@x.org", " ZOË@X.ORG\t", "zoe\u{308}@x.org", "ｚｏë＠ｘ．ｏｒｇ", "\u{a0}Zoë@x.org\u{3000}"]
        {
            assert_eq!(name(variant), name("Zoë@x.org"), "{variant:?}");
        }
        assert_eq!(name("ΟΔΟΣ"), name("οδος"));
        assert_eq!(name("\u{212a}im"), name("kim"));
    }

    /// L-10 What is another name stays another: nothing but the canonical form is altered.
    #[test]
    fn other_names_stay_apart() {
        for other in ["zoe@x.org", "zoë@x.org.", "zo ë@x.org"] {
            assert_ne!(name(other).unwrap(), name("zoë@x.org").unwrap());
        }
        assert_ne!(name("mıke@x.org"), name("mike@x.org"));
    }

    /// L-10 A canonical name is its own canonical form.
    #[test]
    fn parsing_twice_changes_nothing() {
        for letter in ('\0'..=char::MAX).step_by(7) {
            if let Ok(once) = name(&format!("a{letter}a")) {
                assert_eq!(name(once.as_str()), Ok(once));
            }
        }
    }

    /// L-10 Bounds, and what cannot be seen.
    #[test]
    fn refuses_what_is_no_name() {
        assert_eq!(name(" \u{3000} "), Err(LoginNameFault::Empty));
        assert_eq!(name(&"a".repeat(254)).map(|name| name.as_str().len()), Ok(254));
        assert_eq!(name(&"a".repeat(255)), Err(LoginNameFault::TooLong));
        assert_eq!(name(&"\u{fdfa}".repeat(200)), Err(LoginNameFault::TooLong));
        for bad in ["a\0b", "a\nb", "ad\u{200b}a", "ad\u{202e}a", "ad\u{ad}a", "a\u{2028}b"] {
            assert_eq!(name(bad), Err(LoginNameFault::Invisible), "{bad:?}");
        }
    }
}
