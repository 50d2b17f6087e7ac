//! The claims: types, times, issuer and audience.

use std::time::Duration;

use serde::Deserialize;

use super::*;

/// J-22, J-23: what the road learns of a good token.
#[test]
fn good_token_is_told() {
    let mut claims = claims();
    claims["auth_time"] = json!(1_699_999_000.5);
    claims["amr"] = json!(["pwd", "otp"]);
    let verified = verify(HEADER, claims.to_string()).unwrap();
    assert_eq!(verified.subject, "user-1");
    assert_eq!(verified.scopes, ["read", "write"]);
    assert_eq!(verified.expires_at, Timestamp::from_secs(1_700_000_300));
    assert_eq!(verified.authenticated_at, Some(Timestamp::from_millis(1_699_999_000_500)));
    assert_eq!(verified.factors, ["pwd", "otp"]);
    assert_eq!(verified.credential, "id-1");
    let claims = verified.claims.downcast::<Claims>().unwrap();
    assert_eq!(
        (claims.aud.as_slice(), claims.client_id.as_deref()),
        (&[AUDIENCE.to_owned()][..], Some("web"))
    );
}

/// J-23: scopes are compared whole.
#[test]
fn scopes_are_whole_words() {
    let verified = verify(HEADER, with("scope", json!("readwrite Read"))).unwrap();
    assert_eq!(verified.scopes, ["readwrite", "Read"]);
    assert_eq!(fault_of_claims(with("scope", json!(["read"]))), Some(JwtFault::Claims));
}

/// J-20: the access token profile needs all of its claims.
#[test]
fn access_token_needs_every_claim() {
    for name in ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"] {
        assert_eq!(fault_of_claims(with(name, Value::Null)), Some(JwtFault::Claims), "{name}");
        assert_eq!(fault_of_claims(with_raw(name, "null")), Some(JwtFault::Claims), "{name}");
    }
}

/// J-15, J-19, J-21: the general profile needs `iss`, `exp`, `aud` and `sub`; a missing `jti` is made up
/// from what was signed.
#[test]
fn general_profile_needs_four() {
    let verifier = verifier([hs256().verifying_key()]).general();
    for (name, good) in
        [("iss", false), ("exp", false), ("aud", false), ("sub", false), ("client_id", true), ("iat", true)]
    {
        let token = seal(&hs256(), HEADER, with(name, Value::Null));
        assert_eq!(verifier.verify(token.as_bytes(), NOW).is_ok(), good, "{name}");
    }
    let without = |sub| seal(&hs256(), HEADER, with("jti", Value::Null).replace("user-1", sub));
    let id = |sub| verifier.verify(without(sub).as_bytes(), NOW).unwrap().credential;
    assert_eq!(id("a").len(), 43);
    assert_ne!(id("a"), id("b"));
}

/// J-15: a token ends at `exp` plus leeway, not a moment later.
#[test]
fn exp_ends_a_token() {
    let token = seal(&hs256(), HEADER, claims().to_string());
    let at = |leeway: u64, millis: u64| {
        let verifier = verifier([hs256().verifying_key()]).leeway(Duration::from_secs(leeway)).unwrap();
        verifier.verify(token.as_bytes(), Timestamp::from_millis(millis)).err()
    };
    assert_eq!(at(30, 1_700_000_329_000), None);
    assert_eq!(at(30, 1_700_000_329_999), None);
    assert_eq!(at(30, 1_700_000_330_000), Some(JwtFault::Expired));
    assert_eq!(at(0, 1_700_000_299_999), None);
    assert_eq!(at(0, 1_700_000_300_000), Some(JwtFault::Expired));

    let default = verifier([hs256().verifying_key()]);
    assert!(default.verify(token.as_bytes(), Timestamp::from_secs(1_700_000_329)).is_ok());
    assert!(default.verify(token.as_bytes(), Timestamp::from_secs(1_700_000_330)).is_err());
}

/// J-16, J-34: a token that is still to come is refused, up to the leeway.
#[test]
fn future_is_refused() {
    for (name, fault) in [("nbf", JwtFault::NotYetValid), ("iat", JwtFault::IssuedInFuture)] {
        assert_eq!(fault_of_claims(with(name, json!(1_700_000_030))), None, "{name}");
        assert_eq!(fault_of_claims(with(name, json!(1_700_000_030.5))), Some(fault), "{name}");
        assert_eq!(fault_of_claims(with(name, json!(1_700_000_031))), Some(fault), "{name}");
    }
}

/// J-17: a moment is a JSON number of seconds.
#[test]
fn dates_are_numbers() {
    for name in ["exp", "nbf", "iat", "auth_time"] {
        for raw in ["\"1700000000\"", "true", "null", "[1700000000]", "{}", "1e400", "-1", "-0.5", "1e300"] {
            assert_eq!(fault_of_claims(with_raw(name, raw)), Some(JwtFault::Claims), "{name} {raw}");
        }
        for raw in ["1700000000.25", "1.7e9", "1700000000"] {
            assert_eq!(fault_of_claims(with_raw(name, raw)), None, "{name} {raw}");
        }
    }
    assert_eq!(fault_of_claims(with_raw("exp", "18446744073709551615")), None);
}

/// J-18: the issuer is compared whole.
#[test]
fn issuer_is_exact() {
    for iss in ["https://id.example/", "https://ID.example", "https://id.exampl", ""] {
        assert_eq!(fault_of_claims(with("iss", json!(iss))), Some(JwtFault::Issuer), "{iss}");
    }
    for iss in [json!([ISSUER]), json!(7)] {
        assert_eq!(fault_of_claims(with("iss", iss)), Some(JwtFault::Claims));
    }
}

/// J-18: another issuer's key is no key of this one.
#[test]
fn issuers_do_not_share_keys() {
    let foreign = seal(&ed25519(2), r#"{"alg":"EdDSA","typ":"at+jwt"}"#, claims().to_string());
    let verifier = verifier([ed25519(1).with_kid("1").verifying_key()]);
    assert_eq!(verifier.verify(foreign.as_bytes(), NOW).err(), Some(JwtFault::Signature));
}

/// J-19: one audience equals the expected one byte for byte.
#[test]
fn audience_is_exact() {
    for aud in [json!([AUDIENCE]), json!(["x", AUDIENCE]), json!(AUDIENCE)] {
        assert_eq!(fault_of_claims(with("aud", aud)), None);
    }
    for aud in [
        json!("https://api.example/"),
        json!("https://api.exampl"),
        json!("https://API.example"),
        json!("https://api.example.evil"),
        json!(""),
        json!([]),
        json!(["x"]),
    ] {
        assert_eq!(fault_of_claims(with("aud", aud.clone())), Some(JwtFault::Audience), "{aud}");
    }
    for aud in [json!(5), json!([AUDIENCE, 5]), json!([[AUDIENCE]]), json!({"aud": AUDIENCE})] {
        assert_eq!(fault_of_claims(with("aud", aud.clone())), Some(JwtFault::Claims), "{aud}");
    }
}

/// J-22: a subject is a non-empty string.
#[test]
fn subject_is_a_name() {
    for sub in [json!(""), json!(7), json!(["user-1"]), json!({})] {
        assert_eq!(fault_of_claims(with("sub", sub.clone())), Some(JwtFault::Claims), "{sub}");
    }
}

/// J-27 in view: an id is a key of stores, so it is neither empty nor long.
#[test]
fn ids_are_bounded() {
    assert_eq!(fault_of_claims(with("jti", json!("x".repeat(256)))), None);
    for jti in [json!(""), json!("x".repeat(257)), json!(1)] {
        assert_eq!(fault_of_claims(with("jti", jti)), Some(JwtFault::Claims));
    }
    assert_eq!(fault_of_claims(with("client_id", json!(""))), Some(JwtFault::Claims));
}

/// J-08, J-09: unknown claims are ignored, repeated ones refused, however they are written.
#[test]
fn repeated_claims_are_refused() {
    let good = claims().to_string();
    let also = |members: &str| good.replacen('{', &format!("{{{members},"), 1);
    assert_eq!(fault_of_claims(also(r#""x":{"sub":"admin","sub":"root"},"y":[null,-1,0.5,true]"#)), None);
    for members in [
        r#""sub":"admin""#,
        r#""s\u0075b":"admin""#,
        r#""x":1,"y":1,"x":1"#,
        r#""exp":1"#,
        r#""x":1,"\u0078":1"#,
    ] {
        assert_eq!(fault_of_claims(also(members)), Some(JwtFault::Claims), "{members}");
    }
}

/// J-13: a payload is one UTF-8 JSON object.
#[test]
fn payload_is_one_object() {
    let good = claims().to_string();
    let array = json!([ISSUER, "user-1", AUDIENCE, 1_700_000_300]).to_string();
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let invalid = [good.as_bytes().strip_suffix(b"}").unwrap(), b",\"x\":\"\xC0\xAF\"}"].concat();
    let surrogate = good.replacen('{', r#"{"x":"\ud800","#, 1);
    let bad: [&[u8]; 9] = [
        array.as_bytes(),
        b"\"text\"",
        b"1",
        b"null",
        &utf16,
        &invalid,
        surrogate.as_bytes(),
        &[good.as_bytes(), b"{}"].concat(),
        &[b"\xEF\xBB\xBF", good.as_bytes()].concat(),
    ];
    for payload in bad {
        assert_eq!(fault_of_claims(payload), Some(JwtFault::Claims), "{}", payload.escape_ascii());
    }
}

/// H-03: only what is good in everything else has expired.
#[test]
fn expired_means_all_else_is_good() {
    let expired = |name: &str, value: Value| {
        let mut claims = claims();
        claims["exp"] = json!(1);
        claims[name] = value;
        fault_of_claims(claims.to_string())
    };
    assert_eq!(expired("exp", json!(1)), Some(JwtFault::Expired));
    assert_eq!(expired("iss", json!("x")), Some(JwtFault::Issuer));
    assert_eq!(expired("aud", json!("x")), Some(JwtFault::Audience));
    assert_eq!(expired("sub", json!("")), Some(JwtFault::Claims));
    assert_eq!(expired("nbf", json!(9_999_999_999_u64)), Some(JwtFault::NotYetValid));

    let forged = seal(
        &SigningKey::from_secret(Algorithm::HS256, &Secret::new([8; 32])).unwrap(),
        HEADER,
        with("exp", json!(1)),
    );
    let refused = verifier([hs256().verifying_key()]).verify(forged.as_bytes(), NOW);
    assert_eq!(refused.err(), Some(JwtFault::Signature));
}

#[derive(Debug, Deserialize, PartialEq)]
struct Own {
    tenant: String,
}

/// J-09, H-03: the application reads the very text that was judged, and what it cannot read is not "expired".
#[test]
fn own_claims_are_read() {
    let verifier = JwtVerifier::<Own>::new(ISSUER, AUDIENCE, [hs256().verifying_key()]).unwrap();
    let verify = |payload: String| verifier.verify(seal(&hs256(), HEADER, payload).as_bytes(), NOW);
    let own = verify(with("tenant", json!("acme"))).unwrap().claims.downcast::<Own>().unwrap();
    assert_eq!(*own, Own { tenant: "acme".to_owned() });
    assert_eq!(verify(with("exp", json!(1))).err(), Some(JwtFault::Claims));
}
