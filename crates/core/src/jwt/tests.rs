//! A token is sealed from any header and any payload, so that each rule can be broken alone.

mod claims;
mod header;
mod keys;
mod limits;
mod mint;
mod signature;
mod vectors;

use std::sync::LazyLock;

use aws_lc_rs::{encoding::AsDer, rsa};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde_json::{Value, json};

use super::{Algorithm, Claims, JwtFault, JwtVerifier, SigningKey, Verified, VerifyJwt, VerifyingKey};
use crate::{Secret, Timestamp};

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
const ISSUER: &str = "https://id.example";
const AUDIENCE: &str = "https://api.example";
const HEADER: &str = r#"{"alg":"HS256","typ":"at+jwt"}"#;

const ALL: [Algorithm; 12] = [
    Algorithm::HS256,
    Algorithm::HS384,
    Algorithm::HS512,
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// One RSA key for all tests: making one takes long.
static RSA: LazyLock<(String, String)> = LazyLock::new(|| {
    let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
    let public = aws_lc_rs::signature::KeyPair::public_key(&pair);
    let private = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
    let spki = AsDer::<aws_lc_rs::encoding::PublicKeyX509Der<'_>>::as_der(public).unwrap();
    (pem("PRIVATE KEY", private.as_ref()), pem("PUBLIC KEY", spki.as_ref()))
});

fn pem(label: &str, der: &[u8]) -> String {
    let body = BASE64.encode(der);
    let lines: Vec<_> = body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn secret() -> Secret {
    Secret::new([7; 64])
}

fn hs256() -> SigningKey {
    SigningKey::from_secret(Algorithm::HS256, &secret()).unwrap()
}

fn ed25519(seed: u8) -> SigningKey {
    SigningKey::ed25519_from_seed(&Secret::new([seed; 32])).unwrap()
}

/// A fresh key of any algorithm; the RSA numbers are shared.
fn signing_key(algorithm: Algorithm) -> SigningKey {
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    };
    let ec =
        |curve| pem("PRIVATE KEY", EcdsaKeyPair::generate(curve).unwrap().to_pkcs8v1().unwrap().as_ref());
    let text = match algorithm {
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => {
            return SigningKey::from_secret(algorithm, &secret()).unwrap();
        }
        Algorithm::ES256 => ec(&ECDSA_P256_SHA256_FIXED_SIGNING),
        Algorithm::ES384 => ec(&ECDSA_P384_SHA384_FIXED_SIGNING),
        Algorithm::EdDSA => return ed25519(3),
        _ => RSA.0.clone(),
    };
    SigningKey::from_pem(algorithm, text.as_bytes()).unwrap()
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "user-1", "client_id": "web", "jti": "id-1",
        "exp": 1_700_000_300, "iat": 1_700_000_000, "scope": "read  write"
    })
}

/// The good claims with `name` set to `value`; `null` removes it.
fn with(name: &str, value: Value) -> String {
    let mut claims = claims();
    let object = claims.as_object_mut().unwrap();
    if value.is_null() {
        object.remove(name)
    } else {
        object.insert(name.to_owned(), value)
    };
    claims.to_string()
}

/// The good claims with the raw text of a value, where it is not what `Value` can hold.
fn with_raw(name: &str, raw: &str) -> String {
    with(name, json!("@raw")).replace("\"@raw\"", raw)
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64URL_NOPAD.encode(bytes.as_ref())
}

fn seal(key: &SigningKey, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    let signed = format!("{}.{}", encode(header), encode(payload));
    let signature = key.sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", encode(signature))
}

fn verifier(keys: impl IntoIterator<Item = VerifyingKey>) -> JwtVerifier<Claims> {
    JwtVerifier::new(ISSUER, AUDIENCE, keys).unwrap()
}

/// Verifies an HS256 token with the default verifier.
fn verify(header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> Result<Verified, JwtFault> {
    verifier([hs256().verifying_key()]).verify(seal(&hs256(), header, payload).as_bytes(), NOW)
}

fn fault_of_header(header: impl AsRef<[u8]>) -> Option<JwtFault> {
    verify(header, claims().to_string()).err()
}

fn fault_of_claims(payload: impl AsRef<[u8]>) -> Option<JwtFault> {
    verify(HEADER, payload).err()
}
