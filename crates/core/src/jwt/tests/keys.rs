//! Keys: what is refused when they are loaded, and how they show.

use std::time::Duration;

use super::*;
use crate::{JwtConfigErrorKind, KeyErrorKind};

const RFC_7638: &str = r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#;

fn refusal(algorithm: Algorithm, jwk: &str) -> Option<KeyErrorKind> {
    VerifyingKey::from_jwk(algorithm, jwk).err().map(crate::KeyError::kind)
}

fn jwk_of(algorithm: Algorithm) -> Value {
    serde_json::from_str(&signing_key(algorithm).verifying_key().to_jwk().unwrap()).unwrap()
}

/// K-10: the known answer of RFC 7638 section 3.1.
#[test]
fn thumbprint_is_known() {
    let key = VerifyingKey::from_jwk(Algorithm::RS256, RFC_7638).unwrap();
    assert_eq!(key.thumbprint().as_deref(), Some("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"));
    assert_eq!(key.kid(), Some("2011-04-29"));
}

/// K-10: RFC 8037 appendix A.3.
#[test]
fn ed25519_thumbprint_is_known() {
    let jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let key = VerifyingKey::from_jwk(Algorithm::EdDSA, jwk).unwrap();
    assert_eq!(key.thumbprint().as_deref(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
}

/// K-02: HMAC secrets are as long as the hash, and no PEM.
#[test]
fn short_secrets_are_refused() {
    for (algorithm, length) in [(Algorithm::HS256, 32), (Algorithm::HS384, 48), (Algorithm::HS512, 64)] {
        let make = |length| VerifyingKey::from_secret(algorithm, &Secret::new(vec![1; length]));
        assert!(make(length).is_ok());
        assert_eq!(make(length - 1).unwrap_err().kind(), KeyErrorKind::Length);
        assert_eq!(make(0).unwrap_err().kind(), KeyErrorKind::Length);
        let jwk = |length| format!(r#"{{"kty":"oct","k":"{}"}}"#, encode(vec![1; length]));
        assert_eq!(refusal(algorithm, &jwk(length)), None);
        assert_eq!(refusal(algorithm, &jwk(length - 1)), Some(KeyErrorKind::Length));
    }
    let pem = Secret::from(RSA.1.as_str());
    assert_eq!(VerifyingKey::from_secret(Algorithm::HS256, &pem).unwrap_err().kind(), KeyErrorKind::Mismatch);
    assert_eq!(
        VerifyingKey::from_secret(Algorithm::RS256, &secret()).unwrap_err().kind(),
        KeyErrorKind::Mismatch
    );
    assert!(SigningKey::from_secret(Algorithm::HS512, &Secret::new([1; 63])).is_err());
}

/// K-02: RSA keys have 2048 bits and more, and an odd exponent above 1.
#[test]
fn weak_rsa_is_refused() {
    let good: Value = serde_json::from_str(RFC_7638).unwrap();
    let n = BASE64URL_NOPAD.decode(good["n"].as_str().unwrap().as_bytes()).unwrap();
    let jwk = |n: &[u8], e: &str| json!({"kty": "RSA", "n": encode(n), "e": e}).to_string();
    assert_eq!(refusal(Algorithm::PS256, &jwk(&n, "AQAB")), None);
    assert_eq!(refusal(Algorithm::RS256, &jwk(&n[128..], "AQAB")), Some(KeyErrorKind::Length));
    let mut short = n.clone();
    short[0] = 0x7F;
    assert_eq!(refusal(Algorithm::RS256, &jwk(&short, "AQAB")), Some(KeyErrorKind::Length));
    assert_eq!(refusal(Algorithm::RS256, &jwk(&n.repeat(5), "AQAB")), Some(KeyErrorKind::Length));
    for e in ["AQ", "AAE", "", "AA", "BA"] {
        assert_eq!(refusal(Algorithm::RS256, &jwk(&n, e)), Some(KeyErrorKind::Weak), "{e}");
    }
    let padded = [&[0], &n[..]].concat();
    assert!(refusal(Algorithm::RS256, &jwk(&padded, "AQAB")).is_some());
}

/// K-02: EC points lie on the curve and have full coordinates.
#[test]
fn bad_points_are_refused() {
    for algorithm in [Algorithm::ES256, Algorithm::ES384] {
        let good = jwk_of(algorithm);
        let mut off = good.clone();
        off["y"] = good["x"].clone();
        assert_eq!(refusal(algorithm, &off.to_string()), Some(KeyErrorKind::Weak));
        let mut short = good.clone();
        short["x"] = json!(encode([1; 31]));
        assert_eq!(refusal(algorithm, &short.to_string()), Some(KeyErrorKind::Mismatch));
        let mut zero = good.clone();
        let width = if algorithm == Algorithm::ES256 { 32 } else { 48 };
        (zero["x"], zero["y"]) = (json!(encode(vec![0; width])), json!(encode(vec![0; width])));
        assert_eq!(refusal(algorithm, &zero.to_string()), Some(KeyErrorKind::Weak));
    }
    let short = json!({"kty": "OKP", "crv": "Ed25519", "x": encode([1; 31])});
    assert_eq!(refusal(Algorithm::EdDSA, &short.to_string()), Some(KeyErrorKind::Mismatch));
}

/// K-02, J-04: type, curve and `alg` must be those of the algorithm.
#[test]
fn keys_of_another_kind_are_refused() {
    for (key_algorithm, algorithm) in [
        (Algorithm::RS256, Algorithm::HS256),
        (Algorithm::RS256, Algorithm::PS256),
        (Algorithm::RS256, Algorithm::RS384),
        (Algorithm::ES256, Algorithm::ES384),
        (Algorithm::ES256, Algorithm::EdDSA),
        (Algorithm::EdDSA, Algorithm::ES256),
    ] {
        let jwk = jwk_of(key_algorithm).to_string();
        assert_eq!(refusal(key_algorithm, &jwk), None);
        assert_eq!(refusal(algorithm, &jwk), Some(KeyErrorKind::Mismatch));
    }
    let mut without = jwk_of(Algorithm::ES256);
    without.as_object_mut().unwrap().remove("alg");
    assert_eq!(refusal(Algorithm::ES256, &without.to_string()), None);
    assert_eq!(refusal(Algorithm::ES384, &without.to_string()), Some(KeyErrorKind::Mismatch));
    without["crv"] = json!("P-521");
    assert_eq!(refusal(Algorithm::ES256, &without.to_string()), Some(KeyErrorKind::Mismatch));
}

/// K-02: a key that is not for verifying is refused.
#[test]
fn usage_is_honoured() {
    let with = |name: &str, value: Value| {
        let mut jwk = jwk_of(Algorithm::EdDSA);
        jwk[name] = value;
        refusal(Algorithm::EdDSA, &jwk.to_string())
    };
    assert_eq!(with("use", json!("enc")), Some(KeyErrorKind::Usage));
    assert_eq!(with("key_ops", json!(["sign"])), Some(KeyErrorKind::Usage));
    assert_eq!(with("key_ops", json!([])), Some(KeyErrorKind::Usage));
    assert_eq!(with("key_ops", json!(["sign", "verify"])), None);
    assert_eq!(with("d", json!("AAAA")), Some(KeyErrorKind::Private));
    assert_eq!(with("d", json!(null)), Some(KeyErrorKind::Private));
    assert_eq!(with("key_ops", json!("verify")), Some(KeyErrorKind::Format));
    assert_eq!(with("kid", json!(1)), Some(KeyErrorKind::Format));
    assert_eq!(with("unknown", json!({})), None);
    for text in ["", "[]", "{}{}", r#"{"kty":"OKP","kty":"OKP"}"#] {
        assert_eq!(refusal(Algorithm::EdDSA, text), Some(KeyErrorKind::Format), "{text}");
    }
}

/// K-02: a PEM is read as one kind of key only, and never as the private half.
#[test]
fn pem_is_exact() {
    let kind = |algorithm, pem: &str| {
        VerifyingKey::from_pem(algorithm, pem.as_bytes()).err().map(crate::KeyError::kind)
    };
    assert_eq!(kind(Algorithm::RS256, &RSA.1), None);
    for (algorithm, pem) in [
        (Algorithm::RS256, RSA.0.as_str()),
        (Algorithm::ES256, RSA.1.as_str()),
        (Algorithm::EdDSA, RSA.1.as_str()),
        (Algorithm::RS256, ""),
        (Algorithm::RS256, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
    ] {
        assert_eq!(kind(algorithm, pem), Some(KeyErrorKind::Format), "{algorithm}");
    }
    assert_eq!(kind(Algorithm::HS256, &RSA.1), Some(KeyErrorKind::Mismatch));
    assert!(SigningKey::from_pem(Algorithm::RS256, RSA.1.as_bytes()).is_err());
    assert!(SigningKey::from_pem(Algorithm::ES256, RSA.0.as_bytes()).is_err());
    assert!(SigningKey::from_pem(Algorithm::HS256, RSA.0.as_bytes()).is_err());
}

/// K-02: PEM and JWK of one key are the same key, and a signing key knows its public half.
#[test]
fn forms_of_one_key_agree() {
    let private = SigningKey::from_pem(Algorithm::RS256, RSA.0.as_bytes()).unwrap().verifying_key();
    let public = VerifyingKey::from_pem(Algorithm::RS256, RSA.1.as_bytes()).unwrap();
    assert_eq!(private.thumbprint(), public.thumbprint());
    assert_eq!(private.kid(), public.thumbprint().as_deref());
    assert_eq!(public.kid(), None);
    for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA] {
        let key = signing_key(algorithm).with_kid("k1");
        let jwk = key.verifying_key().to_jwk().unwrap();
        let again = VerifyingKey::from_jwk(algorithm, &jwk).unwrap();
        assert_eq!((again.kid(), again.to_jwk().as_deref()), (Some("k1"), Some(jwk.as_str())));
        let token = seal(&key, format!(r#"{{"alg":"{algorithm}","typ":"at+jwt"}}"#), claims().to_string());
        assert!(verifier([again]).verify(token.as_bytes(), NOW).is_ok());
    }
    assert!(SigningKey::ed25519_from_seed(&Secret::new([0; 31])).is_err());
    assert!(SigningKey::ed25519_from_seed(&Secret::new([0; 33])).is_err());
}

/// No secret shows, and HMAC has no public form.
#[test]
fn debug_shows_no_key() {
    let key = SigningKey::from_secret(Algorithm::HS256, &Secret::new(*b"an hmac secret of 32 bytes, yes!"))
        .unwrap();
    assert_eq!(format!("{key:?}"), "SigningKey { algorithm: HS256, kid: None, .. }");
    let public = key.with_kid("k").verifying_key();
    assert_eq!(format!("{public:?}"), r#"VerifyingKey { algorithm: HS256, kid: Some("k"), .. }"#);
    assert_eq!((public.to_jwk(), public.thumbprint()), (None, None));
}

/// J-01: a verifier without keys, or with two kinds of them, is not built.
#[test]
fn bad_key_sets_are_refused() {
    let kind = |keys: Vec<VerifyingKey>| {
        JwtVerifier::<Claims>::new(ISSUER, AUDIENCE, keys).err().map(crate::JwtConfigError::kind)
    };
    let (one, two, shared) =
        (ed25519(1).verifying_key(), ed25519(2).verifying_key(), hs256().verifying_key());
    let unnamed = |key: &VerifyingKey| {
        let mut jwk: Value = serde_json::from_str(&key.to_jwk().unwrap()).unwrap();
        jwk.as_object_mut().unwrap().remove("kid");
        VerifyingKey::from_jwk(key.algorithm(), &jwk.to_string()).unwrap()
    };
    assert_eq!(kind(vec![]), Some(JwtConfigErrorKind::NoKeys));
    assert_eq!(kind(vec![one.clone(), shared]), Some(JwtConfigErrorKind::MixedKeys));
    let twice = vec![one.clone().with_kid("k"), two.clone().with_kid("k")];
    assert_eq!(kind(twice), Some(JwtConfigErrorKind::DuplicateKid));
    assert_eq!(kind(vec![unnamed(&one), unnamed(&two)]), Some(JwtConfigErrorKind::MissingKid));
    assert_eq!(kind(vec![unnamed(&one), two.clone()]), Some(JwtConfigErrorKind::MissingKid));
    let es256 = signing_key(Algorithm::ES256).verifying_key();
    assert_eq!(kind(vec![unnamed(&one), unnamed(&es256)]), None);
    assert_eq!(kind(vec![one, two]), None);
}

/// J-15, J-18, J-19: what must be configured cannot be left empty, and leeway is minutes at most.
#[test]
fn bad_settings_are_refused() {
    let make = |issuer: &str, audience: &str| {
        JwtVerifier::<Claims>::new(issuer, audience, [hs256().verifying_key()])
    };
    assert_eq!(make("", "a").unwrap_err().kind(), JwtConfigErrorKind::Issuer);
    assert_eq!(make("i", "").unwrap_err().kind(), JwtConfigErrorKind::Audience);
    let leeway = |seconds| make("i", "a").unwrap().leeway(Duration::from_secs(seconds));
    assert!(leeway(0).is_ok() && leeway(300).is_ok());
    assert_eq!(leeway(301).unwrap_err().kind(), JwtConfigErrorKind::Leeway);
}
