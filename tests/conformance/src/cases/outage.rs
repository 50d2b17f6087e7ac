//! When a store does not answer, or verification panics: an answer, and never a verdict.

use serde_json::json;

use super::{assert_problem, events};
use crate::{Fields, Mode, PASSWORD, Reply, Run, case::cases, credentials, key_text};

cases! { "outage";
    sessions_cannot_be_judged: "H-18", "lesson/outage-is-no-verdict";
    keys_cannot_be_judged: "H-18", "lesson/outage-is-no-verdict";
    optional_is_not_anonymous: "H-18", "H-20", "lesson/outage-is-no-verdict";
    tokens_need_no_store: "H-18";
    public_routes_need_no_store: "H-18", "H-30";
    junk_needs_no_store: "H-18", "A-09";
    logging_in_fails_closed: "H-18", "lesson/outage-is-no-verdict";
    logging_out_says_so: "H-18", "lesson/outage-is-no-verdict";
    reauthentication_keeps_the_session: "H-18", "lesson/outage-is-no-verdict";
    lists_and_ends_say_so: "H-18", "lesson/outage-is-no-verdict";
    keys_cannot_be_made: "H-18", "lesson/outage-is-no-verdict";
    a_store_that_comes_back_answers: "H-18";
    no_cookie_is_cleared: "H-18", "C-16";
    no_handler_runs: "H-18";
    a_panic_is_contained: "H-19";
    a_panic_is_no_anonymity: "H-19", "H-20";
}

fn assert_unavailable(reply: &Reply) {
    assert_problem(reply, 503);
    assert_eq!(reply.value("retry-after"), "5");
    assert_eq!(reply.values("www-authenticate"), [""; 0]);
    assert_eq!(reply.values("set-cookie"), [""; 0]);
}

/// H-18: neither 401 nor 200.
fn sessions_cannot_be_judged(run: &mut Run) {
    let cookie = run.log_in("ann");
    run.world().stores(Mode::Failing);
    for path in ["/me", "/session", "/read", "/page", "/twice"] {
        assert_unavailable(&run.get(path, &[("cookie", &cookie)]));
    }
    assert_eq!(events(run).last(), Some(&"authn_unavailable"));
}

/// H-18: also for a key, known or not.
fn keys_cannot_be_judged(run: &mut Run) {
    let key = run.world().key("ann", &["read"], |_| ());
    run.world().stores(Mode::Failing);
    for key in [key, key_text()] {
        assert_unavailable(&run.get("/me", &[("x-api-key", &key)]));
    }
}

/// H-18: "could not decide" is not "nobody".
fn optional_is_not_anonymous(run: &mut Run) {
    let key = run.world().key("ann", &[], |_| ());
    let cookie = run.log_in("ann");
    run.world().stores(Mode::Failing);
    assert_unavailable(&run.get("/optional", &[("x-api-key", &key)]));
    assert_unavailable(&run.get("/optional", &[("cookie", &cookie)]));
    assert_eq!(run.get("/optional", &[]).status, 200);
}

/// H-18: what asks no store is not in the way.
fn tokens_need_no_store(run: &mut Run) {
    let token = format!("Bearer {}", run.world().token("ann", &["read"]));
    run.world().stores(Mode::Failing);
    assert_eq!(run.get("/read", &[("authorization", &token)]).status, 200);
}

/// H-30: nor is a public route.
fn public_routes_need_no_store(run: &mut Run) {
    let cookie = run.log_in("ann");
    run.world().stores(Mode::Failing);
    assert_eq!(run.get("/public", &[("cookie", &cookie)]).status, 200);
}

/// what is refused on sight is refused all the same.
fn junk_needs_no_store(run: &mut Run) {
    run.world().stores(Mode::Failing);
    assert_eq!(run.get("/me", &[("x-api-key", "junk")]).status, 401);
    assert_eq!(run.get("/me", &[("cookie", "__Host-id=junk")]).status, 401);
}

/// H-18: nobody gets in, whatever the password.
fn logging_in_fails_closed(run: &mut Run) {
    run.world().stores(Mode::Failing);
    for login in ["ann", "nobody"] {
        assert_unavailable(&run.post("/login", &[], &credentials(login)));
    }
    assert_eq!(run.world().live_sessions(), 0);
}

/// H-18: a logout that did not happen is not confirmed.
fn logging_out_says_so(run: &mut Run) {
    let cookie = run.log_in("ann");
    run.world().stores(Mode::Failing);
    assert_unavailable(&run.send("POST", "/logout", &[("cookie", &cookie)], None));
    run.world().stores(Mode::Healthy);
    assert_eq!(run.get("/me", &[("cookie", &cookie)]).status, 200);
}

/// H-18: the old id goes on.
fn reauthentication_keeps_the_session(run: &mut Run) {
    let cookie = run.log_in("ann");
    run.world().stores(Mode::Failing);
    assert_unavailable(&run.post(
        "/reauthenticate",
        &[("cookie", &cookie)],
        &json!({ "password": PASSWORD }),
    ));
    run.world().stores(Mode::Healthy);
    assert_eq!(run.get("/me", &[("cookie", &cookie)]).status, 200);
}

/// H-18: on every path.
fn lists_and_ends_say_so(run: &mut Run) {
    let cookie = run.log_in("ann");
    run.world().stores(Mode::Failing);
    let fields: Fields<'_> = &[("cookie", &cookie)];
    for (method, path) in [
        ("GET", "/sessions"),
        ("DELETE", "/sessions"),
        ("DELETE", "/sessions/AAAAAAAAAAAAAAAAAAAAAA"),
        ("GET", "/keys"),
        ("DELETE", "/keys/AAAAAAAAAAAAAAAA"),
    ] {
        assert_unavailable(&run.send(method, path, fields, None));
    }
}

/// H-18: a key that is not stored is not shown.
fn keys_cannot_be_made(run: &mut Run) {
    let cookie = run.log_in("ann");
    run.world().stores(Mode::Failing);
    let reply = run.post("/keys", &[("cookie", &cookie)], &json!({ "scopes": ["read"] }));
    assert_unavailable(&reply);
    assert!(!reply.text().contains("cft_live_"));
}

/// H-18: nothing of an outage is remembered.
fn a_store_that_comes_back_answers(run: &mut Run) {
    let cookie = run.log_in("ann");
    run.world().stores(Mode::Failing);
    assert_unavailable(&run.get("/me", &[("cookie", &cookie)]));
    run.world().stores(Mode::Healthy);
    assert_eq!(run.get("/me", &[("cookie", &cookie)]).status, 200);
}

/// C-16: the cookie may be good.
fn no_cookie_is_cleared(run: &mut Run) {
    run.world().stores(Mode::Failing);
    assert_unavailable(&run.get("/session", &[("cookie", super::STRANGER)]));
}

/// H-18: what is behind the guard does not run.
fn no_handler_runs(run: &mut Run) {
    let key = run.world().key("ann", &["read"], |_| ());
    run.world().stores(Mode::Failing);
    assert_unavailable(&run.get("/ruled/count", &[("x-api-key", &key)]));
    assert_unavailable(&run.get("/swallow", &[("x-api-key", &key)]));
    assert_eq!(run.world().ran(), 0);
}

/// H-19: a panic in verification is a 500, and the next request is served.
fn a_panic_is_contained(run: &mut Run) {
    let cookie = run.log_in("ann");
    run.world().stores(Mode::Panicking);
    let reply = run.get("/me", &[("cookie", &cookie)]);
    assert_problem(&reply, 500);
    assert!(!reply.text().contains("panic"));
    assert_eq!(events(run).last(), Some(&"authn_unavailable"));
    run.world().stores(Mode::Healthy);
    assert_eq!(run.get("/me", &[("cookie", &cookie)]).status, 200);
}

/// H-19: and never nobody.
fn a_panic_is_no_anonymity(run: &mut Run) {
    run.world().stores(Mode::Panicking);
    assert_problem(&run.get("/optional", &[("x-api-key", &key_text())]), 500);
}
