//! A small service behind a gate, and requests to it.

use actix_web::{
    App, Error, HttpResponse,
    body::{MessageBody, to_bytes},
    http::{StatusCode, header::HeaderMap},
    test::TestRequest,
    web::ServiceConfig,
};
use portcullis::{
    ApiKeys, Factor, Gate, Grant, KeyFormat, MemoryApiKeys, MemorySessions, NewKey, Principal, Rule,
    SessionOnly, Sessions, rule,
};
use portcullis_actix_web::{Auth, GateMiddleware, MaybeAuth, Open, Refusal, Routes, Visit};

rule!(pub(crate) ReadOrders -> Principal = Rule::any_of(&[Session, ApiKey]).scope("orders:read"));
rule!(pub(crate) WriteOrders -> Principal = Rule::any_of(&[Session, ApiKey]).scope("orders:write"));

pub(crate) fn gate() -> Gate {
    let keys = ApiKeys::new(MemoryApiKeys::new(), KeyFormat::new("ord", "live").unwrap());
    let sessions = Sessions::new(MemorySessions::new());
    Gate::builder().realm("orders").sessions(sessions).api_keys(keys).build().unwrap()
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/orders", orders)
        .post("/orders", order)
        .get("/optional", optional)
        .post("/login", login)
        .post("/logout", logout)
        .post("/keys", create_key)
}

pub(crate) async fn orders(caller: Auth<ReadOrders>) -> String {
    format!("the orders of {}", caller.subject())
}

async fn order(_: Auth<WriteOrders>) -> HttpResponse {
    HttpResponse::Created().finish()
}

async fn optional(caller: MaybeAuth<ReadOrders>) -> String {
    caller.as_ref().map_or("nobody", |caller| caller.subject()).to_owned()
}

pub(crate) async fn login(_: Open, visit: Visit) -> Result<&'static str, Refusal> {
    visit.log_in(Grant::new("alice", Factor::Password).scopes(["orders:read"])).await?;
    Ok("welcome")
}

async fn logout(_: Open, visit: Visit) -> Result<&'static str, Refusal> {
    visit.log_out().await?;
    Ok("goodbye")
}

async fn create_key(caller: Auth<SessionOnly>, visit: Visit) -> Result<Vec<u8>, Refusal> {
    let issued = visit.create_key(&caller, NewKey::new("nightly").scopes(["orders:read"])).await?;
    Ok(issued.key.expose().to_vec())
}

/// Starts an application; the result answers requests.
macro_rules! serve {
    ($app:expr) => {{
        let service = actix_web::test::init_service($app).await;
        async move |request: actix_web::test::TestRequest| {
            let answer = actix_web::dev::Service::call(&service, request.to_request()).await;
            crate::site::reply(answer.map(|response| response.into_parts().1)).await
        }
    }};
}
pub(crate) use serve;

/// The service of these routes and `more`, behind a gate.
pub(crate) async fn service(more: impl FnOnce(&mut ServiceConfig)) -> impl AsyncFn(TestRequest) -> Reply {
    let app = App::new().configure(more).configure(|config| routes().configure(config));
    serve!(app.wrap(GateMiddleware::new(gate())))
}

/// An answer, as a client sees it.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) header: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        self.header.get_all(name).map(|value| value.to_str().unwrap()).collect()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// `name=value` of the session cookie that it sets.
    pub(crate) fn session(&self) -> String {
        let cookies = self.values("set-cookie");
        let cookie = cookies.iter().find(|cookie| cookie.starts_with("__Host-id=")).unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }
}

/// Reads an answer; an error is answered as actix-web does it.
pub(crate) async fn reply<B: MessageBody>(answer: Result<HttpResponse<B>, Error>) -> Reply {
    let error = match answer {
        Ok(response) => return read(response).await,
        Err(error) => error,
    };
    let (first, second) = (read(error.error_response()).await, read(error.error_response()).await);
    assert_eq!(format!("{first:?}"), format!("{second:?}"), "whoever looks at an error must not change it");
    second
}

async fn read<B: MessageBody>(response: HttpResponse<B>) -> Reply {
    let (status, header) = (response.status(), response.headers().clone());
    let body = to_bytes(response.into_body()).await.ok().unwrap().to_vec();
    Reply { status, header, body }
}

pub(crate) fn get(path: &str) -> TestRequest {
    TestRequest::get().uri(path)
}

pub(crate) fn post(path: &str) -> TestRequest {
    TestRequest::post().uri(path)
}
