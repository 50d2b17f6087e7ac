//! What is tower's own about the adapter: readiness, errors, bodies, peers, gates within gates. All that every
//! adapter does alike is in the shared suite.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    convert::Infallible,
    fmt::Debug,
    future::{Ready, ready},
    mem,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::Body;
use portcullis::{Authenticated, Factor, Gate, Grant, MemorySessions, Reason, Sessions};
use portcullis_tower::{GateLayer, admit, admit_optional, require, visit};
use tower::{BoxError, Layer, Service, ServiceExt, service_fn};

/// A service that insists on having been polled ready; like tower's own, its clones are not.
/// It counts its calls.
#[derive(Default)]
struct Picky {
    ready: bool,
    calls: Arc<AtomicUsize>,
}

impl Clone for Picky {
    fn clone(&self) -> Self {
        Self { ready: false, calls: self.calls.clone() }
    }
}

impl Picky {
    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}

impl Service<Request<()>> for Picky {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        assert!(mem::take(&mut self.ready), "called without having been polled ready");
        self.calls.fetch_add(1, Ordering::Relaxed);
        ready(Ok(Response::new("served".to_owned())))
    }
}

/// Logs in, then answers like a service that failed, with a cookie of its own.
async fn log_in_and_fail(request: Request<()>) -> Result<Response<String>, Infallible> {
    let (parts, ()) = request.into_parts();
    visit(&parts).unwrap().log_in(Grant::new("alice", Factor::Password)).await.unwrap();
    let response = Response::builder().status(StatusCode::BAD_GATEWAY).header("set-cookie", "theme=dark");
    Ok(response.body(String::new()).unwrap())
}

fn the_gate() -> Gate {
    Gate::builder().realm("tower").sessions(Sessions::new(MemorySessions::new())).build().unwrap()
}

fn get() -> Request<()> {
    Request::new(())
}

async fn logged_in(gate: &Gate) -> Request<()> {
    let service = GateLayer::new(gate.clone()).layer(service_fn(log_in_and_fail));
    let response = service.oneshot(get()).await.unwrap();
    let mut cookies = response.headers().get_all("set-cookie").iter();
    let session = cookies.next_back().unwrap().to_str().unwrap().split(';').next().unwrap();
    Request::get("/").header("cookie", session).body(()).unwrap()
}

fn text(body: impl Body<Data = Bytes, Error: Debug>) -> String {
    let mut body = pin!(body);
    let promised = body.size_hint().exact().unwrap();
    let mut context = Context::from_waker(Waker::noop());
    let mut read = Vec::new();
    while let Poll::Ready(Some(frame)) = body.as_mut().poll_frame(&mut context) {
        read.extend_from_slice(&frame.unwrap().into_data().unwrap());
    }
    assert!(body.is_end_stream());
    assert_eq!(promised, read.len() as u64);
    String::from_utf8(read).unwrap()
}

#[tokio::test]
async fn a_gate_calls_the_service_that_was_polled_ready() {
    let inner = Picky::default();
    let mut gated = GateLayer::new(the_gate()).layer(inner.clone());
    for _ in 0..3 {
        let response = gated.ready().await.unwrap().call(get()).await.unwrap();
        assert_eq!((response.status(), text(response.into_body()).as_str()), (StatusCode::OK, "served"));
    }
    assert_eq!(inner.calls(), 3);
}

#[tokio::test]
async fn a_rule_calls_the_service_that_was_polled_ready() {
    let (gate, inner) = (the_gate(), Picky::default());
    let mut ruled = GateLayer::new(gate.clone()).layer(require::<Authenticated>().layer(inner.clone()));
    for _ in 0..3 {
        let known = logged_in(&gate).await;
        let response = ruled.ready().await.unwrap().call(known).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let response = ruled.ready().await.unwrap().call(get()).await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    }
    assert_eq!(inner.calls(), 3);
}

/// Z-01: whatever the method, and although the service would answer.
#[tokio::test]
async fn a_rule_refuses_before_the_service_runs() {
    let inner = Picky::default();
    let ruled = GateLayer::new(the_gate()).layer(require::<Authenticated>().layer(inner.clone()));
    for method in ["GET", "HEAD", "OPTIONS", "POST", "DELETE", "JEFF", "CONNECT"] {
        let request = Request::builder().method(method).header("upgrade", "websocket").body(()).unwrap();
        let response = ruled.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{method}");
        assert!(text(response.into_body()).starts_with('{'), "{method}");
    }
    assert_eq!(inner.calls(), 0);
}

#[tokio::test]
async fn what_another_site_caused_never_arrives() {
    let inner = Picky::default();
    let gated = GateLayer::new(the_gate()).layer(inner.clone());
    let request = Request::post("/").header("sec-fetch-site", "cross-site").body(()).unwrap();
    let response = gated.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(response.headers()["vary"], "Sec-Fetch-Site, Origin");
    assert_eq!(inner.calls(), 0);
}

#[tokio::test]
async fn a_refusal_is_the_answer_whatever_the_service_says() {
    let swallows = service_fn(async |request: Request<()>| {
        let (parts, ()) = request.into_parts();
        assert!(admit::<Authenticated>(&parts).await.is_err());
        Ok::<_, Infallible>(Response::builder().header("x-own", "1").body("secret".to_owned()).unwrap())
    });
    let response = GateLayer::new(the_gate()).layer(swallows).oneshot(get()).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(response.headers().get("x-own").is_none());
    assert!(!text(response.into_body()).contains("secret"));
}

#[tokio::test]
async fn a_failing_service_loses_no_cookie() {
    let service = GateLayer::new(the_gate()).layer(service_fn(log_in_and_fail));
    let response = service.oneshot(get()).await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
    let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
    assert_eq!(cookies.len(), 2);
    assert_eq!(cookies[0], "theme=dark");
}

#[tokio::test]
async fn an_error_passes_unchanged() {
    let broken = service_fn(async |_: Request<()>| Err::<Response<String>, BoxError>("broken pipe".into()));
    let error = GateLayer::new(the_gate()).layer(broken).oneshot(get()).await.unwrap_err();
    assert_eq!(error.to_string(), "broken pipe");
}

#[tokio::test]
async fn a_gate_inside_a_gate_refuses() {
    let (gate, inner) = (the_gate(), Picky::default());
    let doubled = GateLayer::new(gate.clone()).layer(GateLayer::new(gate.clone()).layer(inner.clone()));
    let response = doubled.oneshot(logged_in(&gate).await).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(inner.calls(), 0);
}

#[tokio::test]
async fn outside_every_gate_nobody_is_admitted() {
    let inner = Picky::default();
    let response = require::<Authenticated>().layer(inner.clone()).oneshot(get()).await.unwrap();
    assert_eq!((response.status(), inner.calls()), (StatusCode::INTERNAL_SERVER_ERROR, 0));

    let (parts, ()) = get().into_parts();
    assert_eq!(admit::<Authenticated>(&parts).await.unwrap_err().reason(), Reason::NoGate);
    assert_eq!(admit_optional::<Authenticated>(&parts).await.unwrap_err().reason(), Reason::NoGate);
    assert_eq!(visit(&parts).unwrap_err().reason(), Reason::NoGate);
}

/// What the layer leaves in the extensions is not core's visit, which a handler could use without attending.
#[tokio::test]
async fn the_visit_is_handed_out_by_name_only() {
    let looks = service_fn(async |request: Request<()>| {
        let found = request.extensions().get::<portcullis::Visit>().is_some();
        Ok::<_, Infallible>(Response::new(found.to_string()))
    });
    let response = GateLayer::new(the_gate()).layer(looks).oneshot(get()).await.unwrap();
    assert_eq!(text(response.into_body()), "false");
}

#[tokio::test]
async fn the_peer_is_where_the_layer_is_told_to_look() {
    let tells = || {
        service_fn(async |request: Request<()>| {
            let (parts, ()) = request.into_parts();
            let client = visit(&parts).unwrap().client();
            Ok::<_, Infallible>(Response::new(client.map_or("nobody".to_owned(), |ip| ip.to_string())))
        })
    };
    let request = || {
        let peer = SocketAddr::from(([192, 0, 2, 7], 4711));
        Request::builder().extension(peer).body(()).unwrap()
    };
    let told = GateLayer::new(the_gate()).peer(|extensions| extensions.get::<SocketAddr>().copied());
    let response = told.layer(tells()).oneshot(request()).await.unwrap();
    assert_eq!(text(response.into_body()), "192.0.2.7");
    let untold = GateLayer::new(the_gate());
    let response = untold.layer(tells()).oneshot(request()).await.unwrap();
    assert_eq!(text(response.into_body()), "nobody");
}
