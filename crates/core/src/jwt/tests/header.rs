//! The header: algorithm, key and kind of token.

use super::*;

/// J-08: what is not known is read over.
#[test]
fn unknown_parameters_are_ignored() {
    let header = r#"{"alg":"HS256","typ":"at+jwt","x":{"y":[1,null,true,-1,1.5,"z"]},"cty":"x"}"#;
    assert_eq!(fault_of_header(header), None);
}

/// J-02: there is no `none`, signed or not.
#[test]
fn none_is_no_algorithm() {
    for alg in ["none", "None", "NONE", "nOnE"] {
        let header = format!(r#"{{"alg":"{alg}","typ":"at+jwt"}}"#);
        assert_eq!(fault_of_header(&header), Some(JwtFault::Algorithm));
        let unsigned = format!("{}.{}.", encode(header), encode(claims().to_string()));
        let refused = verifier([hs256().verifying_key()]).verify(unsigned.as_bytes(), NOW);
        assert_eq!(refused.err(), Some(JwtFault::Malformed));
    }
}

/// J-03: `alg` is compared byte for byte.
#[test]
fn alg_is_exact() {
    for (header, fault) in [
        (r#"{"typ":"at+jwt"}"#, JwtFault::Algorithm),
        (r#"{"alg":"hs256","typ":"at+jwt"}"#, JwtFault::Algorithm),
        (r#"{"alg":"HS256 ","typ":"at+jwt"}"#, JwtFault::Algorithm),
        (r#"{"alg":"","typ":"at+jwt"}"#, JwtFault::Algorithm),
        (r#"{"alg":null,"typ":"at+jwt"}"#, JwtFault::Header),
        (r#"{"alg":256,"typ":"at+jwt"}"#, JwtFault::Header),
        (r#"{"alg":["HS256"],"typ":"at+jwt"}"#, JwtFault::Header),
    ] {
        assert_eq!(fault_of_header(header), Some(fault), "{header}");
    }
}

/// J-07: no extension is implemented, so none may be demanded.
#[test]
fn critical_extensions_are_refused() {
    for member in [
        r#""crit":["exp"]"#,
        r#""crit":["b64"],"b64":false"#,
        r#""crit":[]"#,
        r#""crit":"exp""#,
        r#""crit":null"#,
        r#""crit":["alg"]"#,
        r#""b64":false"#,
        r#""b64":true"#,
        r#""\u0063rit":["exp"]"#,
    ] {
        let header = format!(r#"{{"alg":"HS256","typ":"at+jwt",{member}}}"#);
        assert_eq!(fault_of_header(&header), Some(JwtFault::Critical), "{header}");
    }
}

/// J-09: no member is there twice, however it is written.
#[test]
fn repeated_members_are_refused() {
    for header in [
        r#"{"alg":"HS256","alg":"HS256","typ":"at+jwt"}"#,
        r#"{"alg":"none","\u0061lg":"HS256","typ":"at+jwt"}"#,
        r#"{"alg":"HS256","typ":"at+jwt","typ":"JWT"}"#,
        r#"{"alg":"HS256","typ":"at+jwt","x":1,"y":2,"x":1}"#,
    ] {
        assert_eq!(fault_of_header(header), Some(JwtFault::Header), "{header}");
    }
}

/// J-13: a header is one UTF-8 JSON object.
#[test]
fn header_is_one_object() {
    let utf16: Vec<u8> = HEADER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bad: [&[u8]; 9] = [
        b"[]",
        b"\"HS256\"",
        b"null",
        b"{",
        b"{\"alg\":\"HS256\",\"typ\":\"at+jwt\"} x",
        b"{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}{}",
        b"\xEF\xBB\xBF{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}",
        b"{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"x\":\"\xFF\"}",
        &utf16,
    ];
    for header in bad {
        assert_eq!(fault_of_header(header), Some(JwtFault::Header), "{header:?}");
    }
}

/// J-20: only `at+jwt` is an access token.
#[test]
fn typ_is_at_jwt() {
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
        assert_eq!(fault_of_header(format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#)), None, "{typ}");
    }
    for typ in ["JWT", "id-token", "logout+jwt", "dpop+jwt", "", "at+jwt ", "text/at+jwt", "application/"] {
        let header = format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#);
        assert_eq!(fault_of_header(header), Some(JwtFault::Type), "{typ}");
    }
    assert_eq!(fault_of_header(r#"{"alg":"HS256"}"#), Some(JwtFault::Type));
    assert_eq!(fault_of_header(r#"{"alg":"HS256","typ":["at+jwt"]}"#), Some(JwtFault::Header));
}

/// J-21: in the general profile `typ` may be absent, but not be another.
#[test]
fn general_profile_lists_its_types() {
    let general = verifier([hs256().verifying_key()]).general();
    let own = verifier([hs256().verifying_key()]).general_types(["application/own+jwt"]);
    for (header, in_general, in_own) in [
        (r#"{"alg":"HS256"}"#, true, true),
        (r#"{"alg":"HS256","typ":"JWT"}"#, true, false),
        (r#"{"alg":"HS256","typ":"jwt"}"#, true, false),
        (HEADER, true, false),
        (r#"{"alg":"HS256","typ":"own+JWT"}"#, false, true),
        (r#"{"alg":"HS256","typ":"dpop+jwt"}"#, false, false),
    ] {
        let token = seal(&hs256(), header, claims().to_string());
        assert_eq!(general.verify(token.as_bytes(), NOW).is_ok(), in_general, "{header}");
        assert_eq!(own.verify(token.as_bytes(), NOW).is_ok(), in_own, "{header}");
    }
}

/// J-06: a `kid` is the exact name of a configured key.
#[test]
fn kid_is_exact() {
    let key = hs256().with_kid("k1");
    let verifier = verifier([key.verifying_key()]);
    let fault = |kid: &str| {
        let header = format!(r#"{{"alg":"HS256","typ":"at+jwt","kid":{kid}}}"#);
        verifier.verify(seal(&key, header, claims().to_string()).as_bytes(), NOW).err()
    };
    assert_eq!(fault(r#""k1""#), None);
    for kid in [r#""K1""#, r#""k1\u0000""#, r#""""#, r#""../../k1""#, r#""k1' OR '1'='1""#, r#""k""#] {
        assert_eq!(fault(kid), Some(JwtFault::UnknownKey), "{kid}");
    }
    for kid in [r#"["k1"]"#, "1", "null", r#"{"k1":1}"#] {
        assert_eq!(fault(kid), Some(JwtFault::Header), "{kid}");
    }
}

/// J-06: without a `kid` one key must be meant, with one the named key and no other.
#[test]
fn no_key_is_guessed() {
    let (one, two) = (ed25519(1).with_kid("1"), ed25519(2).with_kid("2"));
    let both = verifier([one.verifying_key(), two.verifying_key()]);
    let unnamed = seal(&one, r#"{"alg":"EdDSA","typ":"at+jwt"}"#, claims().to_string());
    assert_eq!(both.verify(unnamed.as_bytes(), NOW).err(), Some(JwtFault::UnknownKey));
    assert!(verifier([one.verifying_key()]).verify(unnamed.as_bytes(), NOW).is_ok());

    let misnamed = seal(&one, r#"{"alg":"EdDSA","typ":"at+jwt","kid":"2"}"#, claims().to_string());
    assert_eq!(both.verify(misnamed.as_bytes(), NOW).err(), Some(JwtFault::Signature));
}

/// J-05: a key that a token brings along is no key. There is no code that could fetch one.
#[test]
fn embedded_keys_are_no_keys() {
    let (known, own) = (ed25519(1), ed25519(9));
    let jwk = own.verifying_key().to_jwk().unwrap();
    for member in [
        format!(r#""jwk":{jwk}"#),
        r#""jku":"https://evil.example/jwks.json""#.to_owned(),
        r#""x5u":"https://evil.example/x5u""#.to_owned(),
        r#""x5c":["AAAA"]"#.to_owned(),
    ] {
        let header = format!(r#"{{"alg":"EdDSA","typ":"at+jwt",{member}}}"#);
        let verifier = verifier([known.verifying_key()]);
        let good = seal(&known, &header, claims().to_string());
        assert!(verifier.verify(good.as_bytes(), NOW).is_ok());
        let forged = seal(&own, &header, claims().to_string());
        assert_eq!(verifier.verify(forged.as_bytes(), NOW).err(), Some(JwtFault::Signature));
    }
}
