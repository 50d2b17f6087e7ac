//! Passwords: what may be set, how it is kept, and how it is compared.
//!
//! 1. A [`Password`] is compared in Unicode normalisation form C, so that two keyboards spell one password;
//!    nothing else about it is altered: no trimming, no case folding, no truncation.
//! 2. A [`PasswordPolicy`] judges a password when it is *set*, never at login: its length in code points, a
//!    maximum in bytes, and a list of passwords that everybody tries. There are no composition rules.
//! 3. A [`PasswordHash`] is a PHC string, argon2id by default. Its `keyid` says that it was made over the
//!    normalised password; a hash without that mark is verified over the password as typed.
//! 4. Verification uses the parameters of the *stored* hash, and refuses them before it allocates anything
//!    if they exceed the bounds.
//! 5. A login costs exactly one argon2 run, also for an unknown name, a broken hash, or a password of a
//!    megabyte.
//! 6. Hashing runs beside the async workers, behind a memory budget. Whoever waits too long for a share of it
//!    is told [`HashErrorKind::Busy`]; a share is given back when the hashing ends, not when the request does.
//!
//! ```
//! use portcullis::{Hasher, Password, PasswordFault, PasswordPolicy, Verified};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), portcullis::HashError> {
//! let policy = PasswordPolicy::new();
//! let short = policy.check(&Password::from("sesame"), "ada");
//! assert_eq!(short, Err(PasswordFault::TooShort { min: 15 }));
//!
//! let password = Password::from("a quiet walk along the river");
//! assert_eq!(policy.check(&password, "ada"), Ok(()));
//!
//! let hasher = Hasher::new();
//! let hash = hasher.hash(&password).await?;
//! assert_eq!(hasher.verify(&password, Some(&hash)).await?, Verified::Match);
//! assert_eq!(hasher.verify(&Password::from("sesame"), Some(&hash)).await?, Verified::Mismatch);
//! assert_eq!(hasher.verify(&password, None).await?, Verified::Mismatch);
//! # Ok(())
//! # }
//! ```

mod budget;
mod common;
mod cost;
mod fold;
mod hash;
mod hasher;
mod outcome;
mod policy;
mod recipe;
mod text;

#[cfg(test)]
mod tests;

pub(crate) use fold::fold;
pub use {
    hash::{PasswordHash, PasswordHashFault},
    hasher::Hasher,
    outcome::{HashError, HashErrorKind, HasherError, Verified},
    policy::{PasswordFault, PasswordPolicy, PasswordPolicyError},
    text::Password,
};
