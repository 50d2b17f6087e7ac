//! The fixture's handlers, but for their framework. A binding routes to them and does nothing else.
//!
//! | route | guard | handler |
//! |---|---|---|
//! | `GET /public` | open | [`public`] |
//! | `GET /optional` | optional [`Authenticated`](portcullis::Authenticated) | [`optional`] |
//! | `GET /me` | [`Authenticated`](portcullis::Authenticated) | [`who`] |
//! | `GET /read` | [`Read`] | [`who`] |
//! | `POST /write` | [`Write`] | [`who`] |
//! | `GET /session`, `/key`, `/token` | `SessionOnly`, `ApiKeyOnly`, `JwtOnly` | [`who`] |
//! | `GET /machine` | [`Machine`] | [`who`] |
//! | `GET /admin` | [`Admin`] | [`who`] |
//! | `GET /fresh` | [`Fresh`] | [`who`] |
//! | `GET /vault` | [`Vault`] | [`who`] |
//! | `GET /page` | [`Page`] | [`who`] |
//! | `GET /twice` | [`Read`], then `Authenticated`, both as arguments | [`who`] |
//! | `GET /swallow` | [`Read`] as what the framework has for "or not" | [`swallow`], run in any case |
//! | `GET /theme` | `SessionOnly` | [`theme`], whose answer sets its own cookie |
//! | `POST /login`, `/logout` | open, with the visit | [`log_in`], [`log_out`] |
//! | `POST /fails` | open, with the visit | [`fail`] |
//! | `POST /reauthenticate` | `SessionOnly`, with the visit | [`reauthenticate`] |
//! | `GET /sessions`, `DELETE /sessions`, `DELETE /sessions/{handle}` | `SessionOnly`, [`Fresh`]-like [`Own`] twice | [`list_sessions`], [`end_others`], [`end_session`] |
//! | `POST /keys`, `GET /keys`, `DELETE /keys/{id}` | [`Own`], `SessionOnly`, `SessionOnly` | [`create_key`], [`list_keys`], [`revoke_key`] |
//! | `POST /tokens` | [`Own`] | [`mint`] |
//! | `GET`, `POST /ruled/count`, `GET /ruled/deep/count` | none of its own, all of `/ruled` under [`Read`] | [`World::count`], then [`public`] |

use portcullis::{
    Answer, ApiKeyPrincipal, JwtPrincipal, NewKey, Password, Principal, Problem, Rejection, Rule,
    SessionPrincipal, Visit, one_of, rule,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::World;

rule!(
    /// The scope `read`.
    pub Read -> Principal = Rule::any_of(&[Session, ApiKey, Jwt]).scope("read")
);
rule!(
    /// The scope `write`.
    pub Write -> Principal = Rule::any_of(&[Session, ApiKey, Jwt]).scope("write")
);
one_of!(
    /// A key or a token.
    pub enum Robot {
        ApiKey(ApiKeyPrincipal),
        Jwt(JwtPrincipal),
    }
);
rule!(
    /// A key or a token.
    pub Machine -> Robot = Rule::any_of(&[ApiKey, Jwt])
);
rule!(
    /// The role `admin`.
    pub Admin -> Principal = Rule::any_of(&[Session, ApiKey, Jwt]).role("admin")
);
rule!(
    /// A recent login.
    pub Fresh -> Principal = Rule::any_of(&[Session, Jwt]).fresh()
);
rule!(
    /// Two factors.
    pub Vault -> Principal = Rule::any_of(&[Session, Jwt]).mfa()
);
rule!(
    /// A page for people.
    pub Page -> SessionPrincipal = Rule::any_of(&[Session]).page()
);
rule!(
    /// A recent login, by session.
    pub Own -> SessionPrincipal = Rule::any_of(&[Session]).fresh()
);

/// Always the same.
pub fn public() -> Answer {
    json_answer(200, &json!({ "message": "public" }))
}

/// Who is calling.
pub fn who(caller: &Principal) -> Answer {
    let factors: Vec<_> = caller.factors().iter().map(|factor| factor.as_str()).collect();
    let body = json!({
        "subject": caller.subject(),
        "kind": caller.scheme().as_str(),
        "credential": caller.credential(),
        "scopes": caller.scopes(),
        "factors": factors,
        "authenticated_at": caller.authenticated_at().map(|at| at.to_string()),
    });
    json_answer(200, &body)
}

/// Who is calling, if anybody.
pub fn optional(caller: Option<&Principal>) -> Answer {
    caller.map_or_else(|| json_answer(200, &json!({ "subject": Value::Null })), who)
}

/// Runs although the guard refused, where the framework lets it.
pub fn swallow(admitted: bool) -> Answer {
    json_answer(200, &json!({ "admitted": admitted }))
}

/// Sets a cookie of the application's own, and says of caches what is not so behind a guard.
pub fn theme() -> Answer {
    themed(public()).header("cache-control", "public, max-age=60").header("vary", "Accept-Language")
}

fn themed(answer: Answer) -> Answer {
    answer.header("set-cookie", "theme=dark; Path=/")
}

impl Robot {
    /// Whichever it is.
    pub fn principal(&self) -> &Principal {
        match self {
            Self::ApiKey(key) => key,
            Self::Jwt(token) => token,
        }
    }
}

#[derive(Deserialize)]
struct Credentials {
    login: String,
    password: Password,
}

/// Logs in with `{"login","password"}`.
///
/// # Errors
/// Core's refusal.
pub async fn log_in(visit: &Visit, body: &[u8]) -> Result<Answer, Rejection> {
    let Ok(Credentials { login, password }) = serde_json::from_slice(body) else { return Ok(unreadable()) };
    let account = visit.log_in_by_password(&login, &password).await?;
    Ok(json_answer(200, &json!({ "subject": account.subject })))
}

/// Logs in as [`log_in`] does, then fails, with a cookie of its own: what is recorded must reach the client, and
/// so must that.
///
/// # Errors
/// Core's refusal.
pub async fn fail(visit: &Visit, body: &[u8]) -> Result<Answer, Rejection> {
    log_in(visit, body).await?;
    Ok(themed(Problem::new(500).answer(false)))
}

/// Logs out.
///
/// # Errors
/// Core's refusal.
pub async fn log_out(visit: &Visit) -> Result<Answer, Rejection> {
    visit.log_out().await?;
    Ok(Answer::empty(204))
}

#[derive(Deserialize)]
struct Again {
    password: Password,
}

/// Checks `{"password"}` again.
///
/// # Errors
/// Core's refusal.
pub async fn reauthenticate(
    visit: &Visit,
    caller: &SessionPrincipal,
    body: &[u8],
) -> Result<Answer, Rejection> {
    let Ok(Again { password }) = serde_json::from_slice(body) else { return Ok(unreadable()) };
    visit.reauthenticate(caller, &password).await?;
    Ok(Answer::empty(204))
}

/// The caller's sessions.
///
/// # Errors
/// Core's refusal.
pub async fn list_sessions(visit: &Visit, caller: &SessionPrincipal) -> Result<Answer, Rejection> {
    let sessions = visit.list_sessions(caller).await?;
    let list = sessions.iter().map(|session| {
        json!({
            "handle": session.handle,
            "created_at": session.created_at.to_string(),
            "last_seen_at": session.last_used_at.to_string(),
            "client_ip": session.client.map(|client| client.to_string()),
            "user_agent": session.user_agent,
            "current": session.handle == caller.handle(),
        })
    });
    Ok(json_answer(200, &list.collect()))
}

/// Ends the caller's session of that handle.
///
/// # Errors
/// Core's refusal.
pub async fn end_session(
    visit: &Visit,
    caller: &SessionPrincipal,
    handle: &str,
) -> Result<Answer, Rejection> {
    Ok(found(visit.end_session(caller, handle).await?))
}

/// Ends the caller's other sessions.
///
/// # Errors
/// Core's refusal.
pub async fn end_others(visit: &Visit, caller: &SessionPrincipal) -> Result<Answer, Rejection> {
    visit.end_other_sessions(caller).await?;
    Ok(Answer::empty(204))
}

#[derive(Deserialize)]
struct Wanted {
    scopes: Vec<String>,
}

/// Makes a key with `{"scopes"}`.
///
/// # Errors
/// Core's refusal.
pub async fn create_key(visit: &Visit, caller: &SessionPrincipal, body: &[u8]) -> Result<Answer, Rejection> {
    let Ok(Wanted { scopes }) = serde_json::from_slice(body) else { return Ok(unreadable()) };
    let issued = visit.create_key(caller, NewKey::new("made").scopes(scopes)).await?;
    let key = String::from_utf8_lossy(issued.key.expose());
    Ok(json_answer(201, &json!({ "id": issued.record.id, "key": key })))
}

/// The caller's keys.
///
/// # Errors
/// Core's refusal.
pub async fn list_keys(visit: &Visit, caller: &SessionPrincipal) -> Result<Answer, Rejection> {
    let keys = visit.list_keys(caller).await?;
    let list = keys
        .iter()
        .map(|key| json!({ "id": key.id, "name": key.name, "start": key.start, "scopes": key.scopes }));
    Ok(json_answer(200, &list.collect()))
}

/// Revokes the caller's key of that id.
///
/// # Errors
/// Core's refusal.
pub async fn revoke_key(visit: &Visit, caller: &SessionPrincipal, id: &str) -> Result<Answer, Rejection> {
    Ok(found(visit.revoke_key(caller, id).await?))
}

/// Mints a token with `{"scopes"}`.
///
/// # Errors
/// Core's refusal.
pub async fn mint(
    world: &World,
    visit: &Visit,
    caller: &SessionPrincipal,
    body: &[u8],
) -> Result<Answer, Rejection> {
    let Ok(Wanted { scopes }) = serde_json::from_slice(body) else { return Ok(unreadable()) };
    let minted = visit.mint_token(world.issuer(), caller, "conformance", &scopes).await?;
    let body = json!({ "access_token": minted.expose(), "expires_in": minted.lifetime().as_secs() });
    Ok(json_answer(201, &body))
}

fn found(found: bool) -> Answer {
    if found { Answer::empty(204) } else { Problem::new(404).answer(false) }
}

fn unreadable() -> Answer {
    Problem::new(422).answer(false)
}

fn json_answer(status: u16, body: &Value) -> Answer {
    Answer::new(status, "application/json", body.to_string())
}
