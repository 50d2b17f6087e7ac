//! Keys that sign.

use std::fmt;

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    rsa,
    signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaEncoding},
};
use jsonwebtoken::EncodingKey;

use super::{Algorithm, KeyError, KeyErrorKind, VerifyingKey, algorithm::Family, key::hmac_key};
use crate::Secret;

/// A key that signs tokens with exactly one algorithm. `Debug` shows algorithm and `kid`.
pub struct SigningKey {
    signer: Signer,
    public: VerifyingKey,
}

enum Signer {
    Mac(Box<hmac::Key>),
    Rsa(rsa::KeyPair, &'static dyn RsaEncoding),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

impl SigningKey {
    /// A shared secret for HMAC, at least as long as the hash: 32, 48 or 64 bytes (RFC 7518 section 3.2).
    ///
    /// It has no `kid` unless [`with_kid`](Self::with_kid) gives it one.
    ///
    /// # Errors
    /// As [`VerifyingKey::from_secret`].
    pub fn from_secret(algorithm: Algorithm, secret: &Secret) -> Result<Self, KeyError> {
        let public = VerifyingKey::from_secret(algorithm, secret)?;
        let signer = Signer::Mac(Box::new(hmac_key(algorithm, secret.expose())?));
        Ok(Self { signer, public })
    }

    /// An unencrypted private key in PEM: `PRIVATE KEY` (PKCS#8), or `RSA PRIVATE KEY` for RSA.
    ///
    /// Its `kid` is its [thumbprint](VerifyingKey::thumbprint).
    ///
    /// # Errors
    /// [`KeyErrorKind::Format`] if it cannot be read as a private key of the type `algorithm` needs,
    /// [`KeyErrorKind::Mismatch`] for HMAC, [`KeyErrorKind::Length`] and [`KeyErrorKind::Weak`] for unsafe
    /// numbers.
    pub fn from_pem(algorithm: Algorithm, pem: &[u8]) -> Result<Self, KeyError> {
        let key = match algorithm.family() {
            Family::Hmac => return Err(KeyError::new(KeyErrorKind::Mismatch)),
            Family::Rsa => EncodingKey::from_rsa_pem(pem),
            Family::Ec => EncodingKey::from_ec_pem(pem),
            Family::Ed => EncodingKey::from_ed_pem(pem),
        };
        let key = key.map_err(|_| KeyError::new(KeyErrorKind::Format))?;
        let signer = Signer::from_der(algorithm, key.as_bytes())?;
        Self::named_by_thumbprint(algorithm, signer)
    }

    /// An Ed25519 key from its 32-byte seed, for [`Algorithm::EdDSA`]. Its `kid` is its thumbprint.
    ///
    /// # Errors
    /// [`KeyErrorKind::Length`] if the seed has not 32 bytes.
    pub fn ed25519_from_seed(seed: &Secret) -> Result<Self, KeyError> {
        if seed.expose().len() != 32 {
            return Err(KeyError::new(KeyErrorKind::Length));
        }
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose());
        let pair = pair.map_err(|_| KeyError::new(KeyErrorKind::Weak))?;
        Self::named_by_thumbprint(Algorithm::EdDSA, Signer::Ed(pair))
    }

    fn named_by_thumbprint(algorithm: Algorithm, signer: Signer) -> Result<Self, KeyError> {
        let public = VerifyingKey::from_inner(algorithm, signer.public())?;
        let kid = public.thumbprint().unwrap_or_default();
        Ok(Self { signer, public: public.with_kid(kid) })
    }

    /// Names the key, in place of any earlier name.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.public = self.public.with_kid(kid);
        self
    }

    /// The key that verifies what this one signs, with the same `kid`.
    pub fn verifying_key(&self) -> VerifyingKey {
        self.public.clone()
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    pub(super) fn kid(&self) -> Option<&str> {
        self.public.kid()
    }

    /// The signature over `message`, or `None` if the cryptography failed.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        match &self.signer {
            Signer::Mac(key) => Some(hmac::sign(key, message).as_ref().to_vec()),
            Signer::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &SystemRandom::new(), message, &mut signature).ok()?;
                Some(signature)
            }
            Signer::Ec(pair) => Some(pair.sign(&SystemRandom::new(), message).ok()?.as_ref().to_vec()),
            Signer::Ed(pair) => Some(pair.try_sign(message).ok()?.as_ref().to_vec()),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("algorithm", &self.algorithm())
            .field("kid", &self.kid())
            .finish_non_exhaustive()
    }
}

impl Signer {
    /// Reads an `RSAPrivateKey`, or PKCS#8 for the curves.
    fn from_der(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        let pair = match algorithm {
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => {
                return Err(KeyError::new(KeyErrorKind::Mismatch));
            }
            Algorithm::RS256 => Self::rsa(der, &signature::RSA_PKCS1_SHA256),
            Algorithm::RS384 => Self::rsa(der, &signature::RSA_PKCS1_SHA384),
            Algorithm::RS512 => Self::rsa(der, &signature::RSA_PKCS1_SHA512),
            Algorithm::PS256 => Self::rsa(der, &signature::RSA_PSS_SHA256),
            Algorithm::PS384 => Self::rsa(der, &signature::RSA_PSS_SHA384),
            Algorithm::PS512 => Self::rsa(der, &signature::RSA_PSS_SHA512),
            Algorithm::ES256 => {
                EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, der).map(Self::Ec)
            }
            Algorithm::ES384 => {
                EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P384_SHA384_FIXED_SIGNING, der).map(Self::Ec)
            }
            Algorithm::EdDSA => Ed25519KeyPair::from_pkcs8(der).map(Self::Ed),
        };
        pair.map_err(|_| KeyError::new(KeyErrorKind::Format))
    }

    fn rsa(der: &[u8], encoding: &'static dyn RsaEncoding) -> Result<Self, aws_lc_rs::error::KeyRejected> {
        rsa::KeyPair::from_der(der).map(|pair| Self::Rsa(pair, encoding))
    }

    /// What stands inside the public key's `SubjectPublicKeyInfo`; empty for HMAC.
    fn public(&self) -> &[u8] {
        match self {
            Self::Mac(_) => &[],
            Self::Rsa(pair, _) => pair.public_key().as_ref(),
            Self::Ec(pair) => pair.public_key().as_ref(),
            Self::Ed(pair) => pair.public_key().as_ref(),
        }
    }
}
