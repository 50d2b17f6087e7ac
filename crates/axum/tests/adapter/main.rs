//! What is axum's own about the adapter. All that every adapter does alike is in the shared suite.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header::HeaderMap},
    response::Response,
    routing::get,
};
use portcullis::{Authenticated, Factor, Gate, Grant, MemorySessions, Sessions};
use portcullis_axum::{Auth, MaybeAuth, Open, Refusal, Routes, Visit, gate, require};
use tower::ServiceExt;

async fn me(caller: Auth<Authenticated>) -> String {
    caller.subject().to_owned()
}

async fn perhaps(caller: MaybeAuth<Authenticated>) -> String {
    caller.as_ref().map_or("nobody", |caller| caller.subject()).to_owned()
}

async fn log_in(_: Open, visit: Visit) -> Result<&'static str, Refusal> {
    visit.log_in(Grant::new("alice", Factor::Password)).await?;
    Ok("welcome")
}

fn routes() -> Routes {
    Routes::new().get("/me", me).get("/perhaps", perhaps).post("/login", log_in)
}

fn the_gate() -> Gate {
    Gate::builder().realm("axum").sessions(Sessions::new(MemorySessions::new())).build().unwrap()
}

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

async fn ask(app: &Router, request: Request<Body>) -> Reply {
    let response: Response = app.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 65_536).await.unwrap();
    Reply { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
}

fn to(method: &str, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(path).body(Body::empty()).unwrap()
}

/// Without the layer, whatever asks for the visit is one clear 500 that names the fix.
#[tokio::test]
async fn a_missing_layer_says_so() {
    let app = routes().into_router().route("/ruled", get(async || "never").layer(require::<Authenticated>()));
    for (method, path) in [("GET", "/me"), ("GET", "/perhaps"), ("POST", "/login"), ("GET", "/ruled")] {
        let reply = ask(&app, to(method, path)).await;
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        assert!(reply.body.contains("wrap it in the gate's layer"), "{}", reply.body);
    }
    assert_eq!(ask(&app, to("GET", "/nowhere")).await.status, StatusCode::NOT_FOUND);
}

/// A gate inside a gate is one clear 500, also on what is open.
#[tokio::test]
async fn two_gates_say_so() {
    let app = routes().into_router().layer(gate(the_gate())).layer(gate(the_gate()));
    let reply = ask(&app, to("POST", "/login")).await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(reply.body.contains("two gates"), "{}", reply.body);
    assert!(reply.headers.get("set-cookie").is_none());
}

/// Plain axum routing works as well.
#[tokio::test]
async fn plain_routes_are_guarded_by_their_arguments() {
    let app = Router::new().route("/me", get(me)).layer(gate(the_gate()));
    assert_eq!(ask(&app, to("GET", "/me")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(&app, to("HEAD", "/me")).await.status, StatusCode::UNAUTHORIZED);
}

/// Without `ConnectInfo` no address is known, and nothing fails for it.
#[tokio::test]
async fn a_session_needs_no_address() {
    let app = routes().into_router().layer(gate(the_gate()));
    let welcome = ask(&app, to("POST", "/login")).await;
    let cookie = welcome.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let mut request = to("GET", "/me");
    request.headers_mut().insert("cookie", cookie.parse().unwrap());
    let reply = ask(&app, request).await;
    assert_eq!((reply.status, reply.body.as_str()), (StatusCode::OK, "alice"));
}

/// Every registration says what guards it.
#[test]
fn routes_are_listed() {
    let list: Vec<_> =
        routes().merge(Routes::new().put("/me", me)).list().iter().map(ToString::to_string).collect();
    let expected = [
        "GET /me Authenticated",
        "GET /perhaps optional Authenticated",
        "POST /login open",
        "PUT /me Authenticated",
    ];
    assert_eq!(list, expected);
}
