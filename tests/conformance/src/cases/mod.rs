//! The table: every case, room by room.

mod adapters;
mod api_keys;
mod cookies;
mod http;
mod jwt;
mod login;
mod origin;
mod outage;
mod sessions;
mod sweep;

use crate::{Case, Reply};

/// Every case of the suite.
pub fn cases() -> Vec<Case> {
    [
        http::cases(),
        cookies::cases(),
        sessions::cases(),
        origin::cases(),
        api_keys::cases(),
        jwt::cases(),
        login::cases(),
        outage::cases(),
        adapters::cases(),
        sweep::cases(),
    ]
    .concat()
}

/// The challenges of a rule that accepts everything, when nothing was judged.
const ALL: [&str; 3] = [BEARER, API_KEY, SESSION];
const BEARER: &str = r#"Bearer realm="conformance""#;
const API_KEY: &str = r#"ApiKey realm="conformance", header="X-API-Key""#;
const SESSION: &str = r#"Session realm="conformance""#;
const INVALID_TOKEN: &str = r#"Bearer realm="conformance", error="invalid_token""#;

/// The removal of the session cookie.
const CLEARED: &str =
    "__Host-id=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";

/// A well-formed session cookie that nobody was given.
const STRANGER: &str = "__Host-id=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A refusal is a problem document that says its own status and is not to be stored or sniffed.
fn assert_problem(reply: &Reply, status: u16) {
    assert_eq!(reply.status, status, "{reply:?}");
    assert_eq!(reply.value("content-type"), "application/problem+json", "{reply:?}");
    assert_eq!(reply.value("cache-control"), "no-store", "{reply:?}");
    assert_eq!(reply.value("x-content-type-options"), "nosniff", "{reply:?}");
    assert_eq!(reply.json()["status"], status, "{reply:?}");
    assert!(reply.json()["type"].is_string() && reply.json()["title"].is_string(), "{reply:?}");
}

/// A 401 with these challenges, one per field line.
fn assert_challenged(reply: &Reply, challenges: &[&str]) {
    assert_problem(reply, 401);
    assert_eq!(reply.values("www-authenticate"), challenges, "{reply:?}");
}

/// The names of the events so far.
fn events(run: &crate::Run) -> Vec<&'static str> {
    run.world().events().iter().map(|event| event.kind.as_str()).collect()
}

/// The cause of the latest event.
fn cause(run: &crate::Run) -> &'static str {
    run.world().events().last().and_then(|event| event.cause).unwrap_or_default()
}
