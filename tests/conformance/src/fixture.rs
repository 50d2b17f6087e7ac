//! The framework-free halves of the fixture's handlers. An adapter's binding routes to them and does nothing
//! else; the crate's documentation lists the routes.

use portcullis::{
    Answer, ApiKeyPrincipal, Factor, Grant, JwtPrincipal, NewKey, Password, Principal, Problem, Rejection,
    Rule, SessionPrincipal, Timestamp, Visit, one_of, rule,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::World;

rule!(
    /// `GET /read`, and the second guard of `GET /twice`.
    pub Read -> Principal = Rule::any_of(&[Session, ApiKey, Jwt]).scope("read")
);
rule!(
    /// `POST /write`.
    pub Write -> Principal = Rule::any_of(&[Session, ApiKey, Jwt]).scope("write")
);
rule!(
    /// `GET /admin`.
    pub Admin -> Principal = Rule::any_of(&[Session, ApiKey, Jwt]).role("admin")
);
rule!(
    /// `GET /machine`.
    pub Machines -> Machine = Rule::any_of(&[ApiKey, Jwt])
);
rule!(
    /// `GET /fresh`.
    pub Fresh -> Person = Rule::any_of(&[Session, Jwt]).fresh()
);
rule!(
    /// `GET /vault`.
    pub Vault -> Person = Rule::any_of(&[Session, Jwt]).mfa()
);
rule!(
    /// `GET /page`.
    pub Paged -> SessionPrincipal = Rule::any_of(&[Session]).page()
);
rule!(
    /// `DELETE /sessions` and `DELETE /sessions/{handle}`.
    pub FreshSession -> SessionPrincipal = Rule::any_of(&[Session]).fresh()
);

one_of!(
    /// A caller that is a program.
    pub enum Machine {
        ApiKey(ApiKeyPrincipal),
        Jwt(JwtPrincipal),
    }
);
one_of!(
    /// A caller that is, or acts for, a person who logged in.
    pub enum Person {
        Session(SessionPrincipal),
        Jwt(JwtPrincipal),
    }
);

impl std::ops::Deref for Machine {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        match self {
            Self::ApiKey(caller) => caller,
            Self::Jwt(caller) => caller,
        }
    }
}

impl std::ops::Deref for Person {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        match self {
            Self::Session(caller) => caller,
            Self::Jwt(caller) => caller,
        }
    }
}

/// A handler's answer. The binding copies it into its framework's response, header lines one by one.
#[derive(Clone, Debug)]
pub struct Page {
    /// The status code.
    pub status: u16,
    /// The header lines.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Page {
    fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: vec![(MARK, "1".to_owned())], body: body.into() }
    }

    fn json(value: &Value) -> Self {
        Self::new(200, value.to_string()).with("content-type", "application/json")
    }

    fn empty() -> Self {
        Self::new(204, Vec::new())
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

impl From<Answer> for Page {
    fn from(answer: Answer) -> Self {
        Self { status: answer.status(), headers: answer.headers().to_vec(), body: answer.body().to_vec() }
    }
}

/// The header by which the suite knows the fixture's own answers from a framework's.
pub(crate) const MARK: &str = "x-fixture";

/// What the fallible handlers answer.
pub type Outcome = Result<Page, Rejection>;

/// `GET /public`.
pub fn public(world: &World) -> Page {
    world.journal().note("handler");
    Page::json(&json!({ "message": "hello" }))
}

/// `GET /optional`.
pub fn optional(world: &World, caller: Option<&Principal>) -> Page {
    world.journal().note("handler");
    Page::json(&json!({ "subject": caller.map(Principal::subject) }))
}

/// Every route that only shows its caller: `/me`, `/read`, `/write`, `/session`, `/key`, `/token`,
/// `/machine`, `/admin`, `/fresh`, `/vault`, `/page`, `/twice`.
pub fn caller(world: &World, caller: &Principal) -> Page {
    world.journal().note("handler");
    let factors: Vec<_> = caller.factors().iter().map(|factor| factor.as_str()).collect();
    Page::json(&json!({
        "subject": caller.subject(),
        "scheme": caller.scheme().as_str(),
        "credential": caller.credential(),
        "scopes": caller.scopes(),
        "roles": caller.roles(),
        "factors": factors,
        "authenticated_at": caller.authenticated_at().map(Timestamp::as_secs),
    }))
}

/// `POST /login`: `{"login", "password"}`. More members are ignored.
///
/// # Errors
/// A [`Rejection`], as every one of these.
pub async fn log_in(world: &World, visit: &Visit, media: Option<&str>, body: &[u8]) -> Outcome {
    world.journal().note("handler");
    let login: LogIn = match read(media, body) {
        Ok(login) => login,
        Err(page) => return Ok(page),
    };
    let account = visit.log_in_by_password(&login.login, &login.password).await?;
    Ok(Page::json(&json!({ "subject": account.subject })))
}

/// `POST /logout`.
///
/// # Errors
/// A [`Rejection`].
pub async fn log_out(world: &World, visit: &Visit) -> Outcome {
    world.journal().note("handler");
    visit.log_out().await?;
    Ok(Page::empty())
}

/// `POST /reauthenticate`: `{"password"}`.
///
/// # Errors
/// A [`Rejection`].
pub async fn reauthenticate(
    world: &World,
    visit: &Visit,
    caller: &SessionPrincipal,
    media: Option<&str>,
    body: &[u8],
) -> Outcome {
    world.journal().note("handler");
    match read::<Reauthenticate>(media, body) {
        Ok(asked) => visit.reauthenticate(caller, &asked.password).await.map(|()| Page::empty()),
        Err(page) => Ok(page),
    }
}

/// `GET /sessions`.
///
/// # Errors
/// A [`Rejection`].
pub async fn sessions(world: &World, visit: &Visit, caller: &SessionPrincipal) -> Outcome {
    world.journal().note("handler");
    let sessions = visit.list_sessions(caller).await?;
    let shown = sessions.iter().map(|session| {
        json!({
            "handle": session.handle,
            "created_at": session.created_at.as_secs(),
            "last_seen_at": session.last_used_at.as_secs(),
            "client_ip": session.client,
            "user_agent": session.user_agent,
            "current": session.handle == caller.handle(),
        })
    });
    Ok(Page::json(&shown.collect()))
}

/// `DELETE /sessions`.
///
/// # Errors
/// A [`Rejection`].
pub async fn end_others(world: &World, visit: &Visit, caller: &SessionPrincipal) -> Outcome {
    world.journal().note("handler");
    visit.end_other_sessions(caller).await?;
    Ok(Page::empty())
}

/// `DELETE /sessions/{handle}`.
///
/// # Errors
/// A [`Rejection`].
pub async fn end_session(world: &World, visit: &Visit, caller: &SessionPrincipal, handle: &str) -> Outcome {
    world.journal().note("handler");
    Ok(found(visit.end_session(caller, handle).await?))
}

/// `POST /keys`: `{"name", "scopes"}`.
///
/// # Errors
/// A [`Rejection`].
pub async fn create_key(
    world: &World,
    visit: &Visit,
    caller: &SessionPrincipal,
    media: Option<&str>,
    body: &[u8],
) -> Outcome {
    world.journal().note("handler");
    let asked: CreateKey = match read(media, body) {
        Ok(asked) => asked,
        Err(page) => return Ok(page),
    };
    let issued = visit.create_key(caller, NewKey::new(asked.name).scopes(asked.scopes)).await?;
    let key = String::from_utf8_lossy(issued.key.expose()).into_owned();
    world.journal().learn("key", &key);
    Ok(Page { status: 201, ..Page::json(&json!({ "id": issued.record.id, "key": key })) })
}

/// `GET /keys`.
///
/// # Errors
/// A [`Rejection`].
pub async fn keys(world: &World, visit: &Visit, caller: &SessionPrincipal) -> Outcome {
    world.journal().note("handler");
    let keys = visit.list_keys(caller).await?;
    let shown = keys
        .iter()
        .map(|key| json!({ "id": key.id, "name": key.name, "start": key.start, "scopes": key.scopes }));
    Ok(Page::json(&shown.collect()))
}

/// `DELETE /keys/{id}`.
///
/// # Errors
/// A [`Rejection`].
pub async fn revoke_key(world: &World, visit: &Visit, caller: &SessionPrincipal, id: &str) -> Outcome {
    world.journal().note("handler");
    Ok(found(visit.revoke_key(caller, id).await?))
}

/// `GET /cookie`: gives the session a new id, sets a cookie of the handler's own, and says things to caches
/// that must not stay.
///
/// # Errors
/// A [`Rejection`].
pub async fn cookie(world: &World, visit: &Visit, caller: &SessionPrincipal) -> Outcome {
    world.journal().note("handler");
    visit.renew(caller, vec![Factor::Password]).await?;
    let page = Page::json(&json!({ "theme": "dark" })).with("set-cookie", "theme=dark; Path=/");
    Ok(page.with("cache-control", "public, max-age=60").with("vary", "Accept-Language"))
}

/// `POST /fails`: logs in, then fails.
///
/// # Errors
/// A [`Rejection`].
pub async fn fails(world: &World, visit: &Visit) -> Outcome {
    world.journal().note("handler");
    visit.log_in(Grant::new("subject-of-ada", Factor::Password)).await?;
    Ok(Page::new(500, "the handler failed").with("content-type", "text/plain"))
}

/// `GET /swallow`: a handler that takes its guard as an `Option` or a `Result`, and carries on.
pub fn swallow(world: &World) -> Page {
    world.journal().note("handler");
    Page::new(200, "swallowed").with("content-type", "text/plain")
}

/// `GET /ruled/count`, `POST /ruled/count`, `GET /ruled/deep/count`: handlers without a guard, behind one for
/// all of them.
pub fn count(world: &World) -> Page {
    world.journal().note("handler");
    Page::new(200, "counted").with("content-type", "text/plain")
}

#[derive(Deserialize)]
struct LogIn {
    login: String,
    password: Password,
}

#[derive(Deserialize)]
struct Reauthenticate {
    password: Password,
}

#[derive(Deserialize)]
struct CreateKey {
    name: String,
    #[serde(default)]
    scopes: Vec<String>,
}

/// a body that a form of another site can send is no JSON.
fn read<T: DeserializeOwned>(media: Option<&str>, body: &[u8]) -> Result<T, Page> {
    let media = media.and_then(|media| media.split(';').next()).unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(415).detail("send application/json").answer(false).into());
    }
    serde_json::from_slice(body)
        .map_err(|_| Problem::new(422).detail("the body is not what this route reads").answer(false).into())
}

fn found(found: bool) -> Page {
    if found { Page::empty() } else { Problem::new(404).answer(false).into() }
}
