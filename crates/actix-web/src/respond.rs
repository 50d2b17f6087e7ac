//! Core's answers as actix-web's responses.

use std::fmt;

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use portcullis::{Answer, Rejection, Reply as _};

use crate::head::Reply;

/// The response that says what `answer` says: a refusal's, or that of a [`Problem`](portcullis::Problem).
pub fn respond(answer: &Answer) -> HttpResponse {
    let mut response = HttpResponse::build(status(answer.status())).body(answer.body().to_vec());
    let mut header = Reply(response.headers_mut());
    answer.headers().iter().for_each(|(name, value)| header.append(name, value));
    response
}

/// A refusal as an error: what the extractors fail with, and what `?` makes of a [`Rejection`] in a handler.
#[derive(Clone, Debug)]
pub struct Refusal(pub Rejection);

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        Self(rejection)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Refusal {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        status(self.0.status())
    }

    fn error_response(&self) -> HttpResponse {
        respond(&self.0.answer())
    }
}

/// A status that HTTP does not know is a mistake of the service.
fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
