//! Core's answers as responses.

use http::{HeaderMap, Response, StatusCode};
use portcullis::{Answer, Reply as _};

use crate::{GateBody, head::Reply};

/// The response that says what `answer` says, with its bytes as the body.
pub fn own(answer: &Answer) -> Response<Vec<u8>> {
    let mut response = Response::new(answer.body().to_vec());
    // A status that HTTP does not know is a mistake of the service.
    *response.status_mut() =
        StatusCode::from_u16(answer.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut headers = HeaderMap::new();
    answer.headers().iter().for_each(|(name, value)| Reply(&mut headers).append(name, value));
    *response.headers_mut() = headers;
    response
}

/// As [`own`], in the body type of a [`GateService`](crate::GateService).
pub fn respond<B>(answer: &Answer) -> Response<GateBody<B>> {
    own(answer).map(GateBody::own)
}
