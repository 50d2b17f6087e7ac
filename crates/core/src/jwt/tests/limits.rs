//! What is too long, too deep, or not a token at all.

use super::*;

/// J-29: size and depth are bounded before anything is done with a token.
#[test]
fn size_and_depth_are_bounded() {
    let verifier = verifier([hs256().verifying_key()]).max_len(usize::MAX);
    let nested = |depth: usize| with_raw("x", &format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
    let objects =
        |depth: usize| with_raw("x", &format!("{}1{}", r#"{"x":"#.repeat(depth), "}".repeat(depth)));
    for deep in [nested(33), nested(20_000), objects(33), objects(20_000)] {
        let token = seal(&hs256(), HEADER, deep);
        assert_eq!(verifier.verify(token.as_bytes(), NOW).err(), Some(JwtFault::Claims));
    }
    assert!(verifier.verify(seal(&hs256(), HEADER, nested(32)).as_bytes(), NOW).is_ok());

    let deep_header = format!(r#"{{"alg":"HS256","typ":"at+jwt","x":{}"#, "[".repeat(20_000));
    let token = seal(&hs256(), deep_header, claims().to_string());
    assert_eq!(verifier.verify(token.as_bytes(), NOW).err(), Some(JwtFault::Header));
}

/// J-29: the longest token is 8 KiB, or what is configured.
#[test]
fn long_tokens_are_not_decoded() {
    let default = verifier([hs256().verifying_key()]);
    assert_eq!(default.verify(&vec![b'.'; 1 << 20], NOW).err(), Some(JwtFault::TooLong));
    assert_eq!(default.verify(&[b'.'; 8193], NOW).err(), Some(JwtFault::TooLong));
    assert_eq!(default.verify(&[b'.'; 8192], NOW).err(), Some(JwtFault::Malformed));

    let token = seal(&hs256(), HEADER, claims().to_string());
    let tight = |max_len| verifier([hs256().verifying_key()]).max_len(max_len);
    assert!(tight(token.len()).verify(token.as_bytes(), NOW).is_ok());
    assert_eq!(tight(token.len() - 1).verify(token.as_bytes(), NOW).err(), Some(JwtFault::TooLong));
}

/// J-10, J-12: only the compact form of a signed token.
#[test]
fn only_compact_tokens() {
    let token = seal(&hs256(), HEADER, claims().to_string());
    let mut parts = token.split('.');
    let (header, payload, signature) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let verifier = verifier([hs256().verifying_key()]);
    for text in [
        format!(r#"{{"protected":"{header}","payload":"{payload}","signature":"{signature}"}}"#),
        format!(
            r#"{{"payload":"{payload}","signatures":[{{"protected":"{header}","signature":"{signature}"}}]}}"#
        ),
        format!("{header}.{payload}.{signature}.{signature}.{signature}"),
        format!("{token}="),
        format!("{token} "),
        format!(" {token}"),
        format!("{token}."),
        format!("Bearer {token}"),
        format!("{header}..{signature}"),
    ] {
        assert_eq!(verifier.verify(text.as_bytes(), NOW).err(), Some(JwtFault::Malformed), "{text}");
    }
}

/// J-11, J-14, J-26: no byte of a token can change.
#[test]
fn every_byte_counts() {
    let verifier = verifier([hs256().verifying_key()]);
    let token = seal(&hs256(), HEADER, claims().to_string());
    for at in 0..token.len() {
        for other in *b"Aa0-_.=+/ \0\xFF" {
            let mut bytes = token.clone().into_bytes();
            let before = std::mem::replace(&mut bytes[at], other);
            assert_eq!(verifier.verify(&bytes, NOW).is_ok(), before == other, "{at}");
        }
        assert!(verifier.verify(&token.as_bytes()[..at], NOW).is_err(), "{at}");
    }
}

/// J-29: nothing panics, whatever the bytes.
#[test]
fn garbage_is_refused() {
    const ALPHABET: &[u8; 16] = b"eyJ.Aa0_-\xFF{}\"\\:,";
    let verifier = verifier([hs256().verifying_key()]);
    let mut state = 1_u32;
    for length in 0..2000 {
        let mut bytes = Vec::new();
        for _ in 0..length % 97 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            bytes.push(ALPHABET[(state >> 28) as usize]);
        }
        assert!(verifier.verify(&bytes, NOW).is_err());
        let payload = seal(&hs256(), HEADER, &bytes);
        assert!(verifier.verify(payload.as_bytes(), NOW).is_err());
        let header = seal(&hs256(), &bytes, claims().to_string());
        assert!(verifier.verify(header.as_bytes(), NOW).is_err());
    }
}
