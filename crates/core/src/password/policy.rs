//! What may be set as a password.

use std::fmt;

use zeroize::Zeroizing;

use super::{common::COMMON, fold, text::MAX_BYTES, text::Password};

/// The minimum where a password is the only factor (NIST SP 800-63B-4 3.1.1.2).
const MIN: usize = 15;
/// The minimum where a second factor must be used (NIST SP 800-63B-4 3.1.1.2, ASVS 6.2.1), and the longest minimum
/// that still accepts every password of 64 characters (ASVS 6.2.9).
const MIN_RANGE: std::ops::RangeInclusive<usize> = 8..=64;

/// Judges a password when it is set or changed; never at login.
///
/// The whole password is compared, without regard to case and width, with the login name, the configured words and
/// the passwords that everybody tries first; a password that merely contains one is accepted. Nothing is said
/// about which characters to use (NIST SP 800-63B-4 3.1.1.2, ASVS 6.2.5); code points that Unicode has not
/// assigned yet are not looked for.
#[derive(Clone, Debug)]
pub struct PasswordPolicy {
    min: usize,
    words: Vec<String>,
}

impl PasswordPolicy {
    /// At least 15 code points, at most 1,024 bytes.
    pub fn new() -> Self {
        Self { min: MIN, words: Vec::new() }
    }

    /// Another minimum, in code points: 8 where every account must use a second factor.
    ///
    /// # Errors
    /// [`PasswordPolicyError`] below 8 and above 64.
    pub fn min_length(mut self, code_points: usize) -> Result<Self, PasswordPolicyError> {
        if !MIN_RANGE.contains(&code_points) {
            return Err(PasswordPolicyError);
        }
        self.min = code_points;
        Ok(self)
    }

    /// Refuses these too: the service's name, the company's, whatever its users would think of first.
    #[must_use]
    pub fn refuse<W: AsRef<str>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
        self.words.extend(words.into_iter().map(|word| fold(word.as_ref())));
        self
    }

    /// Whether `password` may be set for the account that logs in as `login`.
    ///
    /// # Errors
    /// The first [`PasswordFault`] found, in the order in which they are listed.
    pub fn check(&self, password: &Password, login: &str) -> Result<(), PasswordFault> {
        if password.too_long() {
            return Err(PasswordFault::TooLong { max: MAX_BYTES });
        }
        if password.length() < self.min {
            return Err(PasswordFault::TooShort { min: self.min });
        }
        self.check_guessable(password, login)
    }

    fn check_guessable(&self, password: &Password, login: &str) -> Result<(), PasswordFault> {
        let folded = Zeroizing::new(fold(password.expose()));
        if *folded == fold(login.trim()) {
            return Err(PasswordFault::Login);
        }
        if self.words.contains(&folded) {
            return Err(PasswordFault::Word);
        }
        if COMMON.contains(&folded.as_str()) {
            return Err(PasswordFault::Common);
        }
        Ok(())
    }
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// Why a password may not be set. The text is fit for the person who chose it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PasswordFault {
    /// It is longer than can be hashed.
    TooLong {
        /// The maximum, in bytes.
        max: usize,
    },
    /// It is shorter than the policy's minimum.
    TooShort {
        /// The minimum, in code points.
        min: usize,
    },
    /// It is the login name.
    Login,
    /// It is one of the policy's own words.
    Word,
    /// It is one of the passwords that are tried first.
    Common,
}

impl fmt::Display for PasswordFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { max } => write!(f, "the password is longer than {max} bytes"),
            Self::TooShort { min } => write!(f, "the password has fewer than {min} characters"),
            Self::Login => f.write_str("the password is the login name"),
            Self::Word => f.write_str("the password is a word that is easy to guess here"),
            Self::Common => f.write_str("the password is one of those that are tried first"),
        }
    }
}

impl std::error::Error for PasswordFault {}

/// The minimum length is below 8 code points or above 64.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PasswordPolicyError;

impl fmt::Display for PasswordPolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the minimum length of a password must be from 8 to 64 code points")
    }
}

impl std::error::Error for PasswordPolicyError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), PasswordFault> {
        PasswordPolicy::new()
            .refuse(["Harbour Lights Orders"])
            .check(&Password::from(password), " Ada.Lovelace@x.org")
    }

    /// P-06 Fourteen code points are too few, fifteen enough, whatever they are made of.
    #[test]
    fn counts_code_points() {
        assert_eq!(check(&"é".repeat(14)), Err(PasswordFault::TooShort { min: 15 }));
        assert_eq!(check(&"é".repeat(15)), Ok(()));
        assert_eq!(check(&"e\u{301}".repeat(14)), Err(PasswordFault::TooShort { min: 15 }));
    }

    /// P-06 Eight is the least that can be configured.
    #[test]
    fn the_minimum_is_bounded() {
        assert!(PasswordPolicy::new().min_length(7).is_err());
        assert!(PasswordPolicy::new().min_length(65).is_err());
        let eight = PasswordPolicy::new().min_length(8).unwrap();
        assert_eq!(eight.check(&Password::from("tuneful!"), "ada"), Ok(()));
    }

    /// P-07 64 and 1,024 are accepted; one more is refused, not cut.
    #[test]
    fn long_ones_are_accepted_up_to_the_maximum() {
        assert_eq!(check(&"xy".repeat(32)), Ok(()));
        assert_eq!(check(&"x".repeat(1024)), Ok(()));
        assert_eq!(check(&"x".repeat(1025)), Err(PasswordFault::TooLong { max: 1024 }));
    }

    /// P-09 No composition rules.
    #[test]
    fn any_characters_will_do() {
        for good in [
            "739104826650182",
            "only spaces and letters",
            "🦀🐙🦑🦐🦞🐡🐠🐟🐬🐳🐋🦈🐊🐢🐍",
            "山川草木花鳥風月雪月花春夏秋冬",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    /// P-12 The whole password is compared, in any case; a part of it is not.
    #[test]
    fn the_obvious_is_refused() {
        assert_eq!(check("ada.LOVELACE@x.org"), Err(PasswordFault::Login));
        assert_eq!(check("harbour lights orders"), Err(PasswordFault::Word));
        assert_eq!(check("PasswordPassword"), Err(PasswordFault::Common));
        assert_eq!(check("passwordpassword and a seagull"), Ok(()));
    }

    /// P-12 Every entry can be met: it is folded, and long enough for the smallest minimum.
    #[test]
    fn the_list_is_folded() {
        for entry in COMMON {
            assert_eq!(fold(entry), *entry);
            assert!(entry.chars().count() >= *MIN_RANGE.start(), "{entry}");
        }
    }
}
