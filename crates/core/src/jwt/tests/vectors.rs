//! Known answers of the RFCs.

use super::*;
use crate::jwt::token::Token;

fn verifies(key: &VerifyingKey, compact: &str) -> bool {
    let token = Token::decode(compact.as_bytes()).unwrap();
    key.verifies(token.signed(), token.signature())
}

/// The examples of RFC 7520 sections 4.1, 4.2 and 4.4, and of RFC 8037 appendix A.
#[test]
fn cookbook() {
    let examples = [
        include_str!("../../../tests/vectors/jose-cookbook/4_1.rsa_v15_signature.json"),
        include_str!("../../../tests/vectors/jose-cookbook/4_2.rsa-pss_signature.json"),
        include_str!("../../../tests/vectors/jose-cookbook/4_4.hmac-sha2_integrity_protection.json"),
        include_str!("../../../tests/vectors/jose-cookbook/ed25519_signature.json"),
    ];
    for example in examples {
        let example: Value = serde_json::from_str(example).unwrap();
        let algorithm: Algorithm = example["input"]["alg"].as_str().unwrap().parse().unwrap();
        let mut jwk = example["input"]["key"].clone();
        let private = VerifyingKey::from_jwk(algorithm, &jwk.to_string());
        for member in ["d", "p", "q", "dp", "dq", "qi"] {
            if jwk.as_object_mut().unwrap().remove(member).is_some() {
                assert!(private.is_err(), "{algorithm} {member}");
            }
        }
        let key = VerifyingKey::from_jwk(algorithm, &jwk.to_string()).unwrap();
        let compact = example["output"]["compact"].as_str().unwrap();
        assert!(verifies(&key, compact), "{algorithm}");
        assert!(!verifies(&key, &compact.replacen("SX", "SY", 1).replacen("RX", "RY", 1)), "{algorithm}");
    }
}

/// RFC 7515 appendix A.1: a good HMAC, yet no access token of ours.
#[test]
fn rfc_7515_a_1() {
    let jwk = r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;
    let compact = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let key = VerifyingKey::from_jwk(Algorithm::HS256, jwk).unwrap();
    assert!(verifies(&key, compact));
    let verifier = JwtVerifier::<Claims>::new("joe", "a", [key]).unwrap();
    let then = Timestamp::from_secs(1_300_819_000);
    assert_eq!(verifier.verify(compact.as_bytes(), then).err(), Some(JwtFault::Type));
    assert_eq!(verifier.general().verify(compact.as_bytes(), then).err(), Some(JwtFault::Claims));
}

/// RFC 7515 appendix A.3: ECDSA on P-256.
#[test]
fn rfc_7515_a_3() {
    let jwk = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
    let compact = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    let key = VerifyingKey::from_jwk(Algorithm::ES256, jwk).unwrap();
    assert!(verifies(&key, compact));
}

/// RFC 7519 section 6.1, J-02: the unsecured token.
#[test]
fn rfc_7519_6_1() {
    let compact = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";
    let verifier = verifier([hs256().verifying_key()]).general();
    assert_eq!(verifier.verify(compact.as_bytes(), NOW).err(), Some(JwtFault::Malformed));
}
