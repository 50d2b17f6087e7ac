//! Rules that hold for every refusal and every cookie: each guarded route meets each bad credential.

use std::time::Duration;

use serde_json::json;

use super::{STRANGER, assert_problem};
use crate::{
    PASSWORD, Reply, Run,
    case::cases,
    credentials,
    grammar::{challenge, keeps_its_prefix, set_cookie},
    key_text,
};

cases! { "sweep";
    every_401_is_challenged: "H-10", "H-12", "H-13";
    every_refusal_looks_alike: "H-14", "H-16", "H-17", "H-24", "H-33", "lesson/garbage-is-no-server-error";
    no_refusal_leaves_a_trace: "C-16", "H-25", "H-31", "S-28", "lesson/no-header-no-entry", "lesson/secrets-in-logs";
    every_cookie_keeps_the_grammar: "C-01", "C-02", "C-08";
    every_removal_is_the_same: "C-08", "lesson/handlers-cookies-stay";
    nothing_authenticated_is_stored: "H-16", "H-17";
}

/// Every route with a guard.
const GUARDED: [(&str, &str); 23] = [
    ("GET", "/me"),
    ("GET", "/read"),
    ("POST", "/write"),
    ("GET", "/session"),
    ("GET", "/key"),
    ("GET", "/token"),
    ("GET", "/machine"),
    ("GET", "/admin"),
    ("GET", "/fresh"),
    ("GET", "/vault"),
    ("GET", "/page"),
    ("GET", "/twice"),
    ("GET", "/swallow"),
    ("GET", "/theme"),
    ("POST", "/reauthenticate"),
    ("GET", "/sessions"),
    ("DELETE", "/sessions"),
    ("DELETE", "/sessions/AAAAAAAAAAAAAAAAAAAAAA"),
    ("GET", "/keys"),
    ("DELETE", "/keys/AAAAAAAAAAAAAAAA"),
    ("GET", "/ruled/count"),
    ("POST", "/ruled/count"),
    ("GET", "/ruled/deep/count"),
];

/// Header fields that admit nobody anywhere.
fn bad(run: &Run) -> Vec<Vec<(&'static str, String)>> {
    let other = key_text().replace("live", "test");
    let token = run.world().token("ann", &[]);
    let (signed, _) = token.rsplit_once('.').unwrap_or_default();
    let forged = format!("Bearer {signed}.{}", "A".repeat(43));
    vec![
        vec![],
        vec![("authorization", "Basic YW5uOnNlY3JldA==".to_owned())],
        vec![("authorization", "Bearer".to_owned())],
        vec![("authorization", "Bearer aaaaaa.bbbbbb.cccccc".to_owned())],
        vec![("authorization", forged.clone())],
        vec![("authorization", format!("Bearer {}", key_text()))],
        vec![("x-api-key", key_text())],
        vec![("x-api-key", other)],
        vec![("x-api-key", "just-some-junk".to_owned())],
        vec![("x-api-key", key_text()), ("authorization", forged)],
        vec![("cookie", STRANGER.to_owned())],
        vec![("cookie", "__Host-id=just-some-junk".to_owned())],
        vec![("cookie", format!("{STRANGER}; {STRANGER}"))],
    ]
}

struct Refusal {
    what: String,
    /// Every value that was sent.
    sent: String,
    reply: Reply,
}

/// Every guarded route's answer to every bad credential.
fn refusals(run: &mut Run) -> Vec<Refusal> {
    let mut all = Vec::new();
    for bad in bad(run) {
        let fields: Vec<_> = bad.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let sent = fields.iter().map(|(_, value)| *value).collect::<Vec<_>>().join(" ");
        for (method, path) in GUARDED {
            let reply = run.send(method, path, &fields, None);
            all.push(Refusal { what: format!("{method} {path} {fields:?}"), sent: sent.clone(), reply });
        }
    }
    all
}

/// H-10, H-12, H-13: every 401, and nothing strange in any challenge.
fn every_401_is_challenged(run: &mut Run) {
    for Refusal { what, reply, .. } in refusals(run) {
        let lines = reply.values("www-authenticate");
        assert!(reply.status != 401 || !lines.is_empty(), "{what}: {reply:?}");
        let mut schemes = Vec::new();
        for line in lines {
            let (scheme, parameters) = challenge(line).unwrap_or_else(|| panic!("{what}: {line}"));
            assert_eq!(parameters.first(), Some(&("realm", "conformance".to_owned())), "{what}: {line}");
            schemes.push(scheme);
        }
        let order = ["Bearer", "ApiKey", "Session"];
        let sorted: Vec<_> = order.into_iter().filter(|scheme| schemes.contains(scheme)).collect();
        assert_eq!(schemes, sorted, "{what}");
    }
}

/// H-14, H-16, H-33: whatever refuses, it looks alike; H-17: and depends on the credentials.
fn every_refusal_looks_alike(run: &mut Run) {
    for Refusal { what, reply, .. } in refusals(run) {
        assert!(matches!(reply.status, 400 | 401), "{what}: {reply:?}");
        assert_problem(&reply, reply.status);
        let body = reply.json();
        let members: Vec<_> = body.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        assert_eq!(members, ["detail", "status", "title", "type"], "{what}");
        let vary = reply.value("vary");
        for name in ["Authorization", "X-API-Key", "Cookie"] {
            assert!(vary.split(", ").any(|varies| varies == name), "{what}: {reply:?}");
        }
    }
}

/// No handler, no session, no key; C-16: and what was sent is neither in the answer nor in an event.
fn no_refusal_leaves_a_trace(run: &mut Run) {
    let refusals = refusals(run);
    let written = |operation: &&String| !matches!(operation.as_str(), "session.load" | "key.find");
    assert_eq!(run.world().operations().iter().find(written), None);
    assert_eq!((run.world().ran(), run.world().live_sessions()), (0, 0));
    let events = format!("{:?}", run.world().events());
    for Refusal { what, sent, reply } in refusals {
        let answer = format!("{reply:?} {}", reply.text());
        for secret in sent.split([' ', ';', '=', ',']).filter(|word| word.len() >= 14) {
            assert!(!answer.contains(secret) && !events.contains(secret), "{what}: {answer}");
        }
    }
}

/// Answers that set cookies, for every reason to set one.
fn cookie_setters(run: &mut Run) -> Vec<Reply> {
    let cookie = run.log_in("ann");
    let mut all = vec![
        run.post("/login", &[], &credentials("ann")),
        run.post("/login", &[("cookie", &cookie)], &credentials("ann")),
        run.post("/fails", &[], &credentials("ann")),
    ];
    let cookie = run.log_in("ann");
    let again = run.post("/reauthenticate", &[("cookie", &cookie)], &json!({ "password": PASSWORD }));
    let cookie = again.cookie("__Host-id").unwrap_or_default();
    all.push(again);
    all.extend(removals(run, &cookie));
    all
}

/// Answers that remove the session cookie, for every reason to remove it.
fn removals(run: &mut Run, cookie: &str) -> Vec<Reply> {
    let idle = run.log_in("bob");
    assert_eq!(run.delete("/sessions", &[("cookie", cookie)]).status, 204);
    let list = run.get("/sessions", &[("cookie", cookie)]).json();
    let handle = list[0]["handle"].as_str().unwrap_or_default();
    let mut all = vec![
        run.delete(&format!("/sessions/{handle}"), &[("cookie", cookie)]),
        run.send("POST", "/logout", &[("cookie", cookie)], None),
        run.send("POST", "/logout", &[], None),
        run.get("/session", &[("cookie", cookie)]),
        run.get("/session", &[("cookie", "__Host-id=x")]),
        run.get("/session", &[("cookie", &format!("{STRANGER}; {STRANGER}"))]),
    ];
    run.world().advance(Duration::from_secs(30 * 60));
    all.push(run.get("/optional", &[("cookie", &idle)]));
    all
}

/// C-02: the grammar, each attribute once, each name once; C-01: what its prefix promises.
fn every_cookie_keeps_the_grammar(run: &mut Run) {
    for reply in cookie_setters(run) {
        let mut names = Vec::new();
        for line in reply.values("set-cookie") {
            let (name, _) = set_cookie(line).unwrap_or_else(|| panic!("{line}"));
            assert!(keeps_its_prefix(line), "{line}");
            names.push(name);
        }
        assert!(names.contains(&"__Host-id"), "{reply:?}");
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "{reply:?}");
        assert_eq!(reply.value("cache-control"), "no-store");
    }
}

/// C-08: whoever removes it, it is the cookie that was set.
fn every_removal_is_the_same(run: &mut Run) {
    let cookie = run.log_in("ann");
    for reply in removals(run, &cookie) {
        assert_eq!(reply.values("set-cookie"), [super::CLEARED], "{reply:?}");
    }
}

/// H-16, H-17: nor is a good answer, whatever the credential.
fn nothing_authenticated_is_stored(run: &mut Run) {
    let cookie = run.log_in("ann");
    let key = run.world().key("ann", &["read", "write"], |_| ());
    let token = format!("Bearer {}", run.world().token("ann", &["read", "write"]));
    for field in [("cookie", cookie.as_str()), ("x-api-key", &key), ("authorization", &token)] {
        for path in ["/me", "/read", "/optional", "/twice", "/swallow", "/ruled/count"] {
            let reply = run.get(path, &[field]);
            let caching = (reply.status, reply.value("cache-control"), reply.value("vary"));
            assert_eq!(caching, (200, "no-store", "Authorization, X-API-Key, Cookie"), "{path} {field:?}");
        }
    }
}
