//! Core's answers as Rocket's responses.

use std::io::Cursor;

use portcullis::{Answer, Rejection, Reply as _};
use rocket::{
    Request, Response,
    http::Status,
    response::{self, Responder},
    shield::{ExpectCt, Frame, Hsts, NoSniff, Permission, Policy, Prefetch, Referrer, XssFilter},
};

use crate::head::Reply;

/// What Rocket itself writes into every response, before the gate's fairing has its turn.
const ROCKETS_OWN: [&str; 9] = [
    "Server",
    ExpectCt::NAME,
    Frame::NAME,
    Hsts::NAME,
    NoSniff::NAME,
    Permission::NAME,
    Prefetch::NAME,
    Referrer::NAME,
    XssFilter::NAME,
];

/// The response that says what `answer` says: a refusal's, or that of a [`Problem`](portcullis::Problem).
pub fn respond(answer: &Answer) -> Response<'static> {
    let mut response = Response::new();
    response.set_status(status(answer.status()));
    response.set_sized_body(answer.body().len(), Cursor::new(answer.body().to_vec()));
    answer.headers().iter().for_each(|(name, value)| Reply(&mut response).append(name, value));
    response
}

/// Puts `answer` in the place of a response, of which only Rocket's own header fields remain.
pub(crate) fn replace(response: &mut Response<'_>, answer: &Answer) {
    let replaced = std::mem::replace(response, respond(answer));
    for name in ROCKETS_OWN.into_iter().filter(|name| replaced.headers().contains(name)) {
        if !response.headers().contains(name) {
            replaced.headers().get(name).for_each(|value| {
                response.adjoin_raw_header(name, value.to_owned());
            });
        }
    }
}

/// A refusal as a response: what the guards fail with, and what `?` makes of a [`Rejection`] in a handler.
#[derive(Clone, Debug)]
pub struct Refusal(pub Rejection);

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        Self(rejection)
    }
}

impl<'r> Responder<'r, 'static> for Refusal {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Ok(respond(&self.0.answer()))
    }
}

/// A status that HTTP does not know is a mistake of the service.
pub(crate) fn status(code: u16) -> Status {
    Status::from_code(code).unwrap_or(Status::InternalServerError)
}
