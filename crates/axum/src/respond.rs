//! Core's answers as axum's responses.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use portcullis::{Answer, Rejection};

/// The response that says what `answer` says: a refusal's, or that of a [`Problem`](portcullis::Problem).
pub fn respond(answer: &Answer) -> Response {
    portcullis_tower::own(answer).map(Body::from)
}

/// A refusal as a response: what the extractors fail with, and what `?` makes of a [`Rejection`] in a handler.
#[derive(Clone, Debug)]
pub struct Refusal(pub Rejection);

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        Self(rejection)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        respond(&self.0.answer())
    }
}
