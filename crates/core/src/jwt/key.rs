//! Keys that verify: one algorithm each, parsed once.

use std::{fmt, sync::Arc};

use aws_lc_rs::{hmac, signature::ParsedPublicKey};
use jsonwebtoken::{DecodingKey, DecodingKeyKind};

use super::{Algorithm, KeyError, KeyErrorKind, algorithm::Family, jwk, public::Public};
use crate::Secret;

/// A key that verifies tokens of exactly one algorithm.
///
/// It is parsed and checked when it is made; cloning it is cheap. `Debug` shows algorithm and `kid`.
#[derive(Clone)]
pub struct VerifyingKey {
    algorithm: Algorithm,
    kid: Option<Arc<str>>,
    check: Arc<Check>,
}

enum Check {
    Mac(Box<hmac::Key>),
    Signature { key: ParsedPublicKey, public: Public },
}

impl VerifyingKey {
    /// A shared secret for HMAC, at least as long as the hash: 32, 48 or 64 bytes (RFC 7518 section 3.2).
    ///
    /// # Errors
    /// [`KeyErrorKind::Mismatch`] if `algorithm` is not HMAC or the secret is the text of a PEM,
    /// [`KeyErrorKind::Length`] if it is too short.
    pub fn from_secret(algorithm: Algorithm, secret: &Secret) -> Result<Self, KeyError> {
        let key = hmac_key(algorithm, secret.expose())?;
        Ok(Self { algorithm, kid: None, check: Arc::new(Check::Mac(Box::new(key))) })
    }

    /// A public key in PEM: `PUBLIC KEY`, or `RSA PUBLIC KEY` for RSA. A `CERTIFICATE` is read for its key
    /// alone: neither its dates nor its issuer are judged.
    ///
    /// # Errors
    /// [`KeyErrorKind::Format`] if it cannot be read as such a key, [`KeyErrorKind::Mismatch`] for another
    /// curve, [`KeyErrorKind::Length`] and [`KeyErrorKind::Weak`] for unsafe numbers.
    pub fn from_pem(algorithm: Algorithm, pem: &[u8]) -> Result<Self, KeyError> {
        let key = match algorithm.family() {
            Family::Hmac => return Err(KeyError::new(KeyErrorKind::Mismatch)),
            Family::Rsa => DecodingKey::from_rsa_pem(pem),
            Family::Ec => DecodingKey::from_ec_pem(pem),
            Family::Ed => DecodingKey::from_ed_pem(pem),
        };
        match key.as_ref().map(DecodingKey::kind) {
            Ok(DecodingKeyKind::SecretOrDer(inner)) => Self::from_inner(algorithm, inner),
            _ => Err(KeyError::new(KeyErrorKind::Format)),
        }
    }

    /// One key as a JSON Web Key (RFC 7517): an `RSA`, `EC` or `OKP` public key, or an `oct` secret.
    ///
    /// Its `alg`, `use` and `key_ops`, where present, must permit verifying with `algorithm`. The key takes
    /// its `kid`.
    ///
    /// # Errors
    /// [`KeyErrorKind::Format`] for text that is no such object, [`KeyErrorKind::Mismatch`] for another type,
    /// curve or `alg`, [`KeyErrorKind::Usage`], [`KeyErrorKind::Private`] for a private key, and
    /// [`KeyErrorKind::Length`] and [`KeyErrorKind::Weak`] for unsafe numbers.
    pub fn from_jwk(algorithm: Algorithm, json: &str) -> Result<Self, KeyError> {
        jwk::read(algorithm, json)
    }

    /// What stands inside a `SubjectPublicKeyInfo`.
    pub(super) fn from_inner(algorithm: Algorithm, inner: &[u8]) -> Result<Self, KeyError> {
        Self::from_public(algorithm, Public::from_inner(algorithm, inner)?)
    }

    pub(super) fn from_public(algorithm: Algorithm, public: Public) -> Result<Self, KeyError> {
        let key = public.parse(algorithm)?;
        Ok(Self { algorithm, kid: None, check: Arc::new(Check::Signature { key, public }) })
    }

    /// Names the key, in place of any earlier name. A token's `kid` must equal it byte for byte.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = Some(kid.into().into());
        self
    }

    /// The one algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's name.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The key as a JWK, for a `jwks.json`; `None` for HMAC, whose key is never shown.
    pub fn to_jwk(&self) -> Option<String> {
        self.public()?.to_jwk(self.algorithm, self.kid())
    }

    /// The SHA-256 thumbprint of RFC 7638 in base64url; `None` for HMAC, where it would be a hash of the secret.
    pub fn thumbprint(&self) -> Option<String> {
        self.public().map(Public::thumbprint)
    }

    fn public(&self) -> Option<&Public> {
        match &*self.check {
            Check::Mac(_) => None,
            Check::Signature { public, .. } => Some(public),
        }
    }

    pub(super) fn is_hmac(&self) -> bool {
        self.algorithm.family() == Family::Hmac
    }

    /// Whether `signature` is this key's over `signed`. An HMAC is compared in constant time, full length.
    pub(super) fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool {
        match &*self.check {
            Check::Mac(key) => hmac::verify(key, signed, signature).is_ok(),
            Check::Signature { key, .. } => key.verify_sig(signed, signature).is_ok(),
        }
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("algorithm", &self.algorithm)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// Schedules an HMAC key. A PEM is refused as a secret: everybody may know it.
pub(super) fn hmac_key(algorithm: Algorithm, secret: &[u8]) -> Result<hmac::Key, KeyError> {
    let (hash, length) = match algorithm {
        Algorithm::HS256 => (hmac::HMAC_SHA256, 32),
        Algorithm::HS384 => (hmac::HMAC_SHA384, 48),
        Algorithm::HS512 => (hmac::HMAC_SHA512, 64),
        _ => return Err(KeyError::new(KeyErrorKind::Mismatch)),
    };
    if secret.trim_ascii_start().starts_with(b"-----BEGIN ") {
        return Err(KeyError::new(KeyErrorKind::Mismatch));
    }
    if secret.len() < length {
        return Err(KeyError::new(KeyErrorKind::Length));
    }
    Ok(hmac::Key::new(hash, secret))
}
