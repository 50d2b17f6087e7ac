//! The request's body, as the site takes it.

use std::convert::Infallible;

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
    http::header::CONTENT_TYPE,
};
use example_site::LIMIT;

pub(crate) struct Body(pub(crate) example_site::Body);

impl<S: Sync> FromRequest<S> for Body {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &S) -> Result<Self, Infallible> {
        let (parts, body) = request.into_parts();
        let media = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        Ok(Self(match to_bytes(body, LIMIT).await {
            Ok(bytes) => example_site::Body::new(media, bytes),
            Err(_) => example_site::Body::too_large(media),
        }))
    }
}
