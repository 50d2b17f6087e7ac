//! The name in a path, as the site takes it.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
    response::{IntoResponse, Response},
};
use example_site::not_found;
use portcullis_axum::{Visit, respond};

/// What stands for `{handle}` or `{id}`. Bytes that are no text name nothing: that is an unknown path, in the
/// site's words and not in axum's.
pub(crate) struct Name(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        if let Ok(Path(name)) = Path::from_request_parts(parts, state).await {
            return Ok(Self(name));
        }
        let visit = Visit::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        Err(respond(&not_found(visit.prefers_html())))
    }
}
