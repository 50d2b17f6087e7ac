//! The public half of a key: its numbers, checked when it is loaded, and its form as a JWK.

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rsa,
    signature::{self, ParsedPublicKey, RsaPublicKeyComponents, VerificationAlgorithm},
};
use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;

use super::{Algorithm, KeyError, KeyErrorKind, algorithm::Family};
use crate::secret::sha256;

/// Modulus sizes in bits: RFC 7518 section 3.3 sets the minimum, verification time the maximum.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The first byte of a point written with both coordinates (SEC 1 section 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// The public numbers of a key, as RFC 7518 section 6 and RFC 8037 name them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Public {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    Ec { crv: &'static str, x: Vec<u8>, y: Vec<u8> },
    Ed { x: Vec<u8> },
}

impl Public {
    /// Reads what stands inside a `SubjectPublicKeyInfo`: an `RSAPublicKey`, a point, or 32 bytes.
    pub(super) fn from_inner(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, KeyError> {
        match algorithm.family() {
            Family::Hmac => Err(KeyError::new(KeyErrorKind::Mismatch)),
            Family::Rsa => Self::from_rsa_der(bytes),
            Family::Ec => match bytes.split_first() {
                Some((&UNCOMPRESSED, point)) if point.len() == 2 * coordinate(algorithm) => {
                    let (x, y) = point.split_at(coordinate(algorithm));
                    Ok(Self::Ec { crv: curve(algorithm), x: x.to_vec(), y: y.to_vec() })
                }
                _ => Err(KeyError::new(KeyErrorKind::Mismatch)),
            },
            Family::Ed => Ok(Self::Ed { x: bytes.to_vec() }),
        }
    }

    fn from_rsa_der(der: &[u8]) -> Result<Self, KeyError> {
        let key = rsa::PublicKey::from_der(der).map_err(|_| KeyError::new(KeyErrorKind::Format))?;
        let n = key.modulus().big_endian_without_leading_zero().to_vec();
        let e = key.exponent().big_endian_without_leading_zero().to_vec();
        Ok(Self::Rsa { n, e })
    }

    /// Checks the numbers and readies them for verifying with `algorithm`.
    pub(super) fn parse(&self, algorithm: Algorithm) -> Result<ParsedPublicKey, KeyError> {
        let scheme = scheme(algorithm).ok_or(KeyError::new(KeyErrorKind::Mismatch))?;
        let parsed = match self {
            Self::Rsa { n, e } => ParsedPublicKey::new(scheme, rsa_der(n, e)?.as_ref()),
            Self::Ec { x, y, .. } => ParsedPublicKey::new(scheme, point(x, y)),
            Self::Ed { x } if x.len() == 32 => ParsedPublicKey::new(scheme, x),
            Self::Ed { .. } => return Err(KeyError::new(KeyErrorKind::Mismatch)),
        };
        parsed.map_err(|_| KeyError::new(KeyErrorKind::Weak))
    }

    /// The SHA-256 thumbprint of RFC 7638.
    pub(super) fn thumbprint(&self) -> String {
        let text = match self {
            Self::Rsa { n, e } => {
                format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, encode(e), encode(n))
            }
            Self::Ec { crv, x, y } => {
                format!(r#"{{"crv":"{crv}","kty":"EC","x":"{}","y":"{}"}}"#, encode(x), encode(y))
            }
            Self::Ed { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, encode(x)),
        };
        encode(&sha256(text.as_bytes()))
    }

    /// The JWK (RFC 7517) that tells others how to verify.
    pub(super) fn to_jwk(&self, algorithm: Algorithm, kid: Option<&str>) -> Option<String> {
        let mut jwk = PublicJwk { kid, alg: algorithm.as_str(), usage: "sig", ..PublicJwk::default() };
        match self {
            Self::Rsa { n, e } => {
                jwk.kty = "RSA";
                (jwk.n, jwk.e) = (Some(encode(n)), Some(encode(e)));
            }
            Self::Ec { crv, x, y } => {
                (jwk.kty, jwk.crv) = ("EC", Some(*crv));
                (jwk.x, jwk.y) = (Some(encode(x)), Some(encode(y)));
            }
            Self::Ed { x } => {
                (jwk.kty, jwk.crv) = ("OKP", Some("Ed25519"));
                jwk.x = Some(encode(x));
            }
        }
        serde_json::to_string(&jwk).ok()
    }
}

#[derive(Default, Serialize)]
struct PublicJwk<'a> {
    kty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    alg: &'static str,
    #[serde(rename = "use")]
    usage: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
}

/// The name of the curve an EC algorithm is on.
pub(super) const fn curve(algorithm: Algorithm) -> &'static str {
    if matches!(algorithm, Algorithm::ES384) { "P-384" } else { "P-256" }
}

/// The length in bytes of a coordinate on that curve.
pub(super) const fn coordinate(algorithm: Algorithm) -> usize {
    if matches!(algorithm, Algorithm::ES384) { 48 } else { 32 }
}

fn scheme(algorithm: Algorithm) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match algorithm {
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => return None,
        Algorithm::RS256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::RS384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::RS512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::PS256 => &signature::RSA_PSS_2048_8192_SHA256,
        Algorithm::PS384 => &signature::RSA_PSS_2048_8192_SHA384,
        Algorithm::PS512 => &signature::RSA_PSS_2048_8192_SHA512,
        Algorithm::ES256 => &signature::ECDSA_P256_SHA256_FIXED,
        Algorithm::ES384 => &signature::ECDSA_P384_SHA384_FIXED,
        Algorithm::EdDSA => &signature::ED25519,
    })
}

/// The numbers as a `SubjectPublicKeyInfo`, which the parser checks again: odd modulus, odd exponent above 1.
fn rsa_der(n: &[u8], e: &[u8]) -> Result<PublicKeyX509Der<'static>, KeyError> {
    if !RSA_BITS.contains(&bits(n)) {
        return Err(KeyError::new(KeyErrorKind::Length));
    }
    if e == [1] {
        return Err(KeyError::new(KeyErrorKind::Weak));
    }
    let components = RsaPublicKeyComponents { n, e };
    components.as_der().map_err(|_| KeyError::new(KeyErrorKind::Weak))
}

fn point(x: &[u8], y: &[u8]) -> Vec<u8> {
    [&[UNCOMPRESSED], x, y].concat()
}

fn bits(number: &[u8]) -> usize {
    let leading = number.first().map_or(0, |byte| byte.leading_zeros());
    (number.len() * 8).saturating_sub(leading as usize)
}

fn encode(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}
