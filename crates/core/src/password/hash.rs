//! A password as the store keeps it.

use std::{fmt, str::FromStr};

use argon2::password_hash::phc::Output;

use super::recipe::Recipe;
use crate::secret::same;

/// A hashed password: a PHC string such as `$argon2id$v=19$m=19456,t=2,p=1,keyid=bmZj$…$…`.
///
/// The `keyid` (`nfc` in base64, a hint that takes no part in the computation) marks hashes over the
/// normalised password; [`Hasher::hash`](super::Hasher::hash) sets it. Keep the string as it is.
///
/// `Debug` prints `[redacted]`; equality takes constant time for a given length.
///
/// ```
/// use portcullis::{PasswordHash, PasswordHashFault};
///
/// let planted = "$argon2id$v=19$m=4194304,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$7uNiR3wrM38nReXn+q8MJZL0hGJCbgPeRpwSehwDVgU";
/// assert_eq!(planted.parse::<PasswordHash>(), Err(PasswordHashFault::TooCostly));
/// ```
#[derive(Clone)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Whatever the store holds, even if it cannot be verified.
    ///
    /// For stores: an account whose hash is damaged must cost a login as much as any other, and the
    /// [`Hasher`](super::Hasher) sees to that, answering [`Verified::Broken`](super::Verified). To judge a hash
    /// when it is imported, parse it.
    pub fn from_store(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The PHC string, to be kept. Treat it like a secret: whoever has it can guess offline.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn read(&self) -> Result<(Recipe, Output), PasswordHashFault> {
        Recipe::parse(&self.0)
    }
}

/// Accepts what can be verified: argon2id, argon2i or argon2d, version 16 or 19, at most 256 MiB, 16 passes and
/// 16 lanes, a salt of 8 to 48 bytes and a tag of 10 to 64.
impl TryFrom<String> for PasswordHash {
    type Error = PasswordHashFault;

    fn try_from(text: String) -> Result<Self, PasswordHashFault> {
        Recipe::parse(&text)?;
        Ok(Self(text))
    }
}

impl FromStr for PasswordHash {
    type Err = PasswordHashFault;

    fn from_str(text: &str) -> Result<Self, PasswordHashFault> {
        Self::try_from(text.to_owned())
    }
}

impl PartialEq for PasswordHash {
    fn eq(&self, other: &Self) -> bool {
        same(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl Eq for PasswordHash {}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Why a text cannot be verified as a password hash.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PasswordHashFault {
    /// It is no complete PHC string.
    Malformed,
    /// It names a function or a version that is not known here.
    Foreign,
    /// It asks for more memory, passes or lanes than the bounds allow, or for fewer than argon2 can do with.
    TooCostly,
}

impl fmt::Display for PasswordHashFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "this is no complete PHC string",
            Self::Foreign => "the hash names a function or version that is not known here",
            Self::TooCostly => "the hash's parameters are outside the bounds: 8 KiB a lane to 256 MiB, 1 to 16 passes, 1 to 16 lanes",
        })
    }
}

impl std::error::Error for PasswordHashFault {}
