//! Logging in with a password.

use serde_json::json;

use super::{SESSION, assert_challenged, cause, events};
use crate::{PASSWORD, Run, case::cases, credentials};

cases! { "login";
    a_right_password_gets_in: "S-28", "C-01";
    a_wrong_password_is_refused: "lesson/unknown-user-oracle";
    all_failures_look_alike: "lesson/unknown-user-oracle", "H-14";
    every_spelling_is_one_account: "lesson/server-only-fields";
    a_disabled_account_does_not_get_in: "lesson/unknown-user-oracle";
    several_passwords_are_none: "lesson/server-only-fields";
    fields_beyond_the_two_change_nothing: "lesson/server-only-fields";
    a_failure_sets_no_cookie: "S-28";
    passwords_are_not_trimmed: "lesson/unknown-user-oracle";
    a_very_long_password_is_just_wrong: "H-23";
    reauthentication_asks_for_the_own_password: "S-05";
    no_secret_is_in_any_event: "lesson/secrets-in-logs";
}

/// S-28: and the event says who, and how.
fn a_right_password_gets_in(run: &mut Run) {
    let reply = run.post("/login", &[("user-agent", "curl/8")], &credentials("ann"));
    assert_eq!((reply.status, reply.json()), (200, json!({ "subject": "ann" })));
    let event = run.world().events().pop().expect("an event");
    assert_eq!((event.kind.as_str(), event.subject.as_deref()), ("authn_login_success", Some("ann")));
    assert_eq!((event.user_agent.as_deref(), event.factors.len()), (Some("curl/8"), 1));
    assert!(event.client.is_some_and(|client| client.is_loopback()));
}

/// A failed login is a 401 with the session's challenge.
fn a_wrong_password_is_refused(run: &mut Run) {
    let reply = run.post("/login", &[], &json!({ "login": "ann", "password": "seven quiet otters swim" }));
    assert_challenged(&reply, &[SESSION]);
    assert_eq!((events(run), cause(run)), (vec!["authn_login_fail"], "wrong_password"));
}

/// The ways to fail, and what the event calls them.
fn failures() -> [(serde_json::Value, &'static str); 5] {
    let wrong = "not the password at all";
    [
        (json!({ "login": "ann", "password": wrong }), "wrong_password"),
        (json!({ "login": "nobody", "password": wrong }), "unknown_user"),
        (json!({ "login": "", "password": wrong }), "unknown_user"),
        (json!({ "login": "a\u{0}b", "password": wrong }), "unknown_user"),
        (credentials("off"), "disabled"),
    ]
}

/// P-19: unknown, disabled and wrong get the same bytes; only the event knows.
fn all_failures_look_alike(run: &mut Run) {
    let mut seen = Vec::new();
    for (body, expected) in failures() {
        let reply = run.post("/login", &[], &body);
        assert_challenged(&reply, &[SESSION]);
        assert_eq!(cause(run), expected);
        let headers: Vec<_> = reply.headers.iter().filter(|(name, _)| name != "date").cloned().collect();
        seen.push((reply.body.clone(), headers));
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
}

/// L-10: one account, however its name is written.
fn every_spelling_is_one_account(run: &mut Run) {
    for login in ["ann", "ANN", " ann ", "\u{ff41}nn"] {
        let reply = run.post("/login", &[], &credentials(login));
        assert_eq!((reply.status, reply.json()["subject"].as_str()), (200, Some("ann")), "{login}");
    }
}

/// P-19: with the right password, a disabled account gets what a wrong one gets.
fn a_disabled_account_does_not_get_in(run: &mut Run) {
    assert_challenged(&run.post("/login", &[], &credentials("off")), &[SESSION]);
    assert_eq!(run.world().live_sessions(), 0);
}

/// L-09: a list of passwords, or the field twice, is no attempt at all.
fn several_passwords_are_none(run: &mut Run) {
    let list = json!({ "login": "ann", "password": [PASSWORD, "x"] });
    assert_eq!(run.post("/login", &[], &list).status, 422);
    let body = format!(r#"{{"login":"ann","password":"x","password":"{PASSWORD}"}}"#);
    let request = format!(
        "POST /login HTTP/1.1\r\nhost: conformance.test\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    assert_eq!(run.raw(request.as_bytes()).status, 422);
    assert_eq!((run.world().operations().len(), events(run).len()), (0, 0));
}

/// Z-03: subject, scopes and roles are the server's.
fn fields_beyond_the_two_change_nothing(run: &mut Run) {
    let body = json!({
        "login": "bob", "password": PASSWORD, "subject": "ann", "scopes": ["write"], "roles": ["admin"], "disabled": false,
    });
    let cookie = run.post("/login", &[], &body).cookie("__Host-id").unwrap_or_default();
    let me = run.get("/me", &[("cookie", &cookie)]).json();
    assert_eq!((&me["subject"], &me["scopes"]), (&json!("bob"), &json!(["read"])));
    assert_eq!(run.get("/admin", &[("cookie", &cookie)]).status, 403);
}

/// S-28: a failed login begins no session.
fn a_failure_sets_no_cookie(run: &mut Run) {
    for (body, _) in failures() {
        assert_eq!(run.post("/login", &[], &body).values("set-cookie"), [""; 0]);
    }
    assert_eq!(run.world().live_sessions(), 0);
}

/// P-10: spaces and letter case are part of a password.
fn passwords_are_not_trimmed(run: &mut Run) {
    for password in
        [format!("{PASSWORD} "), format!(" {PASSWORD}"), PASSWORD.to_uppercase(), format!("{PASSWORD}\u{0}")]
    {
        let reply = run.post("/login", &[], &json!({ "login": "ann", "password": password }));
        assert_eq!(reply.status, 401);
    }
}

/// P-07: a password beyond the maximum is never cut; at a login it is just wrong.
fn a_very_long_password_is_just_wrong(run: &mut Run) {
    let password = format!("{PASSWORD}{}", "x".repeat(5_000));
    let reply = run.post("/login", &[], &json!({ "login": "ann", "password": password }));
    assert_challenged(&reply, &[SESSION]);
}

/// S-05: whose session it is decides whose password it must be.
fn reauthentication_asks_for_the_own_password(run: &mut Run) {
    let cookie = run.log_in("ann");
    let body = json!({ "password": "wrong in any case", "login": "bob", "subject": "bob" });
    assert_challenged(&run.post("/reauthenticate", &[("cookie", &cookie)], &body), &[SESSION]);
    let event = run.world().events().pop().expect("an event");
    assert_eq!((event.kind.as_str(), event.subject.as_deref()), ("authn_login_fail", Some("ann")));
}

/// E-03: passwords, ids, keys and tokens are in no event, whatever becomes of them.
fn no_secret_is_in_any_event(run: &mut Run) {
    let cookie = run.log_in("ann");
    let wrong = "a guess that was not right";
    run.post("/login", &[], &json!({ "login": wrong, "password": wrong }));
    let made = run.post("/keys", &[("cookie", &cookie)], &json!({ "scopes": ["read"] })).json();
    let key = made["key"].as_str().unwrap_or_default().to_owned();
    let minted = run.post("/tokens", &[("cookie", &cookie)], &json!({ "scopes": ["read"] })).json();
    let token = minted["access_token"].as_str().unwrap_or_default().to_owned();
    run.get("/read", &[("x-api-key", &key)]);
    run.get("/read", &[("authorization", &format!("Bearer {token}"))]);
    run.get("/read", &[("authorization", &format!("Bearer {token}x"))]);
    run.send("POST", "/logout", &[("cookie", &cookie)], None);
    run.get("/me", &[("cookie", &cookie)]);
    let (events, dump) = (format!("{:?}", run.world().events()), run.world().dump_sessions("ann"));
    let id = cookie.trim_start_matches("__Host-id=");
    for secret in [PASSWORD, wrong, id, &key, &key[25..57], &token, &token[token.len() - 20..]] {
        assert!(!secret.is_empty() && !events.contains(secret), "{secret} is in {events}");
        assert!(!dump.contains(secret));
    }
}
