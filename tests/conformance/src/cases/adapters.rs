//! What an adapter has to carry: the visit, the refusal, the effects.

use serde_json::json;

use super::{ALL, assert_challenged, assert_problem, cause, events};
use crate::{Run, case::cases, credentials, key_text};

cases! { "adapters";
    guards_share_a_verdict: "H-29";
    a_bad_verdict_is_shared_too: "H-29";
    the_first_refusal_is_the_answer: "H-29", "lesson/refusal-keeps-its-shape";
    a_swallowed_refusal_is_answered: "lesson/option-guard-fails-closed", "lesson/refusal-keeps-its-shape";
    a_swallowed_scope_is_answered: "lesson/option-guard-fails-closed";
    a_good_guard_lets_the_handler_answer: "lesson/option-guard-fails-closed";
    a_failing_handler_loses_no_cookie: "lesson/refusal-keeps-its-shape", "S-04";
    a_failing_handler_loses_no_removal: "C-16", "lesson/refusal-keeps-its-shape";
    the_handlers_own_cookie_stays: "lesson/handlers-cookies-stay", "C-02";
    cookies_stand_side_by_side: "lesson/handlers-cookies-stay", "C-02";
    a_new_session_stands_beside_the_handlers_cookie: "lesson/handlers-cookies-stay", "C-02";
    the_handlers_vary_is_kept: "H-17";
    the_handlers_cache_control_is_not: "H-16";
    a_ruled_router_refuses_before_any_handler: "lesson/no-header-no-entry", "H-25";
    a_ruled_router_refuses_every_method: "H-25";
    a_ruled_router_refuses_methods_without_a_handler: "H-25";
    a_ruled_router_admits: "H-25";
    a_ruled_router_asks_for_scopes: "H-06", "H-25";
    unknown_routes_are_not_found: "lesson/missing-layer";
    unknown_routes_ask_for_nothing: "lesson/missing-layer";
    the_peer_is_the_client: "H-29";
    forwarding_headers_name_nobody: "H-22";
    user_agents_are_kept_short_and_clean: "H-29", "lesson/secrets-in-logs";
    every_request_is_a_visit_of_its_own: "H-29";
    protections_are_on: "lesson/protections-stay-on";
}

/// Two guards, one look-up, one event.
fn guards_share_a_verdict(run: &mut Run) {
    let key = run.world().key("ann", &["read"], |_| ());
    assert_eq!(run.get("/twice", &[("x-api-key", &key)]).status, 200);
    assert_eq!(run.world().operations(), ["key.find", "key.record_use"]);
    assert_eq!(events(run), ["authn_success"]);
}

/// Two guards, one look-up, one event, also when it is bad.
fn a_bad_verdict_is_shared_too(run: &mut Run) {
    assert_challenged(&run.get("/twice", &[("x-api-key", &key_text())]), &ALL);
    assert_eq!((run.world().operations().len(), events(run).len()), (1, 1));
}

/// The second guard is satisfied, the first is not.
fn the_first_refusal_is_the_answer(run: &mut Run) {
    let key = run.world().key("ann", &["write"], |_| ());
    assert_problem(&run.get("/twice", &[("x-api-key", &key)]), 403);
    assert_eq!((events(run), cause(run)), (vec!["authn_success", "authz_fail"], "missing_scope"));
}

/// A guard refused; that the framework ran the handler all the same changes nothing.
fn a_swallowed_refusal_is_answered(run: &mut Run) {
    assert_challenged(&run.get("/swallow", &[]), &ALL);
    assert_challenged(&run.get("/swallow", &[("x-api-key", &key_text())]), &ALL);
    assert_problem(&run.get("/swallow", &[("authorization", "Bearer")]), 400);
}

/// Also where only the scope is missing.
fn a_swallowed_scope_is_answered(run: &mut Run) {
    let key = run.world().key("ann", &["write"], |_| ());
    assert_problem(&run.get("/swallow", &[("x-api-key", &key)]), 403);
}

/// Where the guard admits, the handler's answer stands.
fn a_good_guard_lets_the_handler_answer(run: &mut Run) {
    let key = run.world().key("ann", &["read"], |_| ());
    assert_eq!(run.get("/swallow", &[("x-api-key", &key)]).json(), json!({ "admitted": true }));
}

/// The id has been changed in the store: the client must learn of it.
fn a_failing_handler_loses_no_cookie(run: &mut Run) {
    let old = run.log_in("ann");
    let reply = run.post("/fails", &[("cookie", &old)], &credentials("ann"));
    assert_problem(&reply, 500);
    let new = reply.cookie("__Host-id").unwrap_or_default();
    assert_eq!(run.get("/session", &[("cookie", &new)]).status, 200);
    assert_eq!(run.get("/session", &[("cookie", &old)]).status, 401);
}

/// A refusal with a removal, by whatever way the framework delivers it.
fn a_failing_handler_loses_no_removal(run: &mut Run) {
    for path in ["/session", "/twice", "/swallow", "/optional", "/ruled/count"] {
        let reply = run.get(path, &[("cookie", super::STRANGER)]);
        assert_eq!((reply.status, reply.value("set-cookie")), (401, super::CLEARED), "{path}");
    }
}

/// The application's own cookies are its own.
fn the_handlers_own_cookie_stays(run: &mut Run) {
    let cookie = run.log_in("ann");
    let reply = run.get("/theme", &[("cookie", &cookie)]);
    assert_eq!(reply.values("set-cookie"), ["theme=dark; Path=/"]);
}

/// A handler's cookie beside ours: here the one that a refused request removes is not set by the handler.
fn cookies_stand_side_by_side(run: &mut Run) {
    let cookie = run.log_in("ann");
    let handle = run.get("/sessions", &[("cookie", &cookie)]).json()[0]["handle"].as_str().map(str::to_owned);
    let path = format!("/sessions/{}", handle.unwrap_or_default());
    let reply = run.delete(&path, &[("cookie", &format!("theme=dark; {cookie}"))]);
    assert_eq!(reply.values("set-cookie"), [super::CLEARED]);
    let reply = run.get("/theme", &[("cookie", &cookie)]);
    assert_eq!(reply.values("set-cookie"), [super::CLEARED]);
}

/// One response that sets both.
fn a_new_session_stands_beside_the_handlers_cookie(run: &mut Run) {
    let reply = run.post("/fails", &[], &credentials("ann"));
    let names: Vec<_> =
        reply.values("set-cookie").into_iter().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    assert_eq!(names, ["theme", "__Host-id"]);
}

/// H-17: merged, not replaced, in one line.
fn the_handlers_vary_is_kept(run: &mut Run) {
    let cookie = run.log_in("ann");
    let reply = run.get("/theme", &[("cookie", &cookie)]);
    assert_eq!(reply.values("vary"), ["Accept-Language, Authorization, X-API-Key, Cookie"]);
}

/// H-16: what was answered to a known caller is not stored, whatever the handler thinks.
fn the_handlers_cache_control_is_not(run: &mut Run) {
    let cookie = run.log_in("ann");
    let reply = run.get("/theme", &[("cookie", &cookie)]);
    assert_eq!(reply.values("cache-control"), ["no-store"]);
}

/// Z-01: handlers without a guard of their own do not run.
fn a_ruled_router_refuses_before_any_handler(run: &mut Run) {
    for path in ["/ruled/count", "/ruled/deep/count"] {
        assert_challenged(&run.get(path, &[]), &ALL);
        assert_challenged(&run.get(path, &[("x-api-key", &key_text())]), &ALL);
    }
    assert_eq!(run.world().ran(), 0);
}

/// Z-01: whatever the method.
fn a_ruled_router_refuses_every_method(run: &mut Run) {
    assert_challenged(&run.send("POST", "/ruled/count", &[], None), &ALL);
    assert_eq!(run.own("HEAD", "/ruled/count", &[]).status, 401);
    let upgrade = [("upgrade", "websocket"), ("connection", "upgrade")];
    assert_eq!(run.own("GET", "/ruled/count", &upgrade).status, 401);
    assert_eq!(run.world().ran(), 0);
}

/// Z-01: also a method that no handler has.
fn a_ruled_router_refuses_methods_without_a_handler(run: &mut Run) {
    let methods = ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"];
    let statuses = methods.map(|method| run.own(method, "/ruled/count", &[]).status);
    assert_eq!(run.world().ran(), 0);
    assert_eq!(statuses, [401; 5]);
}

/// Z-01: who is admitted is served.
fn a_ruled_router_admits(run: &mut Run) {
    let key = run.world().key("ann", &["read"], |_| ());
    assert_eq!(run.get("/ruled/count", &[("x-api-key", &key)]).status, 200);
    assert_eq!(run.send("POST", "/ruled/count", &[("x-api-key", &key)], None).status, 200);
    assert_eq!(run.get("/ruled/deep/count", &[("x-api-key", &key)]).status, 200);
    assert_eq!(run.world().ran(), 3);
}

/// Z-01: by the whole rule.
fn a_ruled_router_asks_for_scopes(run: &mut Run) {
    let key = run.world().key("ann", &["write"], |_| ());
    assert_problem(&run.get("/ruled/count", &[("x-api-key", &key)]), 403);
    assert_eq!(run.world().ran(), 0);
}

/// A guard hides no unknown route.
fn unknown_routes_are_not_found(run: &mut Run) {
    assert_eq!(run.own("GET", "/nowhere", &[]).status, 404);
    let cookie = run.log_in("ann");
    assert_eq!(run.own("GET", "/nowhere", &[("cookie", &cookie)]).status, 404);
}

/// And nobody asks who wanted it.
fn unknown_routes_ask_for_nothing(run: &mut Run) {
    let reply = run.own("GET", "/nowhere", &[("cookie", super::STRANGER), ("x-api-key", "junk")]);
    assert_eq!((reply.status, reply.values("set-cookie").len()), (404, 0));
    assert_eq!((run.world().operations().len(), events(run).len()), (0, 0));
}

/// The transport's peer.
fn the_peer_is_the_client(run: &mut Run) {
    run.get("/me", &[("x-api-key", &key_text())]);
    let client = run.world().events()[0].client;
    assert_eq!(client.map(|client| client.to_string()).as_deref(), Some("127.0.0.1"));
}

/// H-22: without a list of proxies, every forwarding header is a stranger's word.
fn forwarding_headers_name_nobody(run: &mut Run) {
    for (name, value) in [
        ("x-forwarded-for", "10.0.0.7"),
        ("x-real-ip", "10.0.0.7"),
        ("forwarded", "for=10.0.0.7"),
        ("client-ip", "10.0.0.7"),
    ] {
        run.get("/me", &[("x-api-key", &key_text()), (name, value)]);
    }
    let clients: Vec<_> = run.world().events().iter().filter_map(|event| event.client).collect();
    assert_eq!(clients.len(), 4);
    assert!(clients.iter().all(std::net::IpAddr::is_loopback), "{clients:?}");
}

/// E-04, E-05: what a client says of itself is bounded, and stays one line.
fn user_agents_are_kept_short_and_clean(run: &mut Run) {
    let long = "a".repeat(1_000);
    run.get("/me", &[("x-api-key", &key_text()), ("user-agent", &long)]);
    run.get("/me", &[("x-api-key", &key_text()), ("user-agent", "tab\there")]);
    let agents: Vec<_> = run.world().events().into_iter().filter_map(|event| event.user_agent).collect();
    assert_eq!(agents, ["a".repeat(256), "tab\u{fffd}here".to_owned()]);
}

/// What one request learns, the next one does not know.
fn every_request_is_a_visit_of_its_own(run: &mut Run) {
    let (ann, bob) = (run.world().key("ann", &[], |_| ()), run.world().key("bob", &[], |_| ()));
    for _ in 0..3 {
        assert_eq!(run.get("/me", &[("x-api-key", &ann)]).json()["subject"], "ann");
        assert_eq!(run.get("/me", &[("x-api-key", &bob)]).json()["subject"], "bob");
        assert_eq!(run.get("/me", &[]).status, 401);
    }
}

/// The suite tests what is shipped: nothing unsafe is switched on in its gate.
fn protections_are_on(run: &mut Run) {
    assert_eq!(events(run), [""; 0]);
    let reply = run.post("/login", &[("sec-fetch-site", "cross-site")], &credentials("ann"));
    assert_eq!(reply.status, 403);
    assert!(run.log_in("ann").starts_with("__Host-"));
}
