//! Core.
mod clock;
#[cfg_attr(
    not(test),
    expect(
        dead_code,
        unused_imports,
        reason = "the gate, which verifies through it, is yet to come"
    )
)]
pub mod jwt;
mod secret;

pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use jwt::{
    Algorithm, Claims, JwtConfigError, JwtConfigErrorKind, JwtFault, JwtIssuer, JwtVerifier, KeyError,
    KeyErrorKind, MintError, MintErrorKind, SigningKey, TokenGrant, VerifyingKey,
};
pub use secret::{NoEntropy, Secret};
