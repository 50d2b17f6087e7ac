//! Sessions: how they begin, last and end.

use std::time::Duration;

use serde_json::json;

use super::{CLEARED, SESSION, STRANGER, assert_challenged, assert_problem, cause, events};
use crate::{PASSWORD, Run, case::cases, credentials, world::Setup};

const IDLE: Duration = Duration::from_secs(30 * 60);
const MINUTE: Duration = Duration::from_secs(60);

cases! { "sessions";
    a_session_says_who_it_is: "S-28", "H-16";
    an_unknown_id_is_refused: "S-03", "lesson/garbage-is-no-server-error";
    an_unknown_id_makes_no_record: "S-03", "S-28";
    id_changes_at_login: "S-04", "lesson/login-over-login";
    another_ones_login_replaces_the_session: "S-04", "lesson/login-over-login";
    a_failed_login_leaves_the_session_alone: "lesson/failed-login-keeps-session";
    id_changes_at_reauthentication: "S-05", "S-09", "lesson/rotation-undone";
    a_wrong_password_changes_no_id: "S-05";
    idle_sessions_end: "S-06";
    a_use_restarts_the_idle_time: "S-06", "S-09", "lesson/idle-slides-on-reads";
    uses_are_recorded_once_an_interval: "S-06";
    short_idle_times_hold: "S-06" => Setup { sessions: |s| s.idle(Duration::from_secs(2)), ..Setup::default() };
    busy_sessions_end_too: "S-07";
    reauthentication_restarts_both_times: "S-09";
    nothing_sent_extends_a_session: "S-10";
    logout_ends_the_session: "S-11";
    a_replayed_cookie_is_reported: "S-11";
    logout_twice_is_harmless: "S-12";
    logout_without_a_session_is_harmless: "S-12";
    logout_ends_a_session_that_goes_on_under_another_id: "S-11", "S-21", "lesson/logout-undone-in-flight";
    logout_of_a_replaced_id_ends_nobody_elses: "S-11", "lesson/login-over-login";
    unreadable_cookies_confirm_no_logout: "S-11", "C-11", "H-23";
    unreadable_cookies_begin_no_session: "S-04", "C-11", "H-23";
    get_does_not_log_out: "S-13";
    a_session_can_be_listed: "S-17", "lesson/list-shows-no-ids";
    sessions_of_others_are_not_listed: "S-17";
    another_device_can_be_ended: "S-17";
    the_present_session_can_be_ended: "S-17", "C-08";
    a_handle_of_somebody_else_does_nothing: "S-17";
    an_unknown_handle_looks_like_somebody_elses: "S-17";
    ending_a_session_needs_a_recent_login: "S-17";
    all_others_can_be_ended: "S-17";
    an_administrator_ends_all: "S-16";
    a_deleted_session_stays_deleted: "S-21", "lesson/logout-undone-in-flight";
    a_rotated_id_is_dead_at_once: "S-22";
    a_rotated_id_does_not_clear_the_new_cookie: "S-22", "C-16";
    a_tombstone_is_forgotten: "S-22", "C-16";
    parallel_rotations_leave_one: "S-22", "lesson/rotation-undone";
    a_late_touch_revives_no_ended_session: "S-21", "lesson/logout-undone-in-flight";
    a_late_touch_undoes_no_rotation: "S-22", "lesson/rotation-undone";
    a_request_that_raced_with_a_rotation_keeps_the_new_cookie: "S-22", "C-16";
    a_rotation_that_comes_too_late_makes_no_session: "S-21", "S-05";
    a_logout_that_comes_too_late_is_harmless: "S-12", "S-21";
    reading_begins_no_session: "S-28";
    removed_scopes_are_gone_at_once: "lesson/server-only-fields";
}

/// S-28: a login begins a session, which says who it is.
fn a_session_says_who_it_is(run: &mut Run) {
    let cookie = run.log_in("ann");
    let reply = run.get("/session", &[("cookie", &cookie)]);
    assert_eq!((reply.status, reply.value("cache-control")), (200, "no-store"));
    let me = reply.json();
    assert_eq!((&me["subject"], &me["kind"]), (&json!("ann"), &json!("session")));
    assert_eq!((&me["scopes"], &me["factors"]), (&json!(["read", "write"]), &json!(["pwd"])));
    assert_eq!(me["authenticated_at"], "2023-11-14T22:13:20.000Z");
    assert_eq!(events(run), ["session_created", "authn_login_success", "authn_success"]);
}

/// S-03: a well-formed id that nobody was given.
fn an_unknown_id_is_refused(run: &mut Run) {
    assert_challenged(&run.get("/session", &[("cookie", STRANGER)]), &[SESSION]);
    assert_eq!(run.world().operations(), ["session.load"]);
    assert_eq!(events(run), ["session_use_after_expire"]);
}

/// S-03: no record is made under it, not even by a login.
fn an_unknown_id_makes_no_record(run: &mut Run) {
    run.get("/session", &[("cookie", STRANGER)]);
    assert_eq!(run.world().live_sessions(), 0);
    let cookie = run.log_in_with("ann", &[("cookie", STRANGER)]);
    assert_ne!(cookie, STRANGER);
    assert_eq!(run.world().live_sessions(), 1);
    assert_eq!(run.get("/session", &[("cookie", STRANGER)]).status, 401);
}

/// S-04: a login over a session has a new id, and leaves one record.
fn id_changes_at_login(run: &mut Run) {
    let old = run.log_in("ann");
    let new = run.log_in_with("ann", &[("cookie", &old)]);
    assert_ne!(old, new);
    assert_eq!(run.world().live_sessions(), 1);
    assert_eq!(run.get("/session", &[("cookie", &old)]).status, 401);
    assert_eq!(run.get("/session", &[("cookie", &new)]).status, 200);
}

/// S-04: so has the login of somebody else, and nothing of the first one's is carried over.
fn another_ones_login_replaces_the_session(run: &mut Run) {
    let old = run.log_in("ann");
    let new = run.log_in_with("bob", &[("cookie", &old)]);
    let reply = run.get("/session", &[("cookie", &new)]);
    assert_eq!((&reply.json()["subject"], &reply.json()["scopes"]), (&json!("bob"), &json!(["read"])));
    assert_eq!(run.get("/session", &[("cookie", &old)]).status, 401);
    assert_eq!(run.world().live_sessions(), 1);
}

/// A login that fails ends nothing.
fn a_failed_login_leaves_the_session_alone(run: &mut Run) {
    let cookie = run.log_in("ann");
    let wrong = json!({ "login": "ann", "password": "not the password at all" });
    let reply = run.post("/login", &[("cookie", &cookie)], &wrong);
    assert_eq!((reply.status, reply.values("set-cookie").len()), (401, 0));
    assert_eq!(run.get("/session", &[("cookie", &cookie)]).status, 200);
}

fn reauthenticate(run: &mut Run, cookie: &str) -> String {
    let reply = run.post("/reauthenticate", &[("cookie", cookie)], &json!({ "password": PASSWORD }));
    assert_eq!(reply.status, 204, "{reply:?}");
    reply.cookie("__Host-id").unwrap_or_default()
}

/// S-05: re-authentication changes the id, and the old one is dead.
fn id_changes_at_reauthentication(run: &mut Run) {
    let old = run.log_in("ann");
    let new = reauthenticate(run, &old);
    assert_ne!(old, new);
    assert_eq!(run.get("/session", &[("cookie", &old)]).status, 401);
    assert_eq!(run.get("/session", &[("cookie", &new)]).status, 200);
    assert_eq!(run.world().live_sessions(), 1);
}

/// S-05: a wrong password changes nothing.
fn a_wrong_password_changes_no_id(run: &mut Run) {
    let cookie = run.log_in("ann");
    let reply =
        run.post("/reauthenticate", &[("cookie", &cookie)], &json!({ "password": "not the password" }));
    assert_challenged(&reply, &[SESSION]);
    assert_eq!(run.get("/session", &[("cookie", &cookie)]).status, 200);
}

/// S-06: unused for `idle`, it is refused, cleared and gone.
fn idle_sessions_end(run: &mut Run) {
    let cookie = run.log_in("ann");
    run.world().advance(IDLE);
    let reply = run.get("/session", &[("cookie", &cookie)]);
    assert_challenged(&reply, &[SESSION]);
    assert_eq!(reply.value("set-cookie"), CLEARED);
    assert_eq!(run.world().live_sessions(), 0);
    assert_eq!(events(run).last(), Some(&"session_expired"));
    assert_eq!(cause(run), "idle_timeout");
}

/// S-06: a second before it could end, a use restarts the time.
fn a_use_restarts_the_idle_time(run: &mut Run) {
    let cookie = run.log_in("ann");
    // A touch interval and a second before it could end.
    let almost = Duration::from_secs(30 * 60 - 61);
    for _ in 0..4 {
        run.world().advance(almost);
        assert_eq!(run.get("/session", &[("cookie", &cookie)]).status, 200);
    }
    run.world().advance(IDLE);
    assert_eq!(run.get("/session", &[("cookie", &cookie)]).status, 401);
}

/// S-06, decision 13: a use is written down at most once a minute.
fn uses_are_recorded_once_an_interval(run: &mut Run) {
    let cookie = run.log_in("ann");
    let touches = |run: &Run| run.world().operations().iter().filter(|op| *op == "session.touch").count();
    for _ in 0..3 {
        run.get("/session", &[("cookie", &cookie)]);
    }
    assert_eq!(touches(run), 0);
    run.world().advance(MINUTE);
    for _ in 0..3 {
        run.get("/session", &[("cookie", &cookie)]);
    }
    assert_eq!(touches(run), 1);
}

/// S-06: the interval shrinks with the idle time.
fn short_idle_times_hold(run: &mut Run) {
    let cookie = run.log_in("ann");
    for _ in 0..5 {
        run.world().advance(Duration::from_millis(1_700));
        assert_eq!(run.get("/session", &[("cookie", &cookie)]).status, 200);
    }
    run.world().advance(Duration::from_secs(2));
    assert_eq!(run.get("/session", &[("cookie", &cookie)]).status, 401);
}

/// S-07: used without a pause, it ends at its absolute deadline.
fn busy_sessions_end_too(run: &mut Run) {
    let cookie = run.log_in("ann");
    for _ in 0..95 {
        run.world().advance(15 * MINUTE);
        assert_eq!(run.get("/session", &[("cookie", &cookie)]).status, 200);
    }
    run.world().advance(15 * MINUTE);
    assert_eq!(run.get("/session", &[("cookie", &cookie)]).status, 401);
    assert_eq!(cause(run), "absolute_timeout");
}

/// S-09: re-authentication restarts the idle and the absolute time.
fn reauthentication_restarts_both_times(run: &mut Run) {
    let mut cookie = run.log_in("ann");
    for _ in 0..60 {
        run.world().advance(20 * MINUTE);
        assert_eq!(run.get("/session", &[("cookie", &cookie)]).status, 200);
    }
    cookie = reauthenticate(run, &cookie);
    for _ in 0..60 {
        run.world().advance(20 * MINUTE);
        assert_eq!(run.get("/session", &[("cookie", &cookie)]).status, 200);
    }
}

/// S-10: dates and ages that a client sends count for nothing.
fn nothing_sent_extends_a_session(run: &mut Run) {
    let cookie = run.log_in("ann");
    run.world().advance(IDLE);
    let fields = [("cookie", format!("{cookie}; Max-Age=99999; Expires=Fri, 01 Jan 2100 00:00:00 GMT"))];
    let fields = [("cookie", fields[0].1.as_str()), ("date", "Tue, 14 Nov 2023 22:13:20 GMT"), ("age", "0")];
    assert_eq!(run.get("/session", &fields).status, 401);
    assert_eq!(run.get("/session", &fields).status, 401);
}

/// S-11: logout ends the record, not only the cookie.
fn logout_ends_the_session(run: &mut Run) {
    let cookie = run.log_in("ann");
    assert_eq!(run.send("POST", "/logout", &[("cookie", &cookie)], None).status, 204);
    assert_eq!(run.world().live_sessions(), 0);
    assert_eq!(events(run).last(), Some(&"session_logout"));
}

/// S-11: the cookie, replayed, is refused and reported.
fn a_replayed_cookie_is_reported(run: &mut Run) {
    let cookie = run.log_in("ann");
    run.send("POST", "/logout", &[("cookie", &cookie)], None);
    assert_eq!(run.get("/session", &[("cookie", &cookie)]).status, 401);
    assert_eq!(events(run).last(), Some(&"session_use_after_expire"));
}

/// S-12: a second logout is no error.
fn logout_twice_is_harmless(run: &mut Run) {
    let cookie = run.log_in("ann");
    for _ in 0..2 {
        let reply = run.send("POST", "/logout", &[("cookie", &cookie)], None);
        assert_eq!((reply.status, reply.value("set-cookie")), (204, CLEARED));
    }
}

/// S-12: nor is one with a stale cookie, a broken one, or none.
fn logout_without_a_session_is_harmless(run: &mut Run) {
    for fields in [&[][..], &[("cookie", STRANGER)], &[("cookie", "__Host-id=x")]] {
        assert_eq!(run.send("POST", "/logout", fields, None).status, 204);
    }
}

/// S-11: the answer with the new id was still on its way when the person logged out.
fn logout_ends_a_session_that_goes_on_under_another_id(run: &mut Run) {
    let old = run.log_in("ann");
    let new = reauthenticate(run, &old);
    assert_eq!(run.send("POST", "/logout", &[("cookie", &old)], None).status, 204);
    assert_eq!(run.world().live_sessions(), 0);
    assert_eq!(run.get("/session", &[("cookie", &new)]).status, 401);
}

/// S-11: an id that somebody else's login has replaced leads to nobody's session.
fn logout_of_a_replaced_id_ends_nobody_elses(run: &mut Run) {
    let ann = run.log_in("ann");
    let bob = run.log_in_with("bob", &[("cookie", &ann)]);
    assert_eq!(run.send("POST", "/logout", &[("cookie", &ann)], None).status, 204);
    assert_eq!(run.get("/session", &[("cookie", &bob)]).status, 200);
}

/// S-11: where the session's cookie cannot be read among others, nothing ends and nothing is confirmed.
fn unreadable_cookies_confirm_no_logout(run: &mut Run) {
    let cookie = run.log_in("ann");
    let junk = format!("{cookie}; junk={}", "x".repeat(8_192));
    assert_problem(&run.send("POST", "/logout", &[("cookie", &junk)], None), 431);
    let twice = format!("{cookie}; __Host-id=x");
    assert_problem(&run.send("POST", "/logout", &[("cookie", &twice)], None), 401);
    assert_eq!(run.world().live_sessions(), 1);
}

/// S-04: nor does a login go past a session that it could not end.
fn unreadable_cookies_begin_no_session(run: &mut Run) {
    let cookie = run.log_in("ann");
    let junk = format!("{cookie}; junk={}", "x".repeat(8_192));
    assert_problem(&run.post("/login", &[("cookie", &junk)], &credentials("ann")), 431);
    assert_eq!(run.world().live_sessions(), 1);
}

/// S-13: a link cannot log anybody out.
fn get_does_not_log_out(run: &mut Run) {
    let cookie = run.log_in("ann");
    let reply = run.own("GET", "/logout", &[("cookie", &cookie)]);
    assert_eq!(run.get("/session", &[("cookie", &cookie)]).status, 200);
    assert_eq!(reply.status, 405);
}

/// S-17: one's sessions, newest first, without ids.
fn a_session_can_be_listed(run: &mut Run) {
    let first = run.log_in_with("ann", &[("user-agent", "one")]);
    run.world().advance(MINUTE);
    let second = run.log_in_with("ann", &[("user-agent", "two")]);
    let reply = run.get("/sessions", &[("cookie", &second)]);
    let list = reply.json();
    let shown = |n: usize| {
        (list[n]["user_agent"].as_str(), list[n]["current"].as_bool(), list[n]["client_ip"].as_str())
    };
    assert_eq!(shown(0), (Some("two"), Some(true), Some("127.0.0.1")));
    assert_eq!(shown(1), (Some("one"), Some(false), Some("127.0.0.1")));
    assert_eq!(list[1]["created_at"], "2023-11-14T22:13:20.000Z");
    for cookie in [first, second] {
        assert!(!reply.text().contains(cookie.trim_start_matches("__Host-id=")));
    }
}

/// S-17: nobody else's.
fn sessions_of_others_are_not_listed(run: &mut Run) {
    run.log_in("ann");
    let cookie = run.log_in("bob");
    assert_eq!(run.get("/sessions", &[("cookie", &cookie)]).json().as_array().map(Vec::len), Some(1));
}

/// The handles of a caller's sessions, newest first.
fn handles(run: &mut Run, cookie: &str) -> Vec<String> {
    let list = run.get("/sessions", &[("cookie", cookie)]).json();
    let handles = list.as_array().into_iter().flatten().filter_map(|session| session["handle"].as_str());
    handles.map(str::to_owned).collect()
}

/// S-17: a lost device is ended by its handle.
fn another_device_can_be_ended(run: &mut Run) {
    let lost = run.log_in("ann");
    run.world().advance(MINUTE);
    let cookie = run.log_in("ann");
    let handle = handles(run, &cookie)[1].clone();
    let path = format!("/sessions/{handle}");
    let reply = run.delete(&path, &[("cookie", &cookie)]);
    assert_eq!((reply.status, reply.values("set-cookie").len()), (204, 0));
    assert_eq!(run.get("/session", &[("cookie", &lost)]).status, 401);
    assert_eq!(run.get("/session", &[("cookie", &cookie)]).status, 200);
}

/// S-17: ending the present session removes its cookie.
fn the_present_session_can_be_ended(run: &mut Run) {
    let cookie = run.log_in("ann");
    let path = format!("/sessions/{}", handles(run, &cookie)[0]);
    let reply = run.delete(&path, &[("cookie", &cookie)]);
    assert_eq!((reply.status, reply.value("set-cookie")), (204, CLEARED));
    assert_eq!(run.world().live_sessions(), 0);
}

/// S-17: somebody else's handle is not found, and not touched.
fn a_handle_of_somebody_else_does_nothing(run: &mut Run) {
    let ann = run.log_in("ann");
    let bob = run.log_in("bob");
    let path = format!("/sessions/{}", handles(run, &ann)[0]);
    let reply = run.delete(&path, &[("cookie", &bob)]);
    assert_problem(&reply, 404);
    assert_eq!(run.get("/session", &[("cookie", &ann)]).status, 200);
    assert!(events(run).contains(&"authz_fail"));
}

/// S-17: with the same bytes as a handle that nobody has.
fn an_unknown_handle_looks_like_somebody_elses(run: &mut Run) {
    let ann = run.log_in("ann");
    let bob = run.log_in("bob");
    let path = format!("/sessions/{}", handles(run, &ann)[0]);
    let theirs = run.delete(&path, &[("cookie", &bob)]);
    let nobodys = run.delete("/sessions/AAAAAAAAAAAAAAAAAAAAAA", &[("cookie", &bob)]);
    assert_eq!((theirs.status, theirs.body), (nobodys.status, nobodys.body));
}

/// S-17: an old login must be renewed first.
fn ending_a_session_needs_a_recent_login(run: &mut Run) {
    let cookie = run.log_in("ann");
    run.world().advance(Duration::from_secs(301));
    let reply = run.delete("/sessions", &[("cookie", &cookie)]);
    let stale = r#"Session realm="conformance", error="insufficient_user_authentication", max_age="300""#;
    assert_challenged(&reply, &[stale]);
    let cookie = reauthenticate(run, &cookie);
    assert_eq!(run.delete("/sessions", &[("cookie", &cookie)]).status, 204);
}

/// S-17: "log out everywhere else".
fn all_others_can_be_ended(run: &mut Run) {
    let others = [run.log_in("ann"), run.log_in("ann")];
    let cookie = run.log_in("ann");
    let bob = run.log_in("bob");
    assert_eq!(run.delete("/sessions", &[("cookie", &cookie)]).status, 204);
    for other in others {
        assert_eq!(run.get("/session", &[("cookie", &other)]).status, 401);
    }
    assert_eq!(run.get("/session", &[("cookie", &cookie)]).status, 200);
    assert_eq!(run.get("/session", &[("cookie", &bob)]).status, 200);
}

/// S-16: all sessions of one, and nobody else's.
fn an_administrator_ends_all(run: &mut Run) {
    let (ann, bob) = (run.log_in("ann"), run.log_in("bob"));
    run.world().end_all("ann");
    assert_eq!(run.get("/session", &[("cookie", &ann)]).status, 401);
    assert_eq!(run.get("/session", &[("cookie", &bob)]).status, 200);
}

/// S-21: a touch that comes after the end brings nothing back.
fn a_deleted_session_stays_deleted(run: &mut Run) {
    let cookie = run.log_in("ann");
    run.world().advance(MINUTE);
    let request = |method, path| crate::request(method, path, &[("cookie", &cookie)], None);
    let read = request("GET", "/session");
    let replies = run.parallel(&[read.clone(), request("POST", "/logout"), read.clone(), read]);
    assert_eq!(replies[1].status, 204);
    assert_eq!(run.world().live_sessions(), 0);
    assert_eq!(run.get("/session", &[("cookie", &cookie)]).status, 401);
}

/// S-22: from the rotation on, the old id is refused.
fn a_rotated_id_is_dead_at_once(run: &mut Run) {
    let old = run.log_in("ann");
    reauthenticate(run, &old);
    assert_challenged(&run.get("/session", &[("cookie", &old)]), &[SESSION]);
    assert_eq!(cause(run), "rotated_id");
}

/// S-22: a request that raced with the rotation does not remove the new cookie.
fn a_rotated_id_does_not_clear_the_new_cookie(run: &mut Run) {
    let old = run.log_in("ann");
    reauthenticate(run, &old);
    run.world().advance(Duration::from_secs(59));
    assert_eq!(run.get("/session", &[("cookie", &old)]).values("set-cookie"), [""; 0]);
}

/// S-22: after a minute it is an id like any other unknown one.
fn a_tombstone_is_forgotten(run: &mut Run) {
    let old = run.log_in("ann");
    reauthenticate(run, &old);
    run.world().advance(MINUTE);
    assert_eq!(run.get("/session", &[("cookie", &old)]).value("set-cookie"), CLEARED);
}

/// S-22: two rotations at once leave one session.
fn parallel_rotations_leave_one(run: &mut Run) {
    let cookie = run.log_in("ann");
    let body = json!({ "password": PASSWORD });
    let request = crate::request("POST", "/reauthenticate", &[("cookie", &cookie)], Some(&body));
    let replies = run.parallel(&vec![request; 4]);
    assert_eq!(replies.iter().filter(|reply| reply.status == 204).count(), 1, "{replies:?}");
    assert_eq!(run.world().live_sessions(), 1);
}

/// S-21: the request was judged good, and is about to write down the use, when the session ends.
fn a_late_touch_revives_no_ended_session(run: &mut Run) {
    let cookie = run.log_in("ann");
    run.world().advance(MINUTE);
    let read = crate::request("GET", "/session", &[("cookie", &cookie)], None);
    let late = run.held("session.touch", &read, |run| {
        assert_eq!(run.send("POST", "/logout", &[("cookie", &cookie)], None).status, 204);
    });
    assert_challenged(&late, &[SESSION]);
    assert_eq!(run.world().live_sessions(), 0);
    assert_eq!(run.get("/session", &[("cookie", &cookie)]).status, 401);
}

/// S-22: the same, when the id changes.
fn a_late_touch_undoes_no_rotation(run: &mut Run) {
    let old = run.log_in("ann");
    run.world().advance(MINUTE);
    let read = crate::request("GET", "/session", &[("cookie", &old)], None);
    let mut new = String::new();
    let late = run.held("session.touch", &read, |run| new = reauthenticate(run, &old));
    assert_challenged(&late, &[SESSION]);
    assert_eq!(run.world().live_sessions(), 1);
    assert_eq!(run.get("/session", &[("cookie", &old)]).status, 401);
    assert_eq!(run.get("/session", &[("cookie", &new)]).status, 200);
}

/// S-22, decision 14: its 401 must not remove the cookie that the browser has by now.
fn a_request_that_raced_with_a_rotation_keeps_the_new_cookie(run: &mut Run) {
    let old = run.log_in("ann");
    run.world().advance(MINUTE);
    let read = crate::request("GET", "/session", &[("cookie", &old)], None);
    let late = run.held("session.touch", &read, |run| {
        reauthenticate(run, &old);
    });
    assert_eq!((late.status, late.values("set-cookie")), (401, vec![]));
}

/// S-21: re-authentication of a session that ends meanwhile sets no cookie.
fn a_rotation_that_comes_too_late_makes_no_session(run: &mut Run) {
    let cookie = run.log_in("ann");
    let body = json!({ "password": PASSWORD });
    let again = crate::request("POST", "/reauthenticate", &[("cookie", &cookie)], Some(&body));
    let late = run.held("session.rotate", &again, |run| {
        assert_eq!(run.send("POST", "/logout", &[("cookie", &cookie)], None).status, 204);
    });
    assert_challenged(&late, &[SESSION]);
    assert_eq!(late.cookie("__Host-id").filter(|cookie| cookie != "__Host-id="), None);
    assert_eq!(run.world().live_sessions(), 0);
}

/// S-12: two logouts at once are one.
fn a_logout_that_comes_too_late_is_harmless(run: &mut Run) {
    let cookie = run.log_in("ann");
    let logout = crate::request("POST", "/logout", &[("cookie", &cookie)], None);
    let late = run.held("session.delete", &logout, |run| {
        assert_eq!(run.raw(&crate::request("POST", "/logout", &[("cookie", &cookie)], None)).status, 204);
    });
    assert_eq!((late.status, late.value("set-cookie")), (204, CLEARED));
    assert_eq!(events(run).iter().filter(|event| **event == "session_logout").count(), 1);
}

/// S-28: reading, also what is guarded, begins no session.
fn reading_begins_no_session(run: &mut Run) {
    for path in ["/public", "/optional", "/me", "/page", "/session"] {
        assert_eq!(run.get(path, &[]).values("set-cookie"), [""; 0]);
    }
    assert_eq!(run.world().live_sessions(), 0);
}

/// Z-02: what is taken away is gone on the next request.
fn removed_scopes_are_gone_at_once(run: &mut Run) {
    let cookie = run.log_in("ann");
    assert_eq!(run.post("/write", &[("cookie", &cookie)], &json!({})).status, 200);
    run.world().regrant("ann", &["read"]);
    assert_eq!(run.post("/write", &[("cookie", &cookie)], &json!({})).status, 403);
    assert_eq!(run.get("/admin", &[("cookie", &cookie)]).status, 403);
    let again = run.post("/login", &[("cookie", &cookie)], &credentials("ann"));
    assert_eq!(again.status, 200);
}
