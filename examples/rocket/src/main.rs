//! The example site of Portcullis on Rocket.

mod body;
mod machine;
mod pages;

use example_site::{Started, fail, not_found, start, too_large};
use portcullis::Answer;
use portcullis_rocket::{GateFairing, Refusal, respond};
use rocket::{
    Config, Request, Response, catch, catchers,
    config::LogLevel,
    http::Status,
    response::{self, Responder},
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
        .manage(site)
        .mount("/", machine::routes())
        .mount("/", pages::routes())
        .register("/", catchers![unknown, large]);
    if let Err(error) = rocket.launch().await {
        fail(NAME, error);
    }
}

/// An unknown path, or one that has no such method: Rocket does not tell them apart.
#[catch(default)]
fn unknown(status: Status, request: &Request<'_>) -> (Status, Out) {
    let html = request.accept().is_some_and(|accept| accept.preferred().media_type().is_html());
    let answer = if status == Status::NotFound {
        not_found(html)
    } else {
        portcullis::Problem::new(status.code).answer(html)
    };
    (status, Out(answer))
}

#[catch(413)]
fn large() -> Out {
    Out(too_large())
}
