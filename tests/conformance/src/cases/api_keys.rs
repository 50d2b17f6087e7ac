//! API keys: where they are read, and when they are refused.

use std::time::Duration;

use portcullis::EventKind;
use serde_json::json;

use super::{ALL, API_KEY, BEARER, assert_challenged, assert_problem, cause, events};
use crate::{KEY_LEAD, Run, START, case::cases, key_text};

cases! { "api_keys";
    a_key_says_who_it_is: "A-02";
    a_key_may_be_a_bearer_token: "A-02";
    other_headers_hold_no_key: "A-02";
    a_prefix_alone_is_not_enough: "A-02", "A-09";
    a_made_key_works: "A-02", "A-11";
    a_made_key_is_shown_once: "A-11", "lesson/secrets-in-logs";
    a_key_has_no_more_scopes_than_its_maker: "H-06", "lesson/server-only-fields";
    making_a_key_needs_a_session: "A-11";
    a_revoked_key_is_refused_at_once: "A-03", "lesson/checksum-and-instant-revocation";
    a_revoked_key_stays_revoked: "A-03", "lesson/verification-writes-nothing-back";
    a_key_of_somebody_else_is_not_revoked: "A-03", "S-17";
    an_expired_key_is_refused: "A-04";
    a_key_is_refused_before_its_time: "A-04";
    unknown_and_wrong_look_alike: "A-07";
    a_wrong_secret_is_refused: "A-07";
    malformed_keys_cost_no_read: "A-09", "lesson/checksum-and-instant-revocation";
    a_wrong_checksum_costs_no_read: "A-09", "lesson/checksum-and-instant-revocation";
    another_environment_costs_no_read: "A-09";
    two_keys_are_malformed: "A-10";
    two_equal_keys_are_malformed: "A-10";
    a_key_begins_no_session: "A-11", "S-28";
    a_key_proves_no_factor: "A-11";
    a_key_is_never_fresh: "A-11";
    a_key_needs_its_scopes: "H-06";
    uses_of_a_key_are_recorded_once_a_minute: "A-12";
}

/// in its own header.
fn a_key_says_who_it_is(run: &mut Run) {
    let key = run.world().key("bob", &["read"], |_| ());
    let reply = run.get("/key", &[("x-api-key", &key)]);
    let me = reply.json();
    assert_eq!(
        (&me["subject"], &me["kind"], &me["scopes"]),
        (&json!("bob"), &json!("api_key"), &json!(["read"]))
    );
    assert_eq!((&me["factors"], &me["authenticated_at"]), (&json!([]), &json!(null)));
    assert_eq!(me["credential"], key[KEY_LEAD.len()..][..16]);
    assert_eq!(events(run), ["authn_success"]);
    assert_eq!(reply.value("cache-control"), "no-store");
}

/// A-02, decision 4: as a bearer token with the prefix.
fn a_key_may_be_a_bearer_token(run: &mut Run) {
    let key = run.world().key("bob", &[], |_| ());
    let reply = run.get("/key", &[("authorization", &format!("Bearer {key}"))]);
    assert_eq!((reply.status, reply.json()["kind"].as_str()), (200, Some("api_key")));
    // A bad one is no bearer token, so the challenge names no error.
    let reply = run.get("/me", &[("authorization", &format!("Bearer {}", key_text()))]);
    assert_challenged(&reply, &ALL);
}

/// nowhere else.
fn other_headers_hold_no_key(run: &mut Run) {
    let key = run.world().key("bob", &[], |_| ());
    for (name, value) in [
        ("x-apikey", key.as_str()),
        ("api-key", &key),
        ("authorization", &format!("ApiKey {key}")),
        ("authorization", &key),
        ("cookie", &format!("x-api-key={key}")),
    ] {
        assert_challenged(&run.get("/key", &[(name, value)]), &[API_KEY]);
    }
    assert_eq!(run.world().operations(), [""; 0]);
}

/// what only begins like a key is a key, and bad.
fn a_prefix_alone_is_not_enough(run: &mut Run) {
    let reply = run.get("/me", &[("authorization", "Bearer cft_")]);
    assert_challenged(&reply, &ALL);
    assert_eq!(run.world().events()[0].scheme, Some(portcullis::Scheme::ApiKey));
}

/// Makes a key by the wire; its id and its text.
fn make(run: &mut Run, cookie: &str, scopes: &[&str]) -> (String, String) {
    let reply = run.post("/keys", &[("cookie", cookie)], &json!({ "scopes": scopes }));
    assert_eq!((reply.status, reply.value("cache-control")), (201, "no-store"));
    let text = |name: &str| reply.json()[name].as_str().unwrap_or_default().to_owned();
    (text("id"), text("key"))
}

/// a key that was made by the wire acts for its maker.
fn a_made_key_works(run: &mut Run) {
    let cookie = run.log_in("ann");
    let (id, key) = make(run, &cookie, &["read"]);
    let reply = run.get("/read", &[("x-api-key", &key)]);
    assert_eq!(
        (reply.json()["subject"].as_str(), reply.json()["credential"].as_str()),
        (Some("ann"), Some(id.as_str()))
    );
    assert!(events(run).contains(&"authn_token_created"));
}

/// the list shows what a key begins with, never the key.
fn a_made_key_is_shown_once(run: &mut Run) {
    let cookie = run.log_in("ann");
    let (id, key) = make(run, &cookie, &["read"]);
    let reply = run.get("/keys", &[("cookie", &cookie)]);
    let list = reply.json();
    assert_eq!(
        (list[0]["id"].as_str(), list[0]["start"].as_str()),
        (Some(id.as_str()), Some(&key[..KEY_LEAD.len() + 4]))
    );
    assert!(!reply.text().contains(&key[KEY_LEAD.len() + 16..]));
}

/// H-06: nobody gives away what they do not have.
fn a_key_has_no_more_scopes_than_its_maker(run: &mut Run) {
    let cookie = run.log_in("bob");
    let reply = run.post("/keys", &[("cookie", &cookie)], &json!({ "scopes": ["read", "write"] }));
    assert_problem(&reply, 403);
    assert_eq!(run.get("/keys", &[("cookie", &cookie)]).json(), json!([]));
}

/// a key makes no key.
fn making_a_key_needs_a_session(run: &mut Run) {
    let key = run.world().key("ann", &["read"], |_| ());
    let reply = run.post("/keys", &[("x-api-key", &key)], &json!({ "scopes": ["read"] }));
    assert_eq!((reply.status, reply.values("www-authenticate").len()), (401, 1));
}

/// revoked, it is refused on the next request, and both are told.
fn a_revoked_key_is_refused_at_once(run: &mut Run) {
    let cookie = run.log_in("ann");
    let (id, key) = make(run, &cookie, &["read"]);
    assert_eq!(run.get("/read", &[("x-api-key", &key)]).status, 200);
    assert_eq!(run.delete(&format!("/keys/{id}"), &[("cookie", &cookie)]).status, 204);
    assert_challenged(&run.get("/read", &[("x-api-key", &key)]), &ALL);
    let kinds: Vec<_> = run.world().events().iter().map(|event| event.kind).collect();
    assert!(kinds.ends_with(&[EventKind::TokenRevoked, EventKind::TokenReuse]), "{kinds:?}");
}

/// whatever uses of it are recorded.
fn a_revoked_key_stays_revoked(run: &mut Run) {
    let cookie = run.log_in("ann");
    let (id, key) = make(run, &cookie, &["read"]);
    run.world().advance(Duration::from_secs(120));
    let request = |method, path: &str, name, value| crate::request(method, path, &[(name, value)], None);
    let read = request("GET", "/read", "x-api-key", &key);
    let revoke = request("DELETE", &format!("/keys/{id}"), "cookie", &cookie);
    let replies = run.parallel(&[read.clone(), revoke, read.clone(), read]);
    assert_eq!(replies[1].status, 204);
    assert_eq!(run.get("/read", &[("x-api-key", &key)]).status, 401);
    assert_eq!(run.delete(&format!("/keys/{id}"), &[("cookie", &cookie)]).status, 404);
    assert_eq!(run.get("/keys", &[("cookie", &cookie)]).json(), json!([]));
}

/// nobody revokes somebody else's.
fn a_key_of_somebody_else_is_not_revoked(run: &mut Run) {
    let key = run.world().key("ann", &["read"], |_| ());
    let bob = run.log_in("bob");
    let theirs = run.delete(&format!("/keys/{}", &key[KEY_LEAD.len()..][..16]), &[("cookie", &bob)]);
    let nobodys = run.delete("/keys/AAAAAAAAAAAAAAAA", &[("cookie", &bob)]);
    assert_problem(&theirs, 404);
    assert_eq!(theirs.body, nobodys.body);
    assert_eq!(run.get("/read", &[("x-api-key", &key)]).status, 200);
}

/// from its expiry on.
fn an_expired_key_is_refused(run: &mut Run) {
    let key = run.world().key("ann", &[], |key| key.expires_at = Some(START.after(Duration::from_secs(60))));
    run.world().advance(Duration::from_secs(59));
    assert_eq!(run.get("/key", &[("x-api-key", &key)]).status, 200);
    run.world().advance(Duration::from_secs(1));
    assert_challenged(&run.get("/key", &[("x-api-key", &key)]), &[API_KEY]);
    assert_eq!(cause(run), "expired");
}

/// until it begins.
fn a_key_is_refused_before_its_time(run: &mut Run) {
    let key = run.world().key("ann", &[], |key| key.not_before = Some(START.after(Duration::from_secs(60))));
    assert_challenged(&run.get("/key", &[("x-api-key", &key)]), &[API_KEY]);
    assert_eq!(cause(run), "not_yet_valid");
    run.world().advance(Duration::from_secs(60));
    assert_eq!(run.get("/key", &[("x-api-key", &key)]).status, 200);
}

/// Two keys of one id: the stored one, and one whose secret is another.
fn wrong_secret(run: &Run) -> String {
    let right = key_text();
    run.world().key("ann", &[], |key| key.hash = portcullis::KeyHash::of(right.as_bytes()))
}

/// the same bytes, the same single look-up; only the event knows.
fn unknown_and_wrong_look_alike(run: &mut Run) {
    let wrong = wrong_secret(run);
    let one = run.get("/key", &[("x-api-key", &wrong)]);
    let two = run.get("/key", &[("x-api-key", &key_text())]);
    assert_eq!((one.status, &one.body), (two.status, &two.body));
    assert_eq!(one.values("www-authenticate"), two.values("www-authenticate"));
    assert_eq!(run.world().operations(), ["key.find", "key.find"]);
    let causes: Vec<_> = run.world().events().iter().map(|event| event.cause).collect();
    assert_eq!(causes, [Some("wrong_secret"), Some("unknown_id")]);
}

/// an id is no secret.
fn a_wrong_secret_is_refused(run: &mut Run) {
    let wrong = wrong_secret(run);
    assert_challenged(&run.get("/key", &[("x-api-key", &wrong)]), &[API_KEY]);
}

/// what can be no key.
fn malformed_keys_cost_no_read(run: &mut Run) {
    let key = run.world().key("ann", &[], |_| ());
    for bad in [
        "x",
        "cft_live_",
        &key[1..],
        &format!("{key}0"),
        &format!("{key} {key}"),
        &key.to_uppercase(),
        &"A".repeat(8_000),
    ] {
        assert_challenged(&run.get("/key", &[("x-api-key", bad)]), &[API_KEY]);
    }
    assert_eq!(run.world().operations(), [""; 0]);
}

/// one character changed.
fn a_wrong_checksum_costs_no_read(run: &mut Run) {
    let key = run.world().key("ann", &[], |_| ());
    for at in [KEY_LEAD.len(), 30, key.len() - 1] {
        let mut bad = key.clone().into_bytes();
        bad[at] = if bad[at] == b'0' { b'1' } else { b'0' };
        let bad = String::from_utf8_lossy(&bad).into_owned();
        assert_challenged(&run.get("/key", &[("x-api-key", &bad)]), &[API_KEY]);
        assert_eq!(cause(run), "wrong_checksum");
    }
    assert_eq!(run.world().operations(), [""; 0]);
}

/// a key of the test environment is told apart in the event.
fn another_environment_costs_no_read(run: &mut Run) {
    let key = run.world().key("ann", &[], |_| ()).replace("live", "test");
    assert_challenged(&run.get("/key", &[("x-api-key", &key)]), &[API_KEY]);
    assert_eq!((cause(run), run.world().operations().len()), ("other_environment", 0));
}

/// two keys, both good.
fn two_keys_are_malformed(run: &mut Run) {
    let (one, two) = (run.world().key("ann", &[], |_| ()), run.world().key("bob", &[], |_| ()));
    assert_problem(&run.get("/key", &[("x-api-key", &one), ("x-api-key", &two)]), 400);
    assert_eq!(run.world().operations(), [""; 0]);
}

/// also when they are equal.
fn two_equal_keys_are_malformed(run: &mut Run) {
    let key = run.world().key("ann", &[], |_| ());
    assert_problem(&run.get("/key", &[("x-api-key", &key), ("x-api-key", &key)]), 400);
}

/// no answer to a key sets a cookie, and no session is there afterwards.
fn a_key_begins_no_session(run: &mut Run) {
    let key = run.world().key("ann", &["read", "write"], |_| ());
    for path in ["/me", "/read", "/session", "/sessions"] {
        assert_eq!(run.get(path, &[("x-api-key", &key)]).values("set-cookie"), [""; 0]);
    }
    assert_eq!(
        run.post("/reauthenticate", &[("x-api-key", &key)], &json!({ "password": crate::PASSWORD })).status,
        401
    );
    assert_eq!(run.world().live_sessions(), 0);
}

/// a rule that asks for two factors accepts no key.
fn a_key_proves_no_factor(run: &mut Run) {
    let key = run.world().key("ann", &[], |_| ());
    let reply = run.get("/vault", &[("x-api-key", &key)]);
    assert_eq!(reply.status, 401);
    assert_eq!(reply.values("www-authenticate")[0], BEARER);
}

/// nor does one that asks for a recent login.
fn a_key_is_never_fresh(run: &mut Run) {
    let key = run.world().key("ann", &[], |_| ());
    assert_eq!(run.get("/fresh", &[("x-api-key", &key)]).status, 401);
}

/// H-06: a key without the scope.
fn a_key_needs_its_scopes(run: &mut Run) {
    let key = run.world().key("ann", &["read"], |_| ());
    let reply = run.post("/write", &[("x-api-key", &key)], &json!({}));
    assert_problem(&reply, 403);
    assert_eq!(reply.values("www-authenticate"), [""; 0]);
}

/// the use of a key is written down at most once a minute.
fn uses_of_a_key_are_recorded_once_a_minute(run: &mut Run) {
    let key = run.world().key("ann", &[], |_| ());
    let recorded = |run: &Run| run.world().operations().iter().filter(|op| *op == "key.record_use").count();
    for _ in 0..3 {
        run.get("/key", &[("x-api-key", &key)]);
    }
    assert_eq!(recorded(run), 1);
    run.world().advance(Duration::from_secs(60));
    run.get("/key", &[("x-api-key", &key)]);
    assert_eq!(recorded(run), 2);
    let used = run.world().key_record(&key).and_then(|record| record.last_used_at);
    assert_eq!(used, Some(START.after(Duration::from_secs(60))));
}
