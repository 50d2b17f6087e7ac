//! The example site of Portcullis on axum.

mod body;
mod machine;
mod name;
mod pages;

use std::{future::IntoFuture, net::SocketAddr};

use axum::{Router, response::Response};
use example_site::{DRAIN, Site, Started, fail, not_allowed, not_found, start};
use portcullis_axum::{Open, Refusal, Visit, gate, respond};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    time::sleep,
};

const NAME: &str = "example-axum";

/// What a handler that core may refuse returns.
type Answered = Result<Response, Refusal>;

#[tokio::main]
async fn main() {
    let Started { site, listener, .. } = start(NAME);
    let service = app(site).into_make_service_with_connect_info::<SocketAddr>();
    let listener = listener.set_nonblocking(true).and_then(|()| TcpListener::from_std(listener));
    let listener = listener.unwrap_or_else(|error| fail(NAME, error));
    let served = axum::serve(listener, service).with_graceful_shutdown(ended());
    tokio::select! {
        served = served.into_future() => served.unwrap_or_else(|error| fail(NAME, error)),
        () = overdue() => {}
    }
}

/// axum itself waits for as long as a client cares to take over its request.
async fn overdue() {
    ended().await;
    sleep(DRAIN).await;
}

fn app(site: Site) -> Router {
    let layer = gate(site.gate());
    let router = machine::routes().merge(pages::routes()).into_router();
    router.fallback(unknown).method_not_allowed_fallback(other_method).layer(layer).with_state(site)
}

async fn unknown(_: Open, visit: Visit) -> Response {
    respond(&not_found(visit.prefers_html()))
}

async fn other_method(_: Open, visit: Visit) -> Response {
    respond(&not_allowed(visit.prefers_html()))
}

/// Ctrl-C or SIGTERM.
async fn ended() {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
