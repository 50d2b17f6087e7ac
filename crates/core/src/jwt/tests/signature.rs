//! Signatures: one key, one algorithm, one form.

use super::*;

fn signature(token: &str) -> Vec<u8> {
    BASE64URL_NOPAD.decode(token.rsplit('.').next().unwrap().as_bytes()).unwrap()
}

fn replaced(token: &str, signature: impl AsRef<[u8]>) -> String {
    format!("{}.{}", token.rsplit_once('.').unwrap().0, encode(signature))
}

fn header(algorithm: Algorithm) -> String {
    format!(r#"{{"alg":"{algorithm}","typ":"at+jwt"}}"#)
}

/// `a + b` or `a - b`, modulo the width, most significant byte first.
fn combine(a: &[u8], b: &[u8], sign: i16) -> Vec<u8> {
    let mut carry = 0;
    let mut out: Vec<u8> = Vec::new();
    for (x, y) in a.iter().rev().zip(b.iter().rev()) {
        let sum = i16::from(*x) + sign * i16::from(*y) + carry;
        out.push(u8::try_from(sum.rem_euclid(256)).unwrap());
        carry = sum.div_euclid(256);
    }
    out.reverse();
    out
}

/// J-04, J-14: a key bound to one algorithm verifies no other, whatever the header says.
#[test]
fn one_key_one_algorithm() {
    let keys = ALL.map(signing_key);
    for (key, algorithm) in keys.iter().zip(ALL) {
        let verifier = verifier([key.verifying_key()]);
        for (other, header_algorithm) in keys.iter().zip(ALL) {
            let token = seal(other, header(header_algorithm), claims().to_string());
            assert_eq!(verifier.verify(token.as_bytes(), NOW).is_ok(), algorithm == header_algorithm);
            if algorithm != header_algorithm {
                let relabelled = seal(other, header(algorithm), claims().to_string());
                let refused = verifier.verify(relabelled.as_bytes(), NOW).err();
                assert_eq!(refused, Some(JwtFault::Signature), "{algorithm} {header_algorithm}");
            }
        }
    }
}

/// J-04: a public key in any form is no HMAC secret.
#[test]
fn public_key_is_no_secret() {
    let public = VerifyingKey::from_pem(Algorithm::RS256, RSA.1.as_bytes()).unwrap().with_kid("k");
    let jwk = public.to_jwk().unwrap();
    let parsed: Value = serde_json::from_str(&jwk).unwrap();
    let modulus = BASE64URL_NOPAD.decode(parsed["n"].as_str().unwrap().as_bytes()).unwrap();
    let der = BASE64
        .decode(RSA.1.lines().filter(|line| !line.starts_with('-')).collect::<String>().as_bytes())
        .unwrap();
    let verifier = verifier([public]);
    for secret in [RSA.1.as_bytes(), jwk.as_bytes(), &modulus, &der] {
        for kid in ["", r#","kid":"k""#] {
            let header = format!(r#"{{"alg":"HS256","typ":"at+jwt"{kid}}}"#);
            let signed = format!("{}.{}", encode(header), encode(claims().to_string()));
            let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
            let token = format!("{signed}.{}", encode(aws_lc_rs::hmac::sign(&key, signed.as_bytes())));
            assert_eq!(verifier.verify(token.as_bytes(), NOW).err(), Some(JwtFault::Algorithm));
        }
    }
}

/// J-24: an ECDSA signature is R and S, full length, each from 1 to n - 1.
#[test]
fn ecdsa_signature_has_one_form() {
    for (algorithm, width) in [(Algorithm::ES256, 32), (Algorithm::ES384, 48)] {
        let key = signing_key(algorithm);
        let verifier = verifier([key.verifying_key()]);
        let token = seal(&key, header(algorithm), claims().to_string());
        let good = signature(&token);
        assert_eq!(good.len(), 2 * width);
        let (r, s) = good.split_at(width);
        let (zero, all) = (vec![0; width], vec![0xFF; width]);
        for bad in [
            [&zero[..], s].concat(),
            [r, &zero].concat(),
            [zero.clone(), zero.clone()].concat(),
            [&all[..], s].concat(),
            [r, &all].concat(),
            [&[0], &good[..]].concat(),
            [&good[..], &[0]].concat(),
            good[..good.len() - 1].to_vec(),
            r.to_vec(),
            der(r, s),
        ] {
            let refused = verifier.verify(replaced(&token, &bad).as_bytes(), NOW).err();
            assert_eq!(refused, Some(JwtFault::Signature), "{algorithm} {bad:?}");
        }
    }
}

fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| [&[2, u8::try_from(number.len() + 1).unwrap(), 0], number].concat();
    let body = [integer(r), integer(s)].concat();
    [&[0x30, u8::try_from(body.len()).unwrap()], &body[..]].concat()
}

/// J-28: the other signature of the same token is the same credential.
#[test]
fn complementary_signature_is_the_same_credential() {
    const ORDER: &str = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";
    let order = data_encoding::HEXUPPER.decode(ORDER.as_bytes()).unwrap();
    let key = signing_key(Algorithm::ES256);
    let verifier = verifier([key.verifying_key()]).general();
    let token = seal(&key, header(Algorithm::ES256), with("jti", Value::Null));
    let good = signature(&token);
    let other = [&good[..32], &combine(&order, &good[32..], -1)].concat();
    let twin = replaced(&token, other);
    assert_ne!(token, twin);
    let id = |token: &str| verifier.verify(token.as_bytes(), NOW).unwrap().credential;
    assert_eq!(id(&token), id(&twin));

    let past = [&combine(&good[..32], &order, 1)[..], &good[32..]].concat();
    assert!(verifier.verify(replaced(&token, past).as_bytes(), NOW).is_err());
}

/// J-25: an Ed25519 signature whose S is not reduced is refused, and so is the name `Ed25519`.
#[test]
fn ed25519_signature_has_one_form() {
    const ORDER: &str = "1000000000000000000000000000000014DEF9DEA2F79CD65812631A5CF5D3ED";
    let order = data_encoding::HEXUPPER.decode(ORDER.as_bytes()).unwrap();
    let key = ed25519(3);
    let verifier = verifier([key.verifying_key()]);
    let token = seal(&key, header(Algorithm::EdDSA), claims().to_string());
    assert!(verifier.verify(token.as_bytes(), NOW).is_ok());
    let good = signature(&token);
    let s: Vec<u8> = good[32..].iter().rev().copied().collect();
    let s: Vec<u8> = combine(&s, &order, 1).into_iter().rev().collect();
    let unreduced = [&good[..32], &s].concat();
    for bad in [unreduced, good[..63].to_vec(), [&good[..], &[0]].concat()] {
        let refused = verifier.verify(replaced(&token, bad).as_bytes(), NOW).err();
        assert_eq!(refused, Some(JwtFault::Signature));
    }
    let renamed = seal(&key, r#"{"alg":"Ed25519","typ":"at+jwt"}"#, claims().to_string());
    assert_eq!(verifier.verify(renamed.as_bytes(), NOW).err(), Some(JwtFault::Algorithm));
}

/// J-26: an HMAC counts in its full length only.
#[test]
fn hmac_is_compared_whole() {
    let verifier = verifier([hs256().verifying_key()]);
    let token = seal(&hs256(), HEADER, claims().to_string());
    let good = signature(&token);
    for bad in [good[..16].to_vec(), good[..31].to_vec(), [&good[..], &[0]].concat()] {
        let refused = verifier.verify(replaced(&token, bad).as_bytes(), NOW).err();
        assert_eq!(refused, Some(JwtFault::Signature));
    }
}
