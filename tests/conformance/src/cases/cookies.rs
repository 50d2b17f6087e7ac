//! Cookies: what is set, what is read, and what never is.

use data_encoding::BASE64URL_NOPAD;
use portcullis::CookiePolicy;

use super::{CLEARED, SESSION, STRANGER, assert_problem};
use crate::{Run, case::cases, credentials, world::Setup};

cases! { "cookies";
    login_sets_one_cookie: "C-01", "C-02", "C-04", "C-17", "H-16";
    the_name_is_an_option: "C-01", "C-07" => Setup { sessions: |s| s.cookie(CookiePolicy::new("sid").same_site(portcullis::SameSite::Strict)), ..Setup::default() };
    a_shared_cookie_is_a_choice: "C-19" => Setup { sessions: |s| s.cookie(CookiePolicy::new("id").shared_with("conformance.test")), ..Setup::default() };
    a_persistent_cookie_ends_with_the_session: "C-05" => Setup { sessions: |s| s.cookie(CookiePolicy::new("id").persistent()), ..Setup::default() };
    without_tls_the_prefix_goes: "C-07" => Setup { sessions: |s| s.cookie(CookiePolicy::new("id").insecure_without_tls()), ..Setup::default() };
    the_unprefixed_name_is_never_read: "C-07";
    logout_removes_it: "C-08", "C-09", "lesson/handlers-cookies-stay";
    the_name_has_one_case: "C-10";
    two_of_the_name_are_refused: "C-11";
    two_good_ones_are_refused: "C-11";
    lines_are_joined: "C-12";
    other_cookies_do_not_matter: "C-12";
    the_value_is_compared_as_sent: "C-13";
    elsewhere_an_id_is_ignored: "C-14";
    the_id_is_nowhere_else: "C-15";
    an_unknown_id_is_cleared: "C-16", "S-03";
    a_malformed_id_is_cleared: "C-16", "C-18";
    the_value_tells_nothing: "C-18";
}

/// C-01: exactly one cookie, with every attribute that protects it, and no expiry.
fn login_sets_one_cookie(run: &mut Run) {
    let reply = run.post("/login", &[], &credentials("ann"));
    let cookie = reply.value("set-cookie");
    let (value, attributes) = cookie.split_once("; ").unwrap_or_default();
    assert_eq!(attributes, "Path=/; Secure; HttpOnly; SameSite=Lax");
    assert_eq!(value.strip_prefix("__Host-id=").map(str::len), Some(43));
    assert_eq!(reply.value("cache-control"), "no-store");
}

/// C-01: name and `SameSite` are options; the prefix is not.
fn the_name_is_an_option(run: &mut Run) {
    let reply = run.post("/login", &[], &credentials("ann"));
    assert!(reply.value("set-cookie").starts_with("__Host-sid="), "{reply:?}");
    assert!(reply.value("set-cookie").ends_with("; Path=/; Secure; HttpOnly; SameSite=Strict"), "{reply:?}");
}

/// C-19: shared with subdomains, it has the other prefix.
fn a_shared_cookie_is_a_choice(run: &mut Run) {
    let reply = run.post("/login", &[], &credentials("ann"));
    assert!(reply.value("set-cookie").starts_with("__Secure-id="), "{reply:?}");
    assert!(reply.value("set-cookie").contains("; Domain=conformance.test; Secure; "), "{reply:?}");
}

/// C-05: it may outlive the browser, not the session.
fn a_persistent_cookie_ends_with_the_session(run: &mut Run) {
    let cookie = run.log_in("ann");
    run.world().advance(std::time::Duration::from_secs(24 * 60 * 60));
    assert_eq!(run.get("/me", &[("cookie", &cookie)]).status, 401);
    let reply = run.post("/login", &[], &credentials("ann"));
    assert!(reply.value("set-cookie").ends_with("; Max-Age=86400"), "{reply:?}");
}

/// C-07: for development without TLS, by a switch that says so.
fn without_tls_the_prefix_goes(run: &mut Run) {
    let reply = run.post("/login", &[], &credentials("ann"));
    assert!(reply.value("set-cookie").ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{reply:?}");
    assert!(reply.value("set-cookie").starts_with("id="), "{reply:?}");
    assert_eq!(run.world().events()[0].kind.as_str(), "insecure_setting");
}

/// C-07: where the switch is off, an unprefixed cookie is nobody's.
fn the_unprefixed_name_is_never_read(run: &mut Run) {
    let cookie = run.log_in("ann").replace("__Host-", "");
    assert_eq!(run.get("/optional", &[("cookie", &cookie)]).json()["subject"], serde_json::Value::Null);
}

/// C-08: the removal has the attributes of what it removes.
fn logout_removes_it(run: &mut Run) {
    let cookie = run.log_in("ann");
    let reply = run.send("POST", "/logout", &[("cookie", &cookie)], None);
    assert_eq!((reply.status, reply.value("set-cookie")), (204, CLEARED));
    assert_eq!(reply.value("clear-site-data"), r#""cache", "storage""#);
}

/// C-10: `__host-id` is another cookie.
fn the_name_has_one_case(run: &mut Run) {
    let cookie = run.log_in("ann").replace("__Host-", "__host-");
    let reply = run.get("/optional", &[("cookie", &cookie)]);
    assert_eq!((reply.status, reply.json()["subject"].as_str()), (200, None));
}

/// C-11: neither the first nor the last counts.
fn two_of_the_name_are_refused(run: &mut Run) {
    let good = run.log_in("ann");
    let before = run.world().operations();
    for cookies in [format!("{good}; {STRANGER}"), format!("{STRANGER}; {good}")] {
        let reply = run.get("/optional", &[("cookie", &cookies)]);
        assert_problem(&reply, 401);
        assert_eq!(reply.value("set-cookie"), CLEARED);
    }
    assert_eq!(run.world().operations(), before);
}

/// C-11: not even when they are equal.
fn two_good_ones_are_refused(run: &mut Run) {
    let good = run.log_in("ann");
    assert_eq!(run.get("/me", &[("cookie", &format!("{good}; {good}"))]).status, 401);
    assert_eq!(run.get("/me", &[("cookie", &good), ("cookie", &good)]).status, 401);
}

/// C-12: HTTP/2 may have split the header.
fn lines_are_joined(run: &mut Run) {
    let good = run.log_in("ann");
    assert_eq!(run.get("/me", &[("cookie", "theme=dark"), ("cookie", &good)]).status, 200);
    assert_eq!(run.get("/me", &[("cookie", &good), ("cookie", "theme=dark")]).status, 200);
}

/// C-12: what stands around it does not matter.
fn other_cookies_do_not_matter(run: &mut Run) {
    let good = run.log_in("ann");
    for cookies in [
        format!("a=b; {good}"),
        format!("{good};a=b"),
        format!("=; {good}; ;x"),
        format!("x__Host-id=1; {good}"),
    ] {
        assert_eq!(run.get("/me", &[("cookie", &cookies)]).status, 200, "{cookies}");
    }
}

/// C-13: nothing is decoded, unquoted or trimmed.
fn the_value_is_compared_as_sent(run: &mut Run) {
    let good = run.log_in("ann");
    let value = good.strip_prefix("__Host-id=").unwrap_or_default();
    let flipped = format!("{}{}", if value.starts_with('A') { 'B' } else { 'A' }, &value[1..]);
    let escaped = format!("%{:02X}{}", value.as_bytes()[0], &value[1..]);
    for other in [format!("\"{value}\""), escaped, format!("{value}="), format!(" {value}"), flipped] {
        assert_eq!(run.get("/me", &[("cookie", &format!("__Host-id={other}"))]).status, 401, "{other}");
    }
}

/// C-14: in a query, a form field, a path or another header, an id is nothing.
fn elsewhere_an_id_is_ignored(run: &mut Run) {
    let cookie = run.log_in("ann");
    let value = cookie.strip_prefix("__Host-id=").unwrap_or_default();
    assert_eq!(run.get(&format!("/me?{cookie}&id={value}"), &[]).status, 401);
    assert_eq!(run.get("/me", &[("x-session-id", value), ("set-cookie", &cookie)]).status, 401);
    assert_eq!(run.get("/me", &[("authorization", &format!("Session {value}"))]).status, 401);
    assert_eq!(run.get("/me", &[("authorization", &format!("Bearer {value}"))]).status, 401);
}

/// C-15: the id is in `Set-Cookie` and nowhere else.
fn the_id_is_nowhere_else(run: &mut Run) {
    let cookie = run.log_in("ann");
    let value = cookie.strip_prefix("__Host-id=").unwrap_or_default().to_owned();
    for path in ["/me", "/sessions", "/optional", "/page", "/admin", "/vault"] {
        let reply = run.get(path, &[("cookie", &cookie)]);
        assert!(!format!("{reply:?} {}", reply.text()).contains(&value), "{path}: {reply:?}");
    }
}

/// C-16, S-03: an unknown id is cleared, and comes back nowhere.
fn an_unknown_id_is_cleared(run: &mut Run) {
    let reply = run.get("/session", &[("cookie", STRANGER)]);
    super::assert_challenged(&reply, &[SESSION]);
    assert_eq!(reply.value("set-cookie"), CLEARED);
    assert!(!format!("{reply:?}").contains(STRANGER));
}

/// C-16: so is one that can be none.
fn a_malformed_id_is_cleared(run: &mut Run) {
    for value in ["", "x", "../../etc/passwd", &"A".repeat(44)] {
        let reply = run.get("/session", &[("cookie", &format!("__Host-id={value}"))]);
        super::assert_challenged(&reply, &[SESSION]);
        assert_eq!(reply.value("set-cookie"), CLEARED);
    }
    assert_eq!(run.world().operations(), [""; 0]);
}

/// C-18: two logins of one person have nothing in common, and nothing can be read from either.
fn the_value_tells_nothing(run: &mut Run) {
    let (one, two) = (run.log_in("ann"), run.log_in("ann"));
    let bytes = |cookie: &str| {
        BASE64URL_NOPAD.decode(cookie.trim_start_matches("__Host-id=").as_bytes()).unwrap_or_default()
    };
    let (one, two) = (bytes(&one), bytes(&two));
    assert_eq!((one.len(), two.len()), (32, 32));
    let same = one.iter().zip(&two).filter(|(a, b)| a == b).count();
    assert!(same < 8, "{same} of 32 bytes are equal");
    assert!(!one.windows(3).any(|bytes| bytes == b"ann"));
}
