//! The machine routes: JSON in, JSON out.
//!
//! `/login`, `/logout`, `/register` and `/reauthenticate` take forms as well, and then answer as pages do.

use std::time::Duration;

use portcullis::{
    Account, Answer, ApiKeyRecord, Event, IssuedKey, NewKey, Password, Principal, Problem, RegisterError,
    Rejection, SessionPrincipal, Visit, return_path,
};
use serde::{Deserialize, Serialize};

use crate::{Body, Site, not_found, pages, site::SCOPES};

/// How an operation ends: with an answer, or with core's refusal.
pub type Answered = Result<Answer, Rejection>;

/// `GET /healthz`.
pub fn healthz() -> Answer {
    json(200, &serde_json::json!({ "status": "ok" }))
}

/// `GET /public`.
pub fn public() -> Answer {
    json(200, &serde_json::json!({ "message": "anybody may read this" }))
}

/// `GET /optional`.
pub fn optional(caller: Option<&Principal>) -> Answer {
    json(200, &serde_json::json!({ "subject": caller.map(Principal::subject) }))
}

#[derive(Serialize)]
struct Me<'a> {
    subject: &'a str,
    kind: &'static str,
    credential: &'a str,
    scopes: &'a [String],
    factors: Vec<&'static str>,
    authenticated_at: Option<String>,
}

/// `GET /me`.
pub fn me(caller: &Principal) -> Answer {
    let body = Me {
        subject: caller.subject(),
        kind: caller.scheme().as_str(),
        credential: caller.credential(),
        scopes: caller.scopes(),
        factors: caller.factors().iter().map(|factor| factor.as_str()).collect(),
        authenticated_at: caller.authenticated_at().map(|at| at.to_string()),
    };
    json(200, &body)
}

/// `GET /orders`.
pub fn orders(site: &Site, caller: &Principal) -> Answer {
    json(200, &site.orders(caller.subject()))
}

#[derive(Deserialize)]
struct NewOrder {
    item: String,
}

/// `POST /orders`.
pub fn order(site: &Site, visit: &Visit, caller: &Principal, body: &Body) -> Answer {
    let html = visit.prefers_html();
    let item = match body.json::<NewOrder>(html) {
        Ok(order) => order.item,
        Err(answer) => return answer,
    };
    if !(1..=200).contains(&item.len()) {
        return Problem::new(422).detail("an item is 1 to 200 bytes long").answer(html);
    }
    match site.order(caller.subject(), item) {
        Some(order) => json(201, &order),
        None => Problem::new(409).detail("there are a thousand orders already").answer(html),
    }
}

/// `GET /reports`.
pub fn reports(site: &Site, caller: &Principal) -> Answer {
    json(200, &serde_json::json!({ "orders": site.orders(caller.subject()).len() }))
}

#[derive(Deserialize)]
struct Credentials {
    login: String,
    password: Password,
    return_to: Option<String>,
}

/// `POST /register`.
///
/// # Errors
/// Core's refusal.
pub async fn register(site: &Site, visit: &Visit, body: &Body) -> Answered {
    let credentials = match body.json_or_form::<Credentials>(visit.prefers_html()) {
        Ok(credentials) => credentials,
        Err(answer) => return Ok(answer),
    };
    let Some(login) = visit.gate().login().filter(|_| site.registers()) else {
        return Ok(not_found(visit.prefers_html()));
    };
    let registered = login.register(&credentials.login, &credentials.password, &SCOPES).await;
    Ok(match registered {
        Ok(_) if body.is_form() => pages::see_other("/login"),
        Ok(Account { subject, .. }) => json(201, &serde_json::json!({ "subject": subject })),
        Err(error) => not_registered(&error, body.is_form()),
    })
}

fn not_registered(error: &RegisterError, form: bool) -> Answer {
    let status = match error {
        RegisterError::Login(_) | RegisterError::Password(_) => 422,
        RegisterError::Taken => 409,
        _ => 503,
    };
    if form && status != 503 {
        return pages::register(status, Some(&error.to_string()));
    }
    let answer = Problem::new(status).detail(error.to_string()).answer(form);
    if status == 503 { answer.header("retry-after", "5") } else { answer }
}

/// `POST /login`.
///
/// # Errors
/// Core's refusal.
pub async fn log_in(visit: &Visit, body: &Body) -> Answered {
    let credentials = match body.json_or_form::<Credentials>(visit.prefers_html()) {
        Ok(credentials) => credentials,
        Err(answer) => return Ok(answer),
    };
    let return_to = return_path(credentials.return_to.as_deref().unwrap_or("/account"));
    match visit.log_in_by_password(&credentials.login, &credentials.password).await {
        Ok(_) if body.is_form() => Ok(pages::see_other(return_to)),
        Ok(Account { subject, .. }) => Ok(json(200, &serde_json::json!({ "subject": subject }))),
        Err(rejection) if body.is_form() && rejection.status() == 401 => {
            Ok(pages::login_failed(&rejection, return_to))
        }
        Err(rejection) => Err(rejection),
    }
}

/// `POST /logout`.
///
/// # Errors
/// Core's refusal.
pub async fn log_out(visit: &Visit, body: &Body) -> Answered {
    if let Err(answer) = body.whole(visit.prefers_html()) {
        return Ok(answer);
    }
    visit.log_out().await?;
    Ok(if body.is_form() { pages::see_other("/") } else { Answer::empty(204) })
}

#[derive(Deserialize)]
struct Again {
    password: Password,
}

/// `POST /reauthenticate`.
///
/// # Errors
/// Core's refusal.
pub async fn reauthenticate(visit: &Visit, caller: &SessionPrincipal, body: &Body) -> Answered {
    let again = match body.json_or_form::<Again>(visit.prefers_html()) {
        Ok(again) => again,
        Err(answer) => return Ok(answer),
    };
    visit.reauthenticate(caller, &again.password).await?;
    Ok(if body.is_form() { pages::see_other("/account") } else { Answer::empty(204) })
}

#[derive(Serialize)]
pub(crate) struct Device {
    pub(crate) handle: String,
    kind: &'static str,
    pub(crate) created_at: String,
    pub(crate) last_seen_at: String,
    pub(crate) client_ip: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) current: bool,
}

pub(crate) async fn devices(visit: &Visit, caller: &SessionPrincipal) -> Result<Vec<Device>, Rejection> {
    let sessions = visit.list_sessions(caller).await?;
    let device = |session: portcullis::SessionRecord| Device {
        current: session.handle == caller.handle(),
        handle: session.handle,
        kind: "session",
        created_at: session.created_at.to_string(),
        last_seen_at: session.last_used_at.to_string(),
        client_ip: session.client.map(|client| client.to_string()),
        user_agent: session.user_agent,
    };
    Ok(sessions.into_iter().map(device).collect())
}

/// `GET /sessions`.
///
/// # Errors
/// Core's refusal.
pub async fn sessions(visit: &Visit, caller: &SessionPrincipal) -> Answered {
    Ok(json(200, &devices(visit, caller).await?))
}

/// `DELETE /sessions/{handle}`.
///
/// # Errors
/// Core's refusal.
pub async fn end_session(visit: &Visit, caller: &SessionPrincipal, handle: &str) -> Answered {
    let ended = visit.end_session(caller, handle).await?;
    Ok(if ended { Answer::empty(204) } else { not_found(visit.prefers_html()) })
}

/// `DELETE /sessions`.
///
/// # Errors
/// Core's refusal.
pub async fn end_others(visit: &Visit, caller: &SessionPrincipal) -> Answered {
    visit.end_other_sessions(caller).await?;
    Ok(Answer::empty(204))
}

#[derive(Deserialize)]
struct Wanted {
    name: String,
    scopes: Vec<String>,
    /// Seconds.
    expires_in: Option<u64>,
}

#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    name: &'a str,
    start: &'a str,
    scopes: &'a [String],
    created_at: String,
    expires_at: Option<String>,
    last_used_at: Option<String>,
}

impl<'a> Listed<'a> {
    fn of(record: &'a ApiKeyRecord, key: Option<&'a str>) -> Self {
        Self {
            id: &record.id,
            key,
            name: &record.name,
            start: &record.start,
            scopes: &record.scopes,
            created_at: record.created_at.to_string(),
            expires_at: record.expires_at.map(|at| at.to_string()),
            last_used_at: record.last_used_at.map(|at| at.to_string()),
        }
    }
}

/// `POST /keys`.
///
/// # Errors
/// Core's refusal.
pub async fn create_key(visit: &Visit, caller: &SessionPrincipal, body: &Body) -> Answered {
    let html = visit.prefers_html();
    let wanted = match body.json::<Wanted>(html) {
        Ok(wanted) => wanted,
        Err(answer) => return Ok(answer),
    };
    let expires_in = wanted.expires_in.map(Duration::from_secs);
    match make_key(visit, caller, wanted.name, wanted.scopes, expires_in).await? {
        None => Ok(Problem::new(422).detail(BAD_KEY).answer(html)),
        Some(issued) => {
            let text = String::from_utf8_lossy(issued.key.expose());
            Ok(json(201, &Listed::of(&issued.record, Some(&text))))
        }
    }
}

/// What a key must be like.
pub(crate) const BAD_KEY: &str =
    "a key's name is 1 to 100 bytes long, and it expires in 1 second to 10 years, if ever";

/// Makes a key; `None` where name or expiry are out of range.
pub(crate) async fn make_key(
    visit: &Visit,
    caller: &SessionPrincipal,
    name: String,
    scopes: Vec<String>,
    expires_in: Option<Duration>,
) -> Result<Option<IssuedKey>, Rejection> {
    let longest = Duration::from_secs(10 * 366 * 24 * 60 * 60);
    let expires = expires_in.is_none_or(|life| !life.is_zero() && life <= longest);
    if !(1..=100).contains(&name.len()) || !expires {
        return Ok(None);
    }
    let new = NewKey::new(name).scopes(scopes);
    let new = expires_in.into_iter().fold(new, NewKey::expires_in);
    visit.create_key(caller, new).await.map(Some)
}

/// `GET /keys`.
///
/// # Errors
/// Core's refusal.
pub async fn keys(visit: &Visit, caller: &SessionPrincipal) -> Answered {
    let keys = visit.list_keys(caller).await?;
    Ok(json(200, &keys.iter().map(|key| Listed::of(key, None)).collect::<Vec<_>>()))
}

/// `DELETE /keys/{id}`.
///
/// # Errors
/// Core's refusal.
pub async fn revoke_key(visit: &Visit, caller: &SessionPrincipal, id: &str) -> Answered {
    let revoked = visit.revoke_key(caller, id).await?;
    Ok(if revoked { Answer::empty(204) } else { not_found(visit.prefers_html()) })
}

#[derive(Default, Deserialize)]
struct WantedToken {
    scopes: Option<Vec<String>>,
}

#[derive(Serialize)]
struct Bearer<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    scope: String,
}

/// Whom tokens are issued to: the site is its own only client.
const CLIENT_ID: &str = "site";

/// `POST /tokens`.
///
/// # Errors
/// Core's refusal.
pub async fn tokens(site: &Site, visit: &Visit, caller: &SessionPrincipal, body: &Body) -> Answered {
    let wanted = match body.json_or_nothing::<WantedToken>(visit.prefers_html()) {
        Ok(wanted) => wanted,
        Err(answer) => return Ok(answer),
    };
    let scopes = wanted.scopes.unwrap_or_else(|| caller.scopes().to_vec());
    let minted = visit.mint_token(site.issuer(), caller, CLIENT_ID, &scopes).await?;
    let body = Bearer {
        access_token: minted.expose(),
        token_type: "Bearer",
        expires_in: minted.lifetime().as_secs(),
        scope: scopes.join(" "),
    };
    Ok(json(201, &body))
}

/// `GET /.well-known/jwks.json`: public, and the same until the secret file changes.
pub fn jwks(site: &Site) -> Answer {
    Answer::new(200, "application/json", site.jwks()).header("cache-control", "public, max-age=300")
}

#[derive(Serialize)]
pub(crate) struct Shown {
    pub(crate) at: String,
    pub(crate) event: &'static str,
    pub(crate) level: &'static str,
    pub(crate) cause: Option<&'static str>,
    scheme: Option<&'static str>,
    credential: Option<String>,
    pub(crate) client_ip: Option<String>,
    pub(crate) user_agent: Option<String>,
    method: String,
    rule: Option<&'static str>,
}

pub(crate) fn activity(site: &Site, caller: &SessionPrincipal) -> Vec<Shown> {
    let shown = |event: Event| Shown {
        at: event.at.to_string(),
        event: event.kind.as_str(),
        level: event.kind.level().as_str(),
        cause: event.cause,
        scheme: event.scheme.map(portcullis::Scheme::as_str),
        credential: event.credential,
        client_ip: event.client.map(|client| client.to_string()),
        user_agent: event.user_agent,
        method: event.method,
        rule: event.rule,
    };
    site.events().of(caller.subject(), 100).into_iter().map(shown).collect()
}

/// `GET /events`: one's own, newest first, at most 100.
pub fn events(site: &Site, caller: &SessionPrincipal) -> Answer {
    json(200, &activity(site, caller))
}

/// Personal data and secrets are not to be stored; what is public may be.
fn json(status: u16, body: &impl Serialize) -> Answer {
    Answer::new(status, "application/json", serde_json::to_vec(body).unwrap_or_default())
}
