//! The request's body, as the site takes it.

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
    http::header::CONTENT_TYPE,
    response::Response,
};
use example_site::{LIMIT, too_large};
use portcullis_axum::respond;

pub(crate) struct Body(pub(crate) example_site::Body);

impl<S: Sync> FromRequest<S> for Body {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let bytes = to_bytes(body, LIMIT).await.map_err(|_| respond(&too_large()))?;
        let media = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        Ok(Self(example_site::Body::new(media, bytes)))
    }
}
