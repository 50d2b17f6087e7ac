//! The HTTP contract: which credential decides, and what the answer looks like.

use portcullis::EventKind;
use serde_json::json;

use super::{ALL, API_KEY, BEARER, INVALID_TOKEN, SESSION, assert_challenged, assert_problem, events};
use crate::{Run, case::cases, world::Setup};

cases! { "http";
    nobody_is_challenged: "H-01", "H-12", "H-13", "H-29", "lesson/no-header-no-entry";
    a_rule_challenges_what_it_accepts: "H-12", "H-13";
    other_schemes_are_no_credential: "H-02", "H-13";
    another_scheme_hides_no_cookie: "H-02";
    a_bearer_without_a_token_is_malformed: "H-04", "H-09";
    a_tab_does_not_separate: "H-09";
    two_authorizations_are_malformed: "H-04", "lesson/two-authorization-headers";
    two_equal_authorizations_are_malformed: "H-04", "lesson/two-authorization-headers";
    a_token_in_the_query_is_ignored: "H-05", "H-31";
    the_scheme_name_has_any_case: "H-08", "lesson/garbage-is-no-server-error";
    spaces_separate: "H-09";
    a_missing_scope_is_forbidden: "H-06", "lesson/garbage-is-no-server-error";
    a_missing_scope_of_a_session_is_forbidden: "H-06", "H-16";
    a_missing_role_is_forbidden: "H-07", "lesson/garbage-is-no-server-error";
    a_role_admits: "H-07";
    problems_tell_no_cause: "H-14", "H-33";
    a_realm_is_quoted: "H-10", "H-11" => Setup { gate: |gate| gate.realm(r#"a"b\c"#), ..Setup::default() };
    browsers_are_sent_to_the_login_page: "H-15", "H-31";
    other_clients_are_not_sent_anywhere: "H-15";
    a_page_elsewhere_is_never_the_way_back: "H-15";
    a_browser_gets_a_page: "H-14";
    caches_are_told: "H-16", "H-17";
    public_answers_may_be_cached: "H-16", "H-30";
    optional_answers_vary: "H-17";
    the_explicit_credential_decides: "H-21";
    the_explicit_credential_is_never_helped_out: "H-21", "lesson/option-guard-fails-closed";
    two_explicit_credentials_are_malformed: "H-21", "A-10";
    a_large_authorization_is_refused: "H-23";
    a_large_key_is_refused: "H-23";
    large_cookies_are_refused: "H-23";
    bytes_beyond_ascii_are_refused: "H-24", "lesson/garbage-is-no-server-error";
    bytes_that_are_no_text_are_refused: "H-24";
    a_nul_is_refused: "H-24";
    head_is_guarded: "H-25";
    put_is_guarded: "H-25";
    unknown_methods_are_guarded: "H-25";
    other_spellings_are_not_served: "H-26";
    normalised_spellings_are_not_served: "H-26";
    escaped_spellings_are_not_served: "H-26";
    dotted_spellings_are_not_served: "H-26";
    an_upgrade_is_guarded: "H-28";
    public_routes_look_at_nothing: "H-30", "S-28";
    optional_routes_admit_nobody: "H-20";
    optional_routes_refuse_what_is_bad: "H-20", "lesson/option-guard-fails-closed";
    optional_routes_know_who_it_is: "H-20";
    an_old_login_must_be_renewed: "H-32";
    a_recent_login_is_fresh: "H-32";
    one_factor_is_not_two: "H-32";
    unaccepted_schemes_are_not_looked_at: "H-13";
    an_unaccepted_cookie_stays: "H-13", "H-07";
    client_headers_name_nobody: "lesson/server-only-fields";
}

/// H-01: without a credential, every accepted scheme is offered, without an error; no store is asked.
fn nobody_is_challenged(run: &mut Run) {
    let reply = run.get("/me", &[]);
    assert_challenged(&reply, &ALL);
    assert_eq!(run.world().operations(), [""; 0]);
    assert_eq!(events(run), [""; 0]);
}

/// H-12: a rule's challenges are those of its own schemes.
fn a_rule_challenges_what_it_accepts(run: &mut Run) {
    assert_challenged(&run.get("/session", &[]), &[SESSION]);
    assert_challenged(&run.get("/key", &[]), &[API_KEY]);
    assert_challenged(&run.get("/token", &[]), &[BEARER]);
    assert_challenged(&run.get("/machine", &[]), &[BEARER, API_KEY]);
}

/// H-02: Basic, Digest and Token are no credential.
fn other_schemes_are_no_credential(run: &mut Run) {
    for value in ["Basic YW5uOng=", "Digest username=\"ann\"", "Token abc", "Bearers abc", "ApiKey abc"] {
        assert_challenged(&run.get("/me", &[("authorization", value)]), &ALL);
    }
    assert_eq!(run.world().operations(), [""; 0]);
}

/// H-02: beside Basic, the cookie decides.
fn another_scheme_hides_no_cookie(run: &mut Run) {
    let cookie = run.log_in("ann");
    let reply = run.get("/me", &[("authorization", "Basic YW5uOng="), ("cookie", &cookie)]);
    assert_eq!((reply.status, reply.json()["kind"].as_str()), (200, Some("session")));
}

fn assert_malformed(run: &mut Run, fields: crate::Fields<'_>) {
    let reply = run.get("/me", fields);
    assert_problem(&reply, 400);
    assert_eq!(reply.values("www-authenticate"), [r#"Bearer realm="conformance", error="invalid_request""#]);
    assert_eq!(run.world().operations(), [""; 0]);
}

/// H-04: no token, or more than one.
fn a_bearer_without_a_token_is_malformed(run: &mut Run) {
    for value in ["Bearer", "bearer", "Bearer a b", "Bearer a,b", "Bearer \"a\"", "Bearer ="] {
        assert_malformed(run, &[("authorization", value)]);
    }
}

/// H-09: only spaces separate.
fn a_tab_does_not_separate(run: &mut Run) {
    let token = run.world().token("ann", &[]);
    assert_malformed(run, &[("authorization", &format!("Bearer\t{token}"))]);
    assert_malformed(run, &[("authorization", &format!("Bearer\u{a0}{token}"))]);
}

/// H-04: two lines, of which one is good.
fn two_authorizations_are_malformed(run: &mut Run) {
    let good = format!("Bearer {}", run.world().token("ann", &[]));
    assert_malformed(run, &[("authorization", &good), ("authorization", "Bearer x")]);
    assert_malformed(run, &[("authorization", "Basic x"), ("authorization", &good)]);
}

/// H-04: two lines, equal and good.
fn two_equal_authorizations_are_malformed(run: &mut Run) {
    let good = format!("Bearer {}", run.world().token("ann", &[]));
    assert_malformed(run, &[("authorization", &good), ("authorization", &good)]);
}

/// H-05, A-02: tokens and keys in the query are nobody's, and come back in no header.
fn a_token_in_the_query_is_ignored(run: &mut Run) {
    let (token, key) = (run.world().token("ann", &[]), run.world().key("ann", &[], |_| ()));
    for path in [format!("/me?access_token={token}"), format!("/me?api_key={key}&x-api-key={key}")] {
        let reply = run.get(&path, &[]);
        assert_challenged(&reply, &ALL);
        assert!(!format!("{reply:?}").contains(&token[..20]));
    }
    let page = run.get(&format!("/page?access_token={token}"), &[("accept", "text/html")]);
    assert!(!page.value("location").contains("token"), "{page:?}");
}

/// H-08: the scheme's name in any case.
fn the_scheme_name_has_any_case(run: &mut Run) {
    let token = run.world().token("ann", &[]);
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        assert_eq!(run.get("/me", &[("authorization", &format!("{scheme} {token}"))]).status, 200);
    }
}

/// H-09: one space or several.
fn spaces_separate(run: &mut Run) {
    let token = run.world().token("ann", &[]);
    assert_eq!(run.get("/me", &[("authorization", &format!("Bearer   {token}"))]).status, 200);
}

/// H-06: a good token without the scope.
fn a_missing_scope_is_forbidden(run: &mut Run) {
    let token = run.world().token("ann", &["read", "writer"]);
    let reply = run.post("/write", &[("authorization", &format!("Bearer {token}"))], &json!({}));
    assert_problem(&reply, 403);
    let challenge = r#"Bearer realm="conformance", error="insufficient_scope", scope="write""#;
    assert_eq!(reply.values("www-authenticate"), [challenge]);
    assert_eq!(events(run), ["authn_success", "authz_fail"]);
}

/// H-06: a session has scopes like everyone else, and no challenge can mend a lack of them.
fn a_missing_scope_of_a_session_is_forbidden(run: &mut Run) {
    let cookie = run.log_in("bob");
    let reply = run.post("/write", &[("cookie", &cookie)], &json!({}));
    assert_problem(&reply, 403);
    assert_eq!(reply.values("www-authenticate"), [""; 0]);
}

/// H-07: a good session without the role: the cookie stays as it is, one event.
fn a_missing_role_is_forbidden(run: &mut Run) {
    let cookie = run.log_in("bob");
    let reply = run.get("/admin", &[("cookie", &cookie)]);
    assert_problem(&reply, 403);
    assert_eq!(reply.values("set-cookie"), [""; 0]);
    let denials = run.world().events().into_iter().filter(|event| event.kind == EventKind::AuthzFail);
    let denials: Vec<_> = denials.map(|event| (event.subject, event.rule)).collect();
    assert_eq!(denials, [(Some("bob".to_owned()), Some("Admin"))]);
}

/// H-07: the role is read from the account.
fn a_role_admits(run: &mut Run) {
    let cookie = run.log_in("ann");
    assert_eq!(run.get("/admin", &[("cookie", &cookie)]).status, 200);
}

/// H-14: a refusal says what it is, and nothing of why.
fn problems_tell_no_cause(run: &mut Run) {
    let key = crate::key_text();
    for fields in [
        &[("x-api-key", key.as_str())][..],
        &[("authorization", "Bearer a.b.c")],
        &[("cookie", super::STRANGER)],
    ] {
        let reply = run.get("/me", fields);
        assert_problem(&reply, 401);
        let text = reply.text();
        for word in ["unknown", "key", "signature", "session", "malformed", "panic", "src/"] {
            assert!(!text.contains(word), "{text} tells of {word}");
        }
    }
}

/// H-10, H-11: a realm with a quote and a backslash stays one quoted-string.
fn a_realm_is_quoted(run: &mut Run) {
    let reply = run.get("/me", &[]);
    let expected = [
        r#"Bearer realm="a\"b\\c""#,
        r#"ApiKey realm="a\"b\\c", header="X-API-Key""#,
        r#"Session realm="a\"b\\c""#,
    ];
    assert_eq!(reply.values("www-authenticate"), expected);
}

/// H-15: a page route sends a browser to the login page, with the way back.
fn browsers_are_sent_to_the_login_page(run: &mut Run) {
    let reply = run.get("/page", &[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")]);
    assert_eq!((reply.status, reply.value("location")), (303, "/login?return_to=/page"));
    assert_eq!(reply.value("cache-control"), "no-store");
}

/// H-15: a client of the API gets its 401, and so does every route that is no page.
fn other_clients_are_not_sent_anywhere(run: &mut Run) {
    assert_challenged(&run.get("/page", &[]), &[SESSION]);
    assert_challenged(&run.get("/page", &[("accept", "application/json")]), &[SESSION]);
    let reply = run.get("/session", &[("accept", "text/html")]);
    assert_eq!((reply.status, reply.values("location").len()), (401, 0));
}

/// H-15: a query is not carried along, whatever it holds.
fn a_page_elsewhere_is_never_the_way_back(run: &mut Run) {
    let reply = run.get("/page?return_to=//evil.test", &[("accept", "text/html")]);
    assert_eq!(reply.value("location"), "/login?return_to=/page");
}

/// H-14: who prefers pages gets one, with the same status and challenges.
fn a_browser_gets_a_page(run: &mut Run) {
    let reply = run.get("/me", &[("accept", "text/html")]);
    assert_eq!((reply.status, reply.value("content-type")), (401, "text/html; charset=utf-8"));
    assert_eq!(reply.values("www-authenticate"), ALL);
    assert!(reply.text().contains("<h1>401 Unauthorized</h1>"));
}

/// H-16, H-17: an authenticated answer is not stored, and says by what it varies.
fn caches_are_told(run: &mut Run) {
    let key = run.world().key("ann", &["read"], |_| ());
    let reply = run.get("/read", &[("x-api-key", &key)]);
    assert_eq!(reply.value("cache-control"), "no-store");
    assert_eq!(reply.value("vary"), "Authorization, X-API-Key, Cookie");
}

/// H-16: what nobody looked at may be stored.
fn public_answers_may_be_cached(run: &mut Run) {
    let reply = run.get("/public", &[]);
    assert_eq!((reply.status, reply.values("cache-control").len(), reply.values("vary").len()), (200, 0, 0));
}

/// H-17: an optional answer to nobody varies by who asks.
fn optional_answers_vary(run: &mut Run) {
    let reply = run.get("/optional", &[]);
    assert_eq!((reply.status, reply.value("vary")), (200, "Authorization, X-API-Key, Cookie"));
}

/// H-21: a bearer token of one outranks the session of another.
fn the_explicit_credential_decides(run: &mut Run) {
    let cookie = run.log_in("ann");
    let token = format!("Bearer {}", run.world().token("bob", &["read"]));
    let reply = run.get("/me", &[("cookie", &cookie), ("authorization", &token)]);
    assert_eq!((reply.json()["subject"].as_str(), reply.json()["kind"].as_str()), (Some("bob"), Some("jwt")));
    let key = run.world().key("bob", &["read"], |_| ());
    let reply = run.get("/me", &[("cookie", &cookie), ("x-api-key", &key)]);
    assert_eq!(
        (reply.json()["subject"].as_str(), reply.json()["kind"].as_str()),
        (Some("bob"), Some("api_key"))
    );
}

/// H-21: a bad token is refused, although the cookie is good.
fn the_explicit_credential_is_never_helped_out(run: &mut Run) {
    let cookie = run.log_in("ann");
    for path in ["/me", "/optional"] {
        let reply = run.get(path, &[("cookie", &cookie), ("authorization", "Bearer a.b.c")]);
        assert_challenged(&reply, &[INVALID_TOKEN, API_KEY, SESSION]);
    }
}

/// H-21, A-10: a token and a key, both good.
fn two_explicit_credentials_are_malformed(run: &mut Run) {
    let token = format!("Bearer {}", run.world().token("ann", &[]));
    let key = run.world().key("ann", &[], |_| ());
    assert_malformed(run, &[("authorization", &token), ("x-api-key", &key)]);
    assert_malformed(run, &[("authorization", &format!("Bearer {key}")), ("x-api-key", &key)]);
}

fn assert_too_large(run: &mut Run, name: &str, value: &str) {
    let reply = run.get("/me", &[(name, value)]);
    assert_problem(&reply, 431);
    assert_eq!(run.world().operations(), [""; 0]);
}

/// H-23: 8,192 bytes are looked at, one more is not.
fn a_large_authorization_is_refused(run: &mut Run) {
    assert_too_large(run, "authorization", &format!("Bearer {}", "a".repeat(8_186)));
    let reply = run.get("/me", &[("authorization", &format!("Bearer {}", "a".repeat(8_185)))]);
    assert_eq!(reply.status, 401);
}

/// H-23: a key as large.
fn a_large_key_is_refused(run: &mut Run) {
    assert_too_large(run, "x-api-key", &"a".repeat(8_193));
}

/// H-23: cookies as large, in one line or in two.
fn large_cookies_are_refused(run: &mut Run) {
    assert_too_large(run, "cookie", &format!("__Host-id={}", "a".repeat(8_183)));
    let half = "b".repeat(4_100);
    let reply = run.get("/me", &[("cookie", &format!("a={half}")), ("cookie", &format!("b={half}"))]);
    assert_problem(&reply, 431);
}

/// H-24: bytes that are no ASCII, or no UTF-8.
fn bytes_beyond_ascii_are_refused(run: &mut Run) {
    for value in ["Bearer caf\u{e9}", "Bearer \u{1f512}"] {
        assert_eq!(run.get("/me", &[("authorization", value)]).status, 400);
    }
    assert_eq!(run.get("/me", &[("x-api-key", "cft_live_\u{e9}")]).status, 401);
    assert_eq!(run.get("/me", &[("cookie", "__Host-id=\u{e9}")]).status, 401);
    assert_eq!(run.world().operations(), [""; 0]);
}

/// H-24: bytes that are no text at all.
fn bytes_that_are_no_text_are_refused(run: &mut Run) {
    let request = b"GET /me HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-api-key: \xff\xfe\r\n\r\n";
    assert_eq!(run.raw(request).status, 401);
    let request = b"GET /me HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer \xff\r\n\r\n";
    assert_eq!(run.raw(request).status, 400);
    assert_eq!(run.world().operations(), [""; 0]);
}

/// H-24: a NUL never gets as far as a store.
fn a_nul_is_refused(run: &mut Run) {
    let request = b"GET /me HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer a\0b\r\n\r\n";
    assert_eq!(run.own_raw(request).status, 400);
    assert_eq!(run.world().operations(), [""; 0]);
    assert_eq!(run.get("/public", &[]).status, 200);
}

/// H-25: `HEAD` does not get past the guard.
fn head_is_guarded(run: &mut Run) {
    let reply = run.own("HEAD", "/me", &[]);
    assert_eq!((reply.status, reply.body.len()), (401, 0));
}

/// H-25: `PUT` reaches no handler.
fn put_is_guarded(run: &mut Run) {
    let reply = run.own("PUT", "/me", &[]);
    assert_eq!((reply.status, run.world().operations().len()), (405, 0));
}

/// H-25: a method that nobody knows reaches no handler.
fn unknown_methods_are_guarded(run: &mut Run) {
    let statuses = ["/me", "/ruled/count"].map(|path| run.own("JEFF", path, &[]).status);
    assert_eq!(run.world().ran(), 0);
    assert_eq!(statuses, [405, 401]);
}

/// H-26: no other spelling of a guarded path is served to nobody.
fn other_spellings_are_not_served(run: &mut Run) {
    for path in ["/ME", "/me;x", "/me%2f", "/me.", "/me%00"] {
        assert_eq!(run.own("GET", path, &[]).status, 404, "{path}");
    }
    assert_eq!(run.own("GET", "/me?", &[]).status, 401);
    assert_eq!(run.world().operations(), [""; 0]);
}

/// H-26: nor is one that a framework may take for the same path.
fn normalised_spellings_are_not_served(run: &mut Run) {
    for path in ["//me", "/me/"] {
        assert_eq!(run.own("GET", path, &[]).status, 404, "{path}");
    }
}

/// H-26: nor is one with an escaped letter in it.
fn escaped_spellings_are_not_served(run: &mut Run) {
    assert_eq!(run.own("GET", "/%6de", &[]).status, 404);
}

/// H-26: nor is one with dots in it.
fn dotted_spellings_are_not_served(run: &mut Run) {
    for path in ["/./me", "/../me", "/x/../me"] {
        assert_eq!(run.own("GET", path, &[]).status, 404, "{path}");
    }
}

/// H-28: an upgrade without a credential is refused before it happens, and so is one of a foreign page.
fn an_upgrade_is_guarded(run: &mut Run) {
    let upgrade = [("upgrade", "websocket"), ("sec-websocket-version", "13")];
    assert_challenged(&run.get("/me", &upgrade), &ALL);
    let key = run.log_in("ann");
    let foreign = [upgrade[0], upgrade[1], ("cookie", key.as_str()), ("origin", "https://evil.test")];
    assert_problem(&run.get("/me", &foreign), 403);
}

/// H-30: a public route looks at no credential and writes nothing.
fn public_routes_look_at_nothing(run: &mut Run) {
    let reply = run
        .get("/public", &[("authorization", "Bearer x y"), ("cookie", super::STRANGER), ("x-api-key", "?")]);
    assert_eq!((reply.status, reply.values("set-cookie").len()), (200, 0));
    assert_eq!(run.world().operations(), [""; 0]);
    assert_eq!(events(run), [""; 0]);
    assert_eq!(run.world().live_sessions(), 0);
}

/// H-20: nobody is admitted where it is optional.
fn optional_routes_admit_nobody(run: &mut Run) {
    let reply = run.get("/optional", &[]);
    assert_eq!((reply.status, reply.json()), (200, json!({ "subject": null })));
    assert_eq!(run.world().operations(), [""; 0]);
}

/// H-20: a bad credential is never nobody.
fn optional_routes_refuse_what_is_bad(run: &mut Run) {
    let key = crate::key_text();
    let bad = [
        ("authorization", "Bearer a.b.c"),
        ("x-api-key", key.as_str()),
        ("x-api-key", "junk"),
        ("cookie", super::STRANGER),
    ];
    for field in bad {
        assert_problem(&run.get("/optional", &[field]), 401);
    }
}

/// H-20: a good one is known.
fn optional_routes_know_who_it_is(run: &mut Run) {
    let key = run.world().key("bob", &[], |_| ());
    assert_eq!(run.get("/optional", &[("x-api-key", &key)]).json()["subject"], "bob");
}

/// H-32: a login that is too old for the route, by session and by token.
fn an_old_login_must_be_renewed(run: &mut Run) {
    let cookie = run.log_in("ann");
    let minted = run.post("/tokens", &[("cookie", &cookie)], &json!({ "scopes": [] }));
    let token = format!("Bearer {}", minted.json()["access_token"].as_str().unwrap_or_default());
    run.world().advance(std::time::Duration::from_secs(301));
    let reply = run.get("/fresh", &[("cookie", &cookie)]);
    let stale = r#"Session realm="conformance", error="insufficient_user_authentication", max_age="300""#;
    assert_challenged(&reply, &[BEARER, stale]);
    let reply = run.get("/fresh", &[("authorization", &token)]);
    let stale = r#"Bearer realm="conformance", error="insufficient_user_authentication", max_age="300""#;
    assert_challenged(&reply, &[stale, SESSION]);
}

/// H-32: a recent one is admitted, by session and by a token that says so.
fn a_recent_login_is_fresh(run: &mut Run) {
    let cookie = run.log_in("ann");
    let minted = run.post("/tokens", &[("cookie", &cookie)], &json!({ "scopes": [] }));
    let token = format!("Bearer {}", minted.json()["access_token"].as_str().unwrap_or_default());
    run.world().advance(std::time::Duration::from_secs(300));
    assert_eq!(run.get("/fresh", &[("cookie", &cookie)]).status, 200);
    assert_eq!(run.get("/fresh", &[("authorization", &token)]).status, 200);
    let undated = format!("Bearer {}", run.world().token("ann", &[]));
    assert_eq!(run.get("/fresh", &[("authorization", &undated)]).status, 401);
}

/// H-32: a password alone is one factor.
fn one_factor_is_not_two(run: &mut Run) {
    let cookie = run.log_in("ann");
    let reply = run.get("/vault", &[("cookie", &cookie)]);
    let weak = r#"Session realm="conformance", error="insufficient_user_authentication""#;
    assert_challenged(&reply, &[BEARER, weak]);
}

/// Decision 3: a credential of a scheme that the rule does not accept is not looked at.
fn unaccepted_schemes_are_not_looked_at(run: &mut Run) {
    let key = run.world().key("ann", &[], |_| ());
    let token = format!("Bearer {}", run.world().token("ann", &[]));
    assert_challenged(&run.get("/session", &[("x-api-key", &key)]), &[SESSION]);
    assert_challenged(&run.get("/key", &[("authorization", &token)]), &[API_KEY]);
    assert_challenged(&run.get("/session", &[("authorization", &token)]), &[SESSION]);
    assert_eq!(run.world().operations(), [""; 0]);
    assert_eq!(events(run), [""; 0]);
}

/// Decision 3: a cookie that a rule does not accept is neither judged nor removed.
fn an_unaccepted_cookie_stays(run: &mut Run) {
    let reply = run.get("/machine", &[("cookie", super::STRANGER)]);
    assert_challenged(&reply, &[BEARER, API_KEY]);
    assert_eq!(reply.values("set-cookie"), [""; 0]);
}

/// Z-03: what a client says of itself changes nothing.
fn client_headers_name_nobody(run: &mut Run) {
    let cookie = run.log_in("bob");
    let fields =
        [("cookie", cookie.as_str()), ("x-user-id", "ann"), ("x-role", "admin"), ("x-forwarded-user", "ann")];
    assert_eq!(run.get("/me", &fields).json()["subject"], "bob");
    assert_eq!(run.get("/admin", &fields).status, 403);
}
