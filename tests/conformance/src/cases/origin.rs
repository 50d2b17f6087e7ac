//! Cross-site requests: what another site's page may not cause.

use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::json;

use super::{STRANGER, assert_problem, events};
use crate::{Fields, Run, case::cases, credentials, world::Setup};

const CROSS: (&str, &str) = ("sec-fetch-site", "cross-site");

cases! { "origin";
    gos_table_of_sites: "X-01", "X-02";
    gos_table_of_trusted_origins: "X-01", "X-03" => Setup { gate: |gate| gate.trust_origin("https://trusted.example"), ..Setup::default() };
    gos_table_of_bypassed_paths: "X-01", "X-03", "lesson/exemption-too-wide" => Setup { gate: |gate| gate.insecure_bypass_origin("/bypass/").insecure_bypass_origin("/only/{foo}"), ..Setup::default() };
    same_origin_is_allowed: "X-02";
    a_user_is_allowed: "X-02";
    cross_site_is_refused: "X-02", "X-06";
    same_site_is_refused: "X-02";
    unknown_sites_are_refused: "X-02";
    no_browser_is_allowed: "X-02";
    strict_refuses_what_no_browser_sent: "X-02" => Setup { gate: |gate| gate.strict_origin(), ..Setup::default() };
    own_origin_is_allowed: "X-02";
    null_equals_nothing: "X-05";
    null_equals_nothing_beside_a_public_url: "X-05" => Setup { gate: |gate| gate.public_url("https://conformance.test"), ..Setup::default() };
    trace_is_not_safe: "X-03";
    safe_methods_are_allowed: "X-02";
    a_head_is_allowed: "X-02";
    options_are_allowed: "X-02";
    a_refusal_leaves_no_trace: "X-06";
    a_refused_request_does_not_use_the_session: "X-06", "S-06";
    unknown_paths_are_checked_too: "X-06";
    login_is_checked: "X-07";
    logout_is_checked: "X-07";
    a_token_exempts: "X-08";
    a_key_exempts: "X-08";
    basic_exempts_nothing: "X-08", "lesson/exemption-too-wide";
    a_malformed_token_exempts_nothing: "X-08", "lesson/exemption-too-wide";
    nothing_exempts_a_login: "X-07", "X-08", "lesson/exemption-too-wide";
    nothing_exempts_a_logout: "X-07", "X-08";
    a_form_with_get_is_checked: "X-09";
    an_override_changes_nothing: "X-09";
    a_public_url_replaces_the_host: "X-14" => Setup { gate: |gate| gate.public_url("https://shop.test"), ..Setup::default() };
    a_forwarded_host_counts_for_nothing: "X-14";
    trusted_origins_are_compared_whole: "X-03" => Setup { gate: |gate| gate.trust_origin("https://partner.test"), ..Setup::default() };
    a_websocket_of_another_page_is_refused: "H-28";
}

#[derive(Deserialize)]
struct Table {
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    group: String,
    name: String,
    method: String,
    path: String,
    host: String,
    sec_fetch_site: Option<String>,
    origin: Option<String>,
    expect: u16,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        serde_json::from_str(include_str!("../../vectors/cross_origin_protection.json"))
            .expect("the table is JSON")
    })
}

/// the rows of one group. Allowed is whatever is not 403: the fixture has no route at `/`.
fn go(run: &mut Run, group: &str) {
    let rows: Vec<_> = table().rows.iter().filter(|row| row.group == group).collect();
    assert!(rows.len() >= 4, "{group}");
    for row in rows {
        let mut request =
            format!("{} {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", row.method, row.path, row.host);
        for (name, value) in [("sec-fetch-site", &row.sec_fetch_site), ("origin", &row.origin)] {
            request.extend(value.iter().map(|value| format!("{name}: {value}\r\n")));
        }
        let reply = run.own_raw(format!("{request}\r\n").as_bytes());
        assert_eq!(reply.status == 403, row.expect == 403, "{}: {reply:?}", row.name);
    }
}

/// Go's rows about `Sec-Fetch-Site` and `Origin`.
fn gos_table_of_sites(run: &mut Run) {
    go(run, "SecFetchSite");
}

/// Go's rows about trusted origins.
fn gos_table_of_trusted_origins(run: &mut Run) {
    go(run, "TrustedOrigin");
}

/// Go's rows about bypassed paths.
fn gos_table_of_bypassed_paths(run: &mut Run) {
    go(run, "PatternBypass");
}

/// `POST /write` with a session and these header fields.
fn write(run: &mut Run, fields: Fields<'_>) -> crate::Reply {
    let cookie = run.log_in("ann");
    let fields: Vec<_> = [&[("cookie", cookie.as_str())], fields].concat();
    run.post("/write", &fields, &json!({}))
}

fn assert_denied(reply: &crate::Reply) {
    assert_problem(reply, 403);
    assert_eq!(reply.values("www-authenticate"), [""; 0]);
    assert_eq!(reply.value("vary"), "Sec-Fetch-Site, Origin");
}

/// one's own page.
fn same_origin_is_allowed(run: &mut Run) {
    let reply = write(run, &[("sec-fetch-site", "same-origin"), ("origin", "https://elsewhere.test")]);
    assert_eq!(reply.status, 200);
}

/// a person, by hand.
fn a_user_is_allowed(run: &mut Run) {
    assert_eq!(write(run, &[("sec-fetch-site", "none")]).status, 200);
}

/// another site's page.
fn cross_site_is_refused(run: &mut Run) {
    assert_denied(&write(run, &[CROSS]));
    assert_eq!(events(run).last(), Some(&"malicious_csrf"));
}

/// another host's page of the same site.
fn same_site_is_refused(run: &mut Run) {
    assert_denied(&write(run, &[("sec-fetch-site", "same-site"), ("origin", "https://conformance.test")]));
}

/// X-02, decision 9: values that nobody knows.
fn unknown_sites_are_refused(run: &mut Run) {
    assert_denied(&write(run, &[("sec-fetch-site", "Same-Origin")]));
    assert_denied(&write(run, &[("sec-fetch-site", "same-origin, none")]));
    assert_denied(&write(run, &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "same-origin")]));
}

/// neither header: no browser.
fn no_browser_is_allowed(run: &mut Run) {
    let reply = write(run, &[]);
    assert_eq!(
        (reply.status, reply.value("vary")),
        (200, "Sec-Fetch-Site, Origin, Authorization, X-API-Key, Cookie")
    );
}

/// Decision 9: unless it is strict.
fn strict_refuses_what_no_browser_sent(run: &mut Run) {
    let reply = run.post("/login", &[], &credentials("ann"));
    assert_denied(&reply);
    let reply = run.post("/login", &[("sec-fetch-site", "same-origin")], &credentials("ann"));
    assert_eq!(reply.status, 200);
    let key = run.world().key("ann", &["write"], |_| ());
    assert_eq!(run.post("/write", &[("x-api-key", &key)], &json!({})).status, 200);
}

/// without `Sec-Fetch-Site`, the origin is compared with the host, byte by byte.
fn own_origin_is_allowed(run: &mut Run) {
    assert_eq!(write(run, &[("origin", "https://conformance.test")]).status, 200);
    assert_eq!(write(run, &[("origin", "http://conformance.test")]).status, 200);
    for origin in [
        "https://conformance.test:444",
        "https://conformance.test.evil.test",
        "https://Conformance.test",
        "conformance.test",
    ] {
        assert_denied(&write(run, &[("origin", origin)]));
    }
}

/// `null` is nobody's origin.
fn null_equals_nothing(run: &mut Run) {
    assert_denied(&write(run, &[("origin", "null")]));
}

/// also where the origin is configured.
fn null_equals_nothing_beside_a_public_url(run: &mut Run) {
    assert_denied(&write(run, &[("origin", "null")]));
}

/// `TRACE` and methods that nobody knows are not safe.
fn trace_is_not_safe(run: &mut Run) {
    for method in ["TRACE", "PUT", "PATCH", "DELETE"] {
        assert_denied(&run.send(method, "/public", &[CROSS], None));
    }
}

/// reading is allowed from anywhere.
fn safe_methods_are_allowed(run: &mut Run) {
    assert_eq!(run.get("/public", &[CROSS]).status, 200);
    let cookie = run.log_in("ann");
    assert_eq!(run.get("/me", &[CROSS, ("cookie", &cookie)]).status, 200);
}

/// so is asking for a head.
fn a_head_is_allowed(run: &mut Run) {
    assert_eq!(run.own("HEAD", "/public", &[CROSS]).status, 200);
}

/// or for options, which here nobody answers.
fn options_are_allowed(run: &mut Run) {
    assert_eq!(run.own("OPTIONS", "/public", &[CROSS]).status, 405);
}

/// no handler, no store, one event.
fn a_refusal_leaves_no_trace(run: &mut Run) {
    assert_denied(&run.post("/write", &[CROSS, ("cookie", STRANGER)], &json!({})));
    assert_denied(&run.post("/ruled/count", &[CROSS], &json!({})));
    assert_eq!((run.world().ran(), run.world().operations().len()), (0, 0));
    assert_eq!(events(run), ["malicious_csrf", "malicious_csrf"]);
}

/// nor is the idle time extended.
fn a_refused_request_does_not_use_the_session(run: &mut Run) {
    let cookie = run.log_in("ann");
    run.world().advance(std::time::Duration::from_secs(29 * 60));
    assert_denied(&run.post("/write", &[CROSS, ("cookie", &cookie)], &json!({})));
    run.world().advance(std::time::Duration::from_secs(60));
    assert_eq!(run.get("/me", &[("cookie", &cookie)]).status, 401);
}

/// before anything is looked for.
fn unknown_paths_are_checked_too(run: &mut Run) {
    assert_denied(&run.post("/nowhere", &[CROSS], &json!({})));
}

/// logging somebody in as somebody else.
fn login_is_checked(run: &mut Run) {
    let reply = run.post("/login", &[CROSS], &credentials("ann"));
    assert_denied(&reply);
    assert_eq!(reply.values("set-cookie"), [""; 0]);
    assert_eq!(run.world().operations(), [""; 0]);
}

/// logging somebody out.
fn logout_is_checked(run: &mut Run) {
    let cookie = run.log_in("ann");
    assert_denied(&run.send("POST", "/logout", &[CROSS, ("cookie", &cookie)], None));
    assert_eq!(run.world().live_sessions(), 1);
}

/// a bearer token is sent by no page of itself.
fn a_token_exempts(run: &mut Run) {
    let token = format!("Bearer {}", run.world().token("ann", &["write"]));
    assert_eq!(run.post("/write", &[CROSS, ("authorization", &token)], &json!({})).status, 200);
}

/// nor is a key.
fn a_key_exempts(run: &mut Run) {
    let key = run.world().key("ann", &["write"], |_| ());
    assert_eq!(run.post("/write", &[CROSS, ("x-api-key", &key)], &json!({})).status, 200);
}

/// Basic is no credential, so the cookie would decide.
fn basic_exempts_nothing(run: &mut Run) {
    assert_denied(&write(run, &[CROSS, ("authorization", "Basic x")]));
    assert_denied(&write(run, &[CROSS, ("authorization", "")]));
}

/// nor does what is no token at all.
fn a_malformed_token_exempts_nothing(run: &mut Run) {
    assert_denied(&write(run, &[CROSS, ("authorization", "Bearer")]));
}

/// a login uses the cookie, whatever else the request carries.
fn nothing_exempts_a_login(run: &mut Run) {
    let key = run.world().key("ann", &[], |_| ());
    for field in [("authorization", "Bearer x"), ("x-api-key", key.as_str())] {
        let reply = run.post("/login", &[CROSS, field], &credentials("ann"));
        assert_denied(&reply);
    }
    assert_eq!(run.world().live_sessions(), 0);
}

/// so does a logout.
fn nothing_exempts_a_logout(run: &mut Run) {
    let cookie = run.log_in("ann");
    let fields = [CROSS, ("cookie", cookie.as_str()), ("authorization", "Bearer x")];
    assert_denied(&run.send("POST", "/logout", &fields, None));
    assert_eq!(run.world().live_sessions(), 1);
}

/// a framework may read another method out of a form, so a form is never safe.
fn a_form_with_get_is_checked(run: &mut Run) {
    for media in ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        assert_denied(&run.send("GET", "/public", &[CROSS, ("content-type", media)], None));
    }
}

/// no header turns one method into another.
fn an_override_changes_nothing(run: &mut Run) {
    let cookie = run.log_in("ann");
    let fields = [CROSS, ("cookie", cookie.as_str()), ("x-http-method-override", "GET")];
    assert_denied(&run.post("/write", &fields, &json!({})));
    let fields = [("cookie", cookie.as_str()), ("x-http-method-override", "DELETE")];
    assert_eq!(run.get("/sessions", &fields).status, 200);
    assert_eq!(run.get("/session", &[("cookie", &cookie)]).status, 200);
}

/// behind a proxy that rewrites the host, the configured origin counts, scheme included.
fn a_public_url_replaces_the_host(run: &mut Run) {
    assert_eq!(write(run, &[("origin", "https://shop.test")]).status, 200);
    assert_denied(&write(run, &[("origin", "http://shop.test")]));
    assert_denied(&write(run, &[("origin", "https://conformance.test")]));
}

/// a client cannot choose with what its origin is compared.
fn a_forwarded_host_counts_for_nothing(run: &mut Run) {
    let forged =
        [("origin", "https://evil.test"), ("x-forwarded-host", "evil.test"), ("forwarded", "host=evil.test")];
    assert_denied(&write(run, &forged));
}

/// a trusted origin is compared whole.
fn trusted_origins_are_compared_whole(run: &mut Run) {
    assert_eq!(write(run, &[CROSS, ("origin", "https://partner.test")]).status, 200);
    for origin in [
        "http://partner.test",
        "https://partner.test:444",
        "https://partner.test.evil.test",
        "https://a.partner.test",
    ] {
        assert_denied(&write(run, &[CROSS, ("origin", origin)]));
    }
}

/// H-28: a page of another site opens no WebSocket, also where nothing is guarded.
fn a_websocket_of_another_page_is_refused(run: &mut Run) {
    assert_denied(&run.get("/public", &[("upgrade", "websocket"), ("origin", "https://evil.test")]));
    assert_eq!(
        run.get("/public", &[("upgrade", "websocket"), ("origin", "https://conformance.test")]).status,
        200
    );
}
