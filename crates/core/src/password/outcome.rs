//! What hashing and comparing come to.

use std::fmt;

use crate::secret::NoEntropy;

/// What a comparison found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
#[non_exhaustive]
pub enum Verified {
    /// It is the password.
    Match,
    /// It is not, or there was no hash.
    Mismatch,
    /// The stored hash cannot be verified; to the client this is a mismatch, to the operator an event.
    Broken,
}

impl Verified {
    /// Whether it is the password.
    pub const fn is_match(self) -> bool {
        matches!(self, Self::Match)
    }
}

/// Why a password was not hashed or compared. [`kind`](Self::kind) says it for programs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct HashError(HashErrorKind);

/// The kinds of [`HashError`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum HashErrorKind {
    /// The password is longer than 1,024 bytes; only when one is set.
    TooLong,
    /// The memory budget was in use for as long as a call may wait. Try again later.
    Busy,
    /// The operating system gave no memory.
    OutOfMemory,
    /// The operating system gave no random bytes for a salt.
    NoEntropy,
    /// The work ended without an answer.
    Failed,
}

impl HashError {
    /// Which kind of error it is.
    pub const fn kind(self) -> HashErrorKind {
        self.0
    }
}

impl fmt::Display for HashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            HashErrorKind::TooLong => "the password is longer than 1024 bytes; use a shorter one",
            HashErrorKind::Busy => "too many passwords are being hashed; try again later",
            HashErrorKind::OutOfMemory => "there is no memory to hash a password; lower the memory budget",
            HashErrorKind::NoEntropy => "the operating system gave no random bytes",
            HashErrorKind::Failed => "hashing a password ended without an answer",
        })
    }
}

impl std::error::Error for HashError {}

impl From<HashErrorKind> for HashError {
    fn from(kind: HashErrorKind) -> Self {
        Self(kind)
    }
}

impl From<NoEntropy> for HashError {
    fn from(_: NoEntropy) -> Self {
        Self(HashErrorKind::NoEntropy)
    }
}

/// Why a [`Hasher`](super::Hasher) cannot be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum HasherError {
    /// The parameters reach no line of OWASP's list.
    TooWeak,
    /// The parameters exceed what would be verified again.
    TooCostly,
}

impl fmt::Display for HasherError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooWeak => "argon2id needs at least m=47104 t=1, m=19456 t=2, m=12288 t=3, m=9216 t=4 or m=7168 t=5, and p=1",
            Self::TooCostly => "argon2id may take at most m=262144, t=16 and p=16, and needs m=8 for each lane",
        })
    }
}

impl std::error::Error for HasherError {}
