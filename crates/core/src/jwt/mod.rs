//! JSON Web Tokens: access tokens that an issuer signed, verified without asking anybody.
//!
//! [`JwtVerifier`] judges tokens of one issuer for one audience, [`JwtIssuer`] mints them. A key is bound to
//! exactly one [`Algorithm`] and parsed once. The rules, in the order in which they are checked:
//!
//! 1. A token is at most 8 KiB long: three parts of canonical base64url, without padding.
//! 2. The header is one JSON object without repeated members. It holds neither `crit` nor `b64`, for no
//!    extension is implemented; `jwk`, `jku`, `x5u` and `x5c` are read over and never select a key.
//! 3. A `kid` is the exact name of a configured key. A token without one is accepted only where a single
//!    configured key has its `alg`; keys are never tried one after another.
//! 4. `alg` is, byte for byte, the algorithm of that key.
//! 5. `typ` is `at+jwt` ([RFC 9068]); [`JwtVerifier::general`] accepts others.
//! 6. The signature is the key's. Nothing in the payload is read before.
//! 7. The payload is one JSON object without repeated members, nested at most 32 levels. `iss`, `exp`, `aud`,
//!    `sub`, `client_id`, `iat` and `jti` are there, and each registered claim has its exact type.
//! 8. `iss` and one `aud` equal the expected ones byte for byte; `nbf` and `iat` do not lie ahead of the
//!    clock by more than the leeway, 30 seconds by default.
//! 9. The claims read as the application's own type.
//! 10. Last, `exp` has not passed, with the same leeway: so a token that was good is told apart from one that
//!     never was.
//!
//! ```
//! use portcullis::{
//!     Algorithm, Clock, JwtConfigErrorKind, JwtIssuer, JwtVerifier, Secret, SigningKey, SystemClock,
//!     TokenGrant, VerifyingKey,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = SigningKey::ed25519_from_seed(&Secret::random(32)?)?;
//! let public = key.verifying_key();
//! let issuer = JwtIssuer::new("https://id.example", "https://api.example", key);
//! let grant = TokenGrant::new("user-1", "web").scopes(["orders:read"]);
//! let token = issuer.mint(&grant, SystemClock.now())?;
//! assert_eq!(token.expose().split('.').count(), 3);
//!
//! let verifier = JwtVerifier::<portcullis::Claims>::new(
//!     "https://id.example",
//!     "https://api.example",
//!     [public.clone()],
//! )?;
//!
//! // A shared secret beside a public key would let that public key pass for a secret.
//! let shared = VerifyingKey::from_secret(Algorithm::HS256, &Secret::random(32)?)?;
//! let mixed = JwtVerifier::<portcullis::Claims>::new("https://id.example", "a", [public, shared]);
//! assert_eq!(mixed.unwrap_err().kind(), JwtConfigErrorKind::MixedKeys);
//! # Ok(())
//! # }
//! ```
//!
//! [RFC 9068]: https://www.rfc-editor.org/rfc/rfc9068

mod algorithm;
mod claims;
mod error;
mod fault;
mod flow;
mod header;
mod issue;
mod json;
mod jwk;
mod key;
mod keys;
mod public;
mod rules;
mod sign;
mod token;
mod verified;
mod verify;

#[cfg(test)]
mod tests;

pub use algorithm::Algorithm;
pub use claims::Claims;
pub use error::{JwtConfigError, JwtConfigErrorKind, KeyError, KeyErrorKind, MintError, MintErrorKind};
pub use fault::JwtFault;
pub(crate) use flow::judge;
pub use issue::{JwtIssuer, MintedToken, TokenGrant};
pub use key::VerifyingKey;
pub use sign::SigningKey;
pub(crate) use verified::{Verified, VerifyJwt};
pub use verify::JwtVerifier;
