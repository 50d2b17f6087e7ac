//! Minting, and reading back.

use std::time::Duration;

use super::*;
use crate::{JwtIssuer, MintErrorKind, TokenGrant};

fn grant() -> TokenGrant {
    TokenGrant::new("user-1", "web")
        .scopes(["read", "write"])
        .authenticated_at(Timestamp::from_secs(1_699_999_000))
        .factors(["pwd", "otp"])
        .acr("aal2")
}

/// J-30, K-10: what is minted verifies, for every algorithm, and says what was granted.
#[test]
fn minted_tokens_verify() {
    for algorithm in ALL {
        let key = signing_key(algorithm);
        let verifier = verifier([key.verifying_key()]);
        let token = JwtIssuer::new(ISSUER, AUDIENCE, key).mint(&grant(), NOW).unwrap();
        let good = verifier.verify(token.expose().as_bytes(), NOW).unwrap();
        assert_eq!(good.subject, "user-1");
        assert_eq!(good.scopes, ["read", "write"]);
        assert_eq!(good.factors, ["pwd", "otp"]);
        assert_eq!(good.authenticated_at, Some(Timestamp::from_secs(1_699_999_000)));
        assert_eq!(good.expires_at, Timestamp::from_secs(1_700_000_300));
        assert_eq!(good.claims.downcast::<Claims>().unwrap().acr.as_deref(), Some("aal2"));
    }
}

/// J-30: each token has its own id, and its key's name.
#[test]
fn ids_are_fresh() {
    let key = ed25519(1);
    let (verifier, kid) = (verifier([key.verifying_key()]), key.verifying_key().thumbprint().unwrap());
    let issuer = JwtIssuer::new(ISSUER, AUDIENCE, key).lifetime(Duration::from_secs(60));
    let token = || issuer.mint(&grant(), NOW).unwrap();
    let id = || verifier.verify(token().expose().as_bytes(), NOW).unwrap().credential;
    assert_ne!(id(), id());
    let header =
        token().expose().split('.').next().map(|part| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap());
    let header: Value = serde_json::from_slice(&header.unwrap()).unwrap();
    assert_eq!(header, json!({"alg": "EdDSA", "typ": "at+jwt", "kid": kid}));
    assert_eq!(
        verifier.verify(token().expose().as_bytes(), NOW.after(Duration::from_secs(90))).err(),
        Some(JwtFault::Expired)
    );
}

/// J-30: what no verifier would accept is not minted, and no scope hides a second one.
#[test]
fn bad_grants_are_refused() {
    let issuer = JwtIssuer::new(ISSUER, AUDIENCE, hs256());
    let kind = |grant: TokenGrant| issuer.mint(&grant, NOW).map_err(crate::MintError::kind).err();
    assert_eq!(kind(TokenGrant::new("", "web")), Some(MintErrorKind::Empty));
    assert_eq!(kind(TokenGrant::new("user-1", "")), Some(MintErrorKind::Empty));
    for scope in ["", "read admin", "a\"", "a\\", "é", "a\n"] {
        assert_eq!(kind(TokenGrant::new("u", "c").scopes([scope])), Some(MintErrorKind::Scope), "{scope}");
    }
    let nameless = JwtIssuer::new("", AUDIENCE, hs256());
    assert_eq!(nameless.mint(&grant(), NOW).unwrap_err().kind(), MintErrorKind::Empty);
}
