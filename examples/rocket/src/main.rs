//! The example site of Portcullis on Rocket.

mod body;
mod machine;
mod pages;

use example_site::{Started, fail, not_found, start};
use portcullis::{Answer, Problem};
use portcullis_rocket::{GateFairing, Refusal, Visit, respond};
use rocket::{
    Config, Request, Response, catch, catchers,
    config::LogLevel,
    fairing::AdHoc,
    http::Status,
    request::Outcome,
    response::{self, Responder},
    shield::Shield,
    uri,
};

const NAME: &str = "example-rocket";

/// What a handler that core may refuse returns.
type Answered = Result<Out, Refusal>;

/// The site's answer as a responder.
struct Out(Answer);

impl<'r> Responder<'r, 'static> for Out {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let response: Response<'static> = respond(&self.0);
        Ok(response)
    }
}

#[rocket::main]
async fn main() {
    let Started { site, listener, address } = start(NAME);
    // Rocket binds by itself: the port is known to be free.
    drop(listener);
    let config = Config {
        address: address.ip(),
        port: address.port(),
        log_level: LogLevel::Off,
        ident: rocket::config::Ident::none(),
        ..Config::release_default()
    };
    let rocket = rocket::custom(config)
        .attach(GateFairing::new(site.gate()).every_route_ruled())
        .attach(exact_paths())
        // The site says itself what browsers may do with its answers.
        .attach(Shield::new())
        .manage(site)
        .mount("/", machine::routes())
        .mount("/", pages::routes())
        .register("/", catchers![unknown]);
    if let Err(error) = rocket.launch().await {
        fail(NAME, error);
    }
}

/// Rocket takes `/sessions/` and `//sessions` for `/sessions`, which does something else: they are unknown.
fn exact_paths() -> AdHoc {
    AdHoc::on_request("exact paths", |request, _| {
        Box::pin(async move {
            let path = request.uri().path();
            if path != "/" && (path.ends_with('/') || path.contains("//")) {
                request.set_uri(uri!("/no-such-path"));
            }
        })
    })
}

/// An unknown path, or one that has no such method: Rocket does not tell them apart.
#[catch(default)]
async fn unknown(status: Status, request: &Request<'_>) -> (Status, Out) {
    // A refused visit has its answer already.
    let html = matches!(request.guard::<Visit>().await, Outcome::Success(visit) if visit.prefers_html());
    let answer =
        if status == Status::NotFound { not_found(html) } else { Problem::new(status.code).answer(html) };
    (status, Out(answer))
}
