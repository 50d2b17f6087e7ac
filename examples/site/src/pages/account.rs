//! One's own account: devices, keys and activity. Each form has a page address of its own, and calls what the
//! machine route calls.

use std::fmt::Write;

use portcullis::{Answer, Problem, SessionPrincipal, Visit};
use serde::Deserialize;

use super::{SCOPES, escape, page, see_other};
use crate::{
    Body, Site,
    machine::{self, Answered, BAD_KEY, Shown},
    not_found,
};

/// `GET /account`.
///
/// # Errors
/// Core's refusal.
pub async fn account(site: &Site, visit: &Visit, caller: &SessionPrincipal) -> Answered {
    let mut rows = String::new();
    for device in machine::devices(visit, caller).await? {
        let end = if device.current { "this one".to_owned() } else { end_form(&device.handle) };
        row(
            &mut rows,
            &[
                escape(device.user_agent.as_deref().unwrap_or("unknown")),
                escape(device.client_ip.as_deref().unwrap_or("unknown")),
                device.created_at,
                device.last_seen_at,
                end,
            ],
        );
    }
    let minutes = site.fresh_for().as_secs() / 60;
    let body = format!(
        "<p>You are <code>{}</code>.</p>\n<h2 id=\"devices\">Devices</h2>\n{}\n\
         <form method=\"post\" action=\"/account/sessions/end-others\"><button>End all others</button></form>\n\
         <h2>Confirm your password</h2>\n<p>Ending devices and making keys needs a login within {minutes} minutes.</p>\n\
         <form method=\"post\" action=\"/reauthenticate\">\n<p><label for=\"password\">Password</label>\n\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required></p>\n\
         <button>Confirm</button>\n</form>\n<h2>Leave</h2>\n\
         <form method=\"post\" action=\"/logout\"><button>Log out</button></form>",
        escape(caller.subject()),
        table("devices", &["Browser", "Address", "Since", "Last seen", "End"], &rows),
    );
    Ok(page(200, "Account", &body))
}

fn end_form(handle: &str) -> String {
    let handle = escape(handle);
    format!(
        "<form method=\"post\" action=\"/account/sessions/{handle}/end\"><button>End this</button></form>"
    )
}

/// `POST /account/sessions/{handle}/end`.
///
/// # Errors
/// Core's refusal.
pub async fn end_session(visit: &Visit, caller: &SessionPrincipal, handle: &str) -> Answered {
    let ended = visit.end_session(caller, handle).await?;
    Ok(if ended { see_other("/account") } else { not_found(true) })
}

/// `POST /account/sessions/end-others`.
///
/// # Errors
/// Core's refusal.
pub async fn end_others(visit: &Visit, caller: &SessionPrincipal) -> Answered {
    visit.end_other_sessions(caller).await?;
    Ok(see_other("/account"))
}

/// `GET /account/keys`.
///
/// # Errors
/// Core's refusal.
pub async fn keys(visit: &Visit, caller: &SessionPrincipal) -> Answered {
    let mut rows = String::new();
    for key in visit.list_keys(caller).await? {
        let used = key.last_used_at.map_or_else(|| "never".to_owned(), |at| at.to_string());
        let revoke = format!(
            "<form method=\"post\" action=\"/account/keys/{}/revoke\"><button>Revoke</button></form>",
            escape(&key.id)
        );
        let start = format!("<code>{}…</code>", escape(&key.start));
        row(
            &mut rows,
            &[
                escape(&key.name),
                start,
                escape(&key.scopes.join(" ")),
                key.created_at.to_string(),
                used,
                revoke,
            ],
        );
    }
    let scopes = SCOPES.map(|scope| {
        format!("<label><input type=\"checkbox\" name=\"{scope}\" value=\"on\"> {scope}</label>\n")
    });
    let body = format!(
        "{}\n<h2>A new key</h2>\n<form method=\"post\" action=\"/account/keys\">\n\
         <p><label for=\"name\">Name</label>\n<input id=\"name\" name=\"name\" required></p>\n\
         <fieldset><legend>What it may do</legend>\n{}</fieldset>\n<button>Make a key</button>\n</form>",
        table("keys", &["Name", "Begins with", "Scopes", "Made", "Last used", "Revoke"], &rows),
        scopes.concat(),
    );
    Ok(page(200, "Keys", &body))
}

#[derive(Deserialize)]
struct NewKey {
    name: String,
    #[serde(rename = "orders:read")]
    reads_orders: Option<String>,
    #[serde(rename = "orders:write")]
    writes_orders: Option<String>,
    #[serde(rename = "reports:read")]
    reads_reports: Option<String>,
}

/// `POST /account/keys`: the key is shown this once.
///
/// # Errors
/// Core's refusal.
pub async fn create_key(visit: &Visit, caller: &SessionPrincipal, body: &Body) -> Answered {
    let new = match body.form::<NewKey>() {
        Ok(new) => new,
        Err(answer) => return Ok(answer),
    };
    let ticked = [new.reads_orders, new.writes_orders, new.reads_reports];
    let scopes = SCOPES.iter().zip(ticked).filter(|(_, ticked)| ticked.is_some());
    let scopes = scopes.map(|(scope, _)| (*scope).to_owned()).collect();
    let Some(issued) = machine::make_key(visit, caller, new.name, scopes, None).await? else {
        return Ok(Problem::new(422).detail(BAD_KEY).answer(true));
    };
    let shown = format!(
        "<p>Copy it now: it is not shown again.</p>\n<p><code>{}</code></p>\n<p><a href=\"/account/keys\">All keys</a></p>",
        escape(&String::from_utf8_lossy(issued.key.expose())),
    );
    Ok(page(200, "Your new key", &shown))
}

/// `POST /account/keys/{id}/revoke`.
///
/// # Errors
/// Core's refusal.
pub async fn revoke_key(visit: &Visit, caller: &SessionPrincipal, id: &str) -> Answered {
    let revoked = visit.revoke_key(caller, id).await?;
    Ok(if revoked { see_other("/account/keys") } else { not_found(true) })
}

/// `GET /account/activity`.
pub fn activity(site: &Site, caller: &SessionPrincipal) -> Answer {
    let events = machine::activity(site, caller);
    let mut rows = String::new();
    for event in &events {
        row(
            &mut rows,
            &[
                event.at.clone(),
                event.event.to_owned(),
                event.level.to_owned(),
                event.cause.unwrap_or("").to_owned(),
                escape(event.client_ip.as_deref().unwrap_or("")),
                escape(event.user_agent.as_deref().unwrap_or("")),
            ],
        );
    }
    let table = table("events", &["When", "What", "Level", "Why", "Address", "Browser"], &rows);
    page(200, "Activity", &format!("{}\n{table}", chart(&events)))
}

/// How many events there were in each hour, good and bad, the latest twelve hours that had any.
fn chart(events: &[Shown]) -> String {
    let mut hours: Vec<(&str, usize, usize)> = Vec::new();
    for event in events {
        let hour = event.at.get(..13).unwrap_or_default();
        if hours.last().is_none_or(|(last, ..)| *last != hour) {
            hours.push((hour, 0, 0));
        }
        if let Some((_, good, bad)) = hours.last_mut() {
            if event.level == "INFO" { *good += 1 } else { *bad += 1 }
        }
    }
    let mut rows = String::new();
    for (hour, good, bad) in hours.into_iter().take(12) {
        row(&mut rows, &[format!("{hour}:00Z"), bar(good, "#057a55"), bar(bad, "#9b1c1c")]);
    }
    table("attempts", &["Hour", "Succeeded", "Refused"], &rows)
}

fn bar(count: usize, colour: &str) -> String {
    format!(
        "<svg width=\"{0}\" height=\"12\" role=\"img\" aria-label=\"{count}\"><rect width=\"{0}\" height=\"12\" \
         fill=\"{colour}\"/></svg> {count}",
        count * 4,
    )
}

fn table(name: &str, heads: &[&str], rows: &str) -> String {
    let mut cells = String::new();
    for head in heads {
        // Writing to a String cannot fail.
        let _ = write!(cells, "<th scope=\"col\">{head}</th>");
    }
    format!(
        "<table aria-label=\"{name}\">\n<thead><tr>{cells}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>"
    )
}

fn row(rows: &mut String, cells: &[String]) {
    let cells = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect::<Vec<_>>().concat();
    let _ = writeln!(rows, "<tr>{cells}</tr>");
}
