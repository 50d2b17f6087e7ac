//! The request's body, as the site takes it.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use example_site::LIMIT;

pub(crate) struct Body(pub(crate) example_site::Body);

impl FromRequest for Body {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media = request.content_type().to_owned();
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            Ok(Self(match payload.await?.to_bytes_limited(LIMIT).await {
                Ok(Ok(bytes)) => example_site::Body::new(Some(&media), bytes),
                _ => example_site::Body::too_large(Some(&media)),
            }))
        })
    }
}
