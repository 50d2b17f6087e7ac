//! A password as somebody typed it.

use std::fmt;

use serde::Deserialize;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use zeroize::Zeroizing;

/// The longest password that is hashed, in bytes of its normalised form.
///
/// NIST SP 800-63B-4 3.1.1.2 and ASVS 6.2.9 ask for at least 64 characters; 1,024 bytes hold 256 of the
/// longest.
pub(super) const MAX_BYTES: usize = 1024;

/// The longest text that can have a normalised form of [`MAX_BYTES`]: form D takes at most three times the bytes
/// of form C in UTF-8 (UAX #15, section 9). Anything longer is not normalised at all.
const MAX_TYPED_BYTES: usize = 3 * MAX_BYTES;

/// A password as it was typed, and in Unicode normalisation form C.
///
/// Making one never fails and refuses nothing; [`PasswordPolicy`](super::PasswordPolicy) judges. `Debug` prints
/// `[redacted]`, there is no `Display`, and the memory is wiped on drop. It can stand in a request body:
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Login {
///     login: String,
///     password: portcullis::Password,
/// }
///
/// let body = r#"{"login": "ada", "password": "a quiet walk along the river"}"#;
/// let login: Login = serde_json::from_str(body)?;
/// assert_eq!(format!("{:?}", login.password), "[redacted]");
/// # assert_eq!(login.login, "ada");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Deserialize)]
#[serde(from = "String")]
pub struct Password {
    typed: Zeroizing<String>,
    /// Only where it differs from what was typed.
    normalised: Option<Zeroizing<String>>,
}

impl Password {
    /// The length in Unicode code points of the normalised form, as NIST SP 800-63B-4 3.1.1.2 counts.
    pub fn length(&self) -> usize {
        self.expose().chars().count()
    }

    /// The normalised text itself. Whoever asks takes care of it.
    pub fn expose(&self) -> &str {
        self.normalised.as_ref().unwrap_or(&self.typed)
    }

    /// The bytes to hash for a record that says how it was made.
    pub(super) fn bytes(&self, form: Form) -> &[u8] {
        match form {
            Form::Normalised => self.expose().as_bytes(),
            Form::Typed => self.typed.as_bytes(),
        }
    }

    pub(super) fn too_long(&self) -> bool {
        self.typed.len() > MAX_TYPED_BYTES || self.expose().len() > MAX_BYTES
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        let typed = Zeroizing::new(text);
        let normalised = normalised(&typed);
        Self { typed, normalised }
    }
}

impl From<&str> for Password {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Which spelling of a password a hash was made over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Form {
    /// Normalisation form C: every hash made here.
    Normalised,
    /// As it was typed: hashes made elsewhere.
    Typed,
}

fn normalised(typed: &str) -> Option<Zeroizing<String>> {
    if typed.len() > MAX_TYPED_BYTES || is_nfc(typed) {
        return None;
    }
    // The most that form C can need (UAX #15, section 9): growing would leave copies behind.
    let mut text = Zeroizing::new(String::with_capacity(typed.len() * 3));
    text.extend(typed.nfc());
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P-06 A code point counts as one, however many bytes it takes, and both spellings count alike.
    #[test]
    fn length_is_in_code_points() {
        assert_eq!(Password::from("pässword").length(), 8);
        assert_eq!(Password::from("pa\u{308}ssword").length(), 8);
        assert_eq!(Password::from("🔐🔑").length(), 2);
    }

    /// P-10, P-11 Only the normal form changes: neither case nor space is touched.
    #[test]
    fn only_the_normal_form_changes() {
        assert_eq!(Password::from(" Pa\u{308} ").expose(), " P\u{e4} ");
        assert_eq!(Password::from(" Pa\u{308} ").bytes(Form::Typed), " Pa\u{308} ".as_bytes());
        assert_eq!(Password::from("ﬁ").expose(), "ﬁ");
    }

    /// P-07 The two spellings of one password are too long together.
    #[test]
    fn both_spellings_are_too_long_together() {
        for (count, too_long) in [(MAX_BYTES / 3, false), (MAX_BYTES / 3 + 1, true)] {
            assert_eq!(Password::from("각".repeat(count)).too_long(), too_long);
            assert_eq!(Password::from("\u{1100}\u{1161}\u{11a8}".repeat(count)).too_long(), too_long);
        }
        assert!(Password::from("\u{1100}\u{1161}\u{11a8}".repeat(1_000)).too_long());
    }

    /// P-23 `Debug` prints nothing of it.
    #[test]
    fn shows_nothing() {
        assert_eq!(format!("{:?}", Some(Password::from("sesame"))), "Some([redacted])");
    }
}
