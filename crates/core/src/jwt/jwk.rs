//! Reading one JSON Web Key (RFC 7517).

use data_encoding::BASE64URL_NOPAD;
use serde::de::MapAccess;

use super::{
    Algorithm, KeyError, KeyErrorKind, VerifyingKey,
    algorithm::Family,
    json::{self, Members, Text, once},
    public::{Public, coordinate, curve},
};
use crate::Secret;

/// Reads a JWK for verifying with `algorithm`.
pub(super) fn read(algorithm: Algorithm, json: &str) -> Result<VerifyingKey, KeyError> {
    let jwk: Jwk<'_> = json::read(json).ok_or(KeyError::new(KeyErrorKind::Format))?;
    jwk.permits(algorithm)?;
    let key = match algorithm.family() {
        Family::Hmac => VerifyingKey::from_secret(algorithm, &Secret::new(bytes(jwk.k.as_ref())?)),
        _ => VerifyingKey::from_public(algorithm, jwk.public(algorithm)?),
    }?;
    Ok(match jwk.kid {
        Some(Text(kid)) => key.with_kid(kid),
        None => key,
    })
}

#[derive(Default)]
struct Jwk<'a> {
    kty: Option<Text<'a>>,
    crv: Option<Text<'a>>,
    n: Option<Text<'a>>,
    e: Option<Text<'a>>,
    x: Option<Text<'a>>,
    y: Option<Text<'a>>,
    k: Option<Text<'a>>,
    kid: Option<Text<'a>>,
    alg: Option<Text<'a>>,
    usage: Option<Text<'a>>,
    key_ops: Option<Vec<Text<'a>>>,
    private: bool,
}

impl<'de> Members<'de> for Jwk<'de> {
    fn member<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "kty" => once(&mut self.kty, map),
            "crv" => once(&mut self.crv, map),
            "n" => once(&mut self.n, map),
            "e" => once(&mut self.e, map),
            "x" => once(&mut self.x, map),
            "y" => once(&mut self.y, map),
            "k" => once(&mut self.k, map),
            "kid" => once(&mut self.kid, map),
            "alg" => once(&mut self.alg, map),
            "use" => once(&mut self.usage, map),
            "key_ops" => once(&mut self.key_ops, map),
            "d" | "p" | "q" | "dp" | "dq" | "qi" | "oth" | "priv" => {
                self.private = true;
                Ok(false)
            }
            _ => Ok(false),
        }
    }
}

impl Jwk<'_> {
    /// Whether the key may verify with `algorithm`, by what it says of itself.
    fn permits(&self, algorithm: Algorithm) -> Result<(), KeyError> {
        let (kty, crv) = match algorithm.family() {
            Family::Hmac => ("oct", None),
            Family::Rsa => ("RSA", None),
            Family::Ec => ("EC", Some(curve(algorithm))),
            Family::Ed => ("OKP", Some("Ed25519")),
        };
        if self.private {
            return Err(KeyError::new(KeyErrorKind::Private));
        }
        let same_type = says(self.kty.as_ref(), kty) && crv.is_none_or(|crv| says(self.crv.as_ref(), crv));
        if !same_type || !allows(self.alg.as_ref(), algorithm.as_str()) {
            return Err(KeyError::new(KeyErrorKind::Mismatch));
        }
        let verifies = self.key_ops.as_ref().is_none_or(|ops| ops.iter().any(|Text(op)| op == "verify"));
        if !verifies || !allows(self.usage.as_ref(), "sig") {
            return Err(KeyError::new(KeyErrorKind::Usage));
        }
        Ok(())
    }

    fn public(&self, algorithm: Algorithm) -> Result<Public, KeyError> {
        match algorithm.family() {
            Family::Rsa => Ok(Public::Rsa { n: bytes(self.n.as_ref())?, e: bytes(self.e.as_ref())? }),
            Family::Ed => Ok(Public::Ed { x: bytes(self.x.as_ref())? }),
            _ => {
                let (x, y) = (bytes(self.x.as_ref())?, bytes(self.y.as_ref())?);
                // RFC 7518 section 6.2.1.2: a coordinate has its full length.
                if [&x, &y].iter().any(|number| number.len() != coordinate(algorithm)) {
                    return Err(KeyError::new(KeyErrorKind::Mismatch));
                }
                Ok(Public::Ec { crv: curve(algorithm), x, y })
            }
        }
    }
}

/// Whether the member is there and equals `value`.
fn says(member: Option<&Text<'_>>, value: &str) -> bool {
    member.is_some_and(|Text(text)| text == value)
}

/// Whether the member is absent or equals `value`.
fn allows(member: Option<&Text<'_>>, value: &str) -> bool {
    member.is_none_or(|Text(text)| text == value)
}

fn bytes(member: Option<&Text<'_>>) -> Result<Vec<u8>, KeyError> {
    let Text(text) = member.ok_or(KeyError::new(KeyErrorKind::Format))?;
    BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| KeyError::new(KeyErrorKind::Format))
}
