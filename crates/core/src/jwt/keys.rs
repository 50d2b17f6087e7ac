//! The keys of one issuer, and which of them a header means.

use super::{Algorithm, JwtConfigError, JwtConfigErrorKind, JwtFault, VerifyingKey, header::Header};

/// The keys of one issuer: all HMAC or none, and each can be meant by some header.
#[derive(Debug)]
pub(super) struct Keys(Vec<VerifyingKey>);

impl Keys {
    pub(super) fn new(keys: Vec<VerifyingKey>) -> Result<Self, JwtConfigError> {
        let Some(first) = keys.first() else {
            return Err(JwtConfigError::new(JwtConfigErrorKind::NoKeys));
        };
        if keys.iter().any(|key| key.is_hmac() != first.is_hmac()) {
            return Err(JwtConfigError::new(JwtConfigErrorKind::MixedKeys));
        }
        for (at, key) in keys.iter().enumerate() {
            if let Some(kind) = keys.iter().skip(at + 1).find_map(|other| clash(key, other)) {
                return Err(JwtConfigError::new(kind));
            }
        }
        Ok(Self(keys))
    }

    /// The key of exactly the header's `kid`; without a `kid`, the only key of its algorithm.
    ///
    /// Nothing else in a header selects a key, and never is one key after another tried.
    pub(super) fn select(&self, header: &Header<'_>) -> Result<&VerifyingKey, JwtFault> {
        let algorithm = Algorithm::named(&header.alg).ok_or(JwtFault::Algorithm)?;
        if header.kid.is_some() {
            let mut named = self.0.iter().filter(|key| key.kid() == header.kid.as_deref());
            let key = named.next().ok_or(JwtFault::UnknownKey)?;
            return (key.algorithm() == algorithm).then_some(key).ok_or(JwtFault::Algorithm);
        }
        let mut keys = self.0.iter().filter(|key| key.algorithm() == algorithm);
        match (keys.next(), keys.next()) {
            (Some(key), None) => Ok(key),
            (None, _) => Err(JwtFault::Algorithm),
            (Some(_), Some(_)) => Err(JwtFault::UnknownKey),
        }
    }
}

/// Why no header could tell these two keys apart.
fn clash(one: &VerifyingKey, other: &VerifyingKey) -> Option<JwtConfigErrorKind> {
    if one.kid().is_some() && one.kid() == other.kid() {
        return Some(JwtConfigErrorKind::DuplicateKid);
    }
    let unnamed = one.kid().is_none() || other.kid().is_none();
    (unnamed && one.algorithm() == other.algorithm()).then_some(JwtConfigErrorKind::MissingKid)
}
