//! The example site of Portcullis on actix-web.

mod body;
mod machine;
mod pages;

use std::{future::poll_fn, task::Poll};

use actix_web::{
    App, HttpResponse, HttpServer,
    rt::signal::unix::{SignalKind, signal},
    web::{Data, ServiceConfig},
};
use example_site::{DRAIN, Started, fail, not_allowed, not_found, start};
use portcullis_actix_web::{GateMiddleware, Open, Refusal, Visit, respond, to};

const NAME: &str = "example-actix-web";

/// What a handler that core may refuse returns.
type Answered = Result<HttpResponse, Refusal>;

#[actix_web::main]
async fn main() {
    let Started { site, listener, .. } = start(NAME);
    let server = HttpServer::new(move || {
        let gate = GateMiddleware::new(site.gate());
        App::new().app_data(Data::new(site.clone())).configure(configure).wrap(gate)
    });
    // At Ctrl-C, actix-web itself would drop what runs.
    let server = server.shutdown_timeout(DRAIN.as_secs()).shutdown_signal(ended());
    let server = server.listen(listener).unwrap_or_else(|error| fail(NAME, error));
    server.run().await.unwrap_or_else(|error| fail(NAME, error));
}

/// Ctrl-C or SIGTERM.
async fn ended() {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return;
    };
    poll_fn(|context| match interrupt.poll_recv(context) {
        Poll::Ready(_) => Poll::Ready(()),
        Poll::Pending => terminate.poll_recv(context).map(|_| ()),
    })
    .await;
}

fn configure(config: &mut ServiceConfig) {
    machine::routes().merge(pages::routes()).otherwise(other_method).configure(config);
    config.default_service(to(unknown));
}

async fn other_method(_: Open, visit: Visit) -> HttpResponse {
    respond(&not_allowed(visit.prefers_html()))
}

async fn unknown(_: Open, visit: Visit) -> HttpResponse {
    respond(&not_found(visit.prefers_html()))
}
