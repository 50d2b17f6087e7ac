//! Tokens, as far as a client sees them. Parsing and cryptography are proven in core, against vectors.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use portcullis::{Algorithm, JwtIssuer, Secret, SigningKey};
use serde_json::json;

use super::{API_KEY, INVALID_TOKEN, SESSION, assert_challenged, assert_problem, cause, events};
use crate::{AUDIENCE, ISSUER, Run, case::cases, signing_key};

cases! { "jwt";
    a_token_says_who_it_is: "H-03";
    a_minted_token_carries_the_login: "H-32";
    a_token_has_no_more_scopes_than_its_maker: "H-06";
    every_cause_has_the_same_bytes: "H-03", "lesson/garbage-is-no-server-error";
    an_expired_token_is_told_apart: "H-03";
    an_expired_token_of_another_is_just_bad: "H-03";
    a_token_lives_until_its_leeway: "H-03";
    garbage_is_refused: "H-03", "H-24", "lesson/garbage-is-no-server-error";
    unsigned_tokens_are_refused: "H-03";
    unknown_kids_are_refused: "H-03", "lesson/garbage-is-no-server-error";
    a_bad_token_removes_no_cookie: "H-03", "C-16";
    no_token_reads_a_store: "H-03";
    a_large_token_is_refused: "H-23";
    a_scope_is_compared_whole: "H-06", "lesson/server-only-fields";
    tokens_carry_no_role: "H-07", "lesson/server-only-fields";
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// H-03: a good token.
fn a_token_says_who_it_is(run: &mut Run) {
    let token = bearer(&run.world().token("bob", &["read", "x:y"]));
    let reply = run.get("/token", &[("authorization", &token)]);
    let me = reply.json();
    assert_eq!(
        (&me["subject"], &me["kind"], &me["scopes"]),
        (&json!("bob"), &json!("jwt"), &json!(["read", "x:y"]))
    );
    assert_eq!(events(run), ["authn_success"]);
    assert_eq!(reply.value("cache-control"), "no-store");
}

/// H-32: a token made by a session says when and how its maker logged in.
fn a_minted_token_carries_the_login(run: &mut Run) {
    let cookie = run.log_in("ann");
    run.world().advance(Duration::from_secs(60));
    let reply = run.post("/tokens", &[("cookie", &cookie)], &json!({ "scopes": ["read"] }));
    assert_eq!((reply.status, reply.json()["expires_in"].as_u64()), (201, Some(300)));
    let token = bearer(reply.json()["access_token"].as_str().unwrap_or_default());
    let me = run.get("/read", &[("authorization", &token)]).json();
    assert_eq!(
        (&me["factors"], &me["authenticated_at"]),
        (&json!(["pwd"]), &json!("2023-11-14T22:13:20.000Z"))
    );
}

/// H-06: nobody gives away what they do not have.
fn a_token_has_no_more_scopes_than_its_maker(run: &mut Run) {
    let cookie = run.log_in("bob");
    let reply = run.post("/tokens", &[("cookie", &cookie)], &json!({ "scopes": ["write"] }));
    assert_problem(&reply, 403);
}

/// Tokens that are bad for every cause there is, by name.
fn bad_tokens(run: &Run) -> Vec<(&'static str, String)> {
    let world = run.world();
    let by = |issuer: &str, audience: &str, key| {
        world.token_by(&JwtIssuer::new(issuer, audience, key), "ann", &[])
    };
    let other =
        SigningKey::from_secret(Algorithm::HS256, &Secret::new([8; 32])).expect("32 bytes").with_kid("one");
    let longer =
        SigningKey::from_secret(Algorithm::HS384, &Secret::new([7; 48])).expect("48 bytes").with_kid("one");
    let good = world.token("ann", &[]);
    vec![
        ("issuer", by("https://evil.test", AUDIENCE, signing_key())),
        ("audience", by(ISSUER, "https://other.test", signing_key())),
        ("signature", by(ISSUER, AUDIENCE, other)),
        ("algorithm", by(ISSUER, AUDIENCE, longer)),
        ("unknown_key", by(ISSUER, AUDIENCE, signing_key().with_kid("two"))),
        ("malformed", good.replace('.', "..")),
        ("malformed", format!("{good}=")),
        ("type", retyped(&good)),
    ]
}

/// The token with another `typ`; its signature no longer matters.
fn retyped(token: &str) -> String {
    let (_, rest) = token.split_once('.').unwrap_or_default();
    let header = json!({ "alg": "HS256", "typ": "JWT", "kid": "one" }).to_string();
    format!("{}.{rest}", BASE64URL_NOPAD.encode(header.as_bytes()))
}

/// H-03: status, header and body are the same for every cause; only the event tells.
fn every_cause_has_the_same_bytes(run: &mut Run) {
    let mut seen = Vec::new();
    for (name, token) in bad_tokens(run) {
        let reply = run.get("/me", &[("authorization", &bearer(&token))]);
        assert_challenged(&reply, &[INVALID_TOKEN, API_KEY, SESSION]);
        assert_eq!(cause(run), name);
        seen.push((reply.body.clone(), reply.values("vary").concat()));
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
}

/// H-03: good in everything but its expiry.
fn an_expired_token_is_told_apart(run: &mut Run) {
    let token = bearer(&run.world().token("ann", &[]));
    run.world().advance(Duration::from_secs(330));
    let reply = run.get("/token", &[("authorization", &token)]);
    let challenge =
        r#"Bearer realm="conformance", error="invalid_token", error_description="The access token expired""#;
    assert_challenged(&reply, &[challenge]);
    assert!(reply.json()["type"].as_str().is_some_and(|kind| kind.ends_with("token-expired")), "{reply:?}");
}

/// H-03: expired and bad otherwise is only bad.
fn an_expired_token_of_another_is_just_bad(run: &mut Run) {
    let tokens = bad_tokens(run);
    run.world().advance(Duration::from_secs(330));
    for (_, token) in tokens {
        let reply = run.get("/token", &[("authorization", &bearer(&token))]);
        assert_challenged(&reply, &[INVALID_TOKEN]);
    }
}

/// H-03: five minutes, and half a minute of leeway.
fn a_token_lives_until_its_leeway(run: &mut Run) {
    let token = bearer(&run.world().token("ann", &[]));
    run.world().advance(Duration::from_secs(329));
    assert_eq!(run.get("/token", &[("authorization", &token)]).status, 200);
    run.world().advance(Duration::from_secs(1));
    assert_eq!(run.get("/token", &[("authorization", &token)]).status, 401);
}

/// H-03: what is no token.
fn garbage_is_refused(run: &mut Run) {
    for token in ["x", "a.b", "a.b.c", "a.b.c.d.e", "e30.e30.e30", "....", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA"] {
        let reply = run.get("/token", &[("authorization", &bearer(token))]);
        assert_challenged(&reply, &[INVALID_TOKEN]);
    }
}

/// H-03: `none`, in any case, with or without a signature.
fn unsigned_tokens_are_refused(run: &mut Run) {
    let good = run.world().token("ann", &[]);
    let payload = good.split('.').nth(1).unwrap_or_default().to_owned();
    for algorithm in ["none", "None", "NONE"] {
        let header = json!({ "alg": algorithm, "typ": "at+jwt" }).to_string();
        let header = BASE64URL_NOPAD.encode(header.as_bytes());
        for token in [format!("{header}.{payload}."), format!("{header}.{payload}.AAAA")] {
            let reply = run.get("/token", &[("authorization", &bearer(&token))]);
            assert_challenged(&reply, &[INVALID_TOKEN]);
        }
    }
}

/// H-03: a `kid` is only a name.
fn unknown_kids_are_refused(run: &mut Run) {
    for kid in ["two", "../../etc/passwd", "' OR 1=1 --", "one\u{0}"] {
        let issuer = JwtIssuer::new(ISSUER, AUDIENCE, signing_key().with_kid(kid));
        let token = run.world().token_by(&issuer, "ann", &[]);
        let reply = run.get("/token", &[("authorization", &bearer(&token))]);
        assert_challenged(&reply, &[INVALID_TOKEN]);
    }
}

/// C-16: the cookie was not judged, so it stays.
fn a_bad_token_removes_no_cookie(run: &mut Run) {
    let reply = run.get("/me", &[("authorization", "Bearer a.b.c"), ("cookie", super::STRANGER)]);
    assert_eq!((reply.status, reply.values("set-cookie").len()), (401, 0));
}

/// Verification needs no store.
fn no_token_reads_a_store(run: &mut Run) {
    let token = bearer(&run.world().token("ann", &[]));
    run.get("/me", &[("authorization", &token)]);
    run.get("/me", &[("authorization", "Bearer a.b.c")]);
    assert_eq!(run.world().operations(), [""; 0]);
}

/// H-23: a token that fills the limit is judged, and refused.
fn a_large_token_is_refused(run: &mut Run) {
    let token = format!("{}.{}.AAAA", "A".repeat(4_000), "A".repeat(4_000));
    assert_challenged(
        &run.get("/me", &[("authorization", &bearer(&token))]),
        &[INVALID_TOKEN, API_KEY, SESSION],
    );
}

/// J-23: `reader` is not `read`.
fn a_scope_is_compared_whole(run: &mut Run) {
    for scope in ["reader", "READ", "read:all", "rea"] {
        let token = bearer(&run.world().token("ann", &[scope]));
        assert_problem(&run.get("/read", &[("authorization", &token)]), 403);
    }
}

/// H-07: a role belongs to an account, not to a token.
fn tokens_carry_no_role(run: &mut Run) {
    let token = bearer(&run.world().token("ann", &["admin"]));
    let reply = run.get("/admin", &[("authorization", &token)]);
    assert_problem(&reply, 403);
    assert_eq!(reply.values("www-authenticate"), [""; 0]);
}
