//! The request's body, as the site takes it.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse, dev::Payload, error::InternalError, web,
};
use example_site::{LIMIT, too_large};
use portcullis_actix_web::respond;

pub(crate) struct Body(pub(crate) example_site::Body);

impl FromRequest for Body {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media = request.content_type().to_owned();
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            let read = payload.await?.to_bytes_limited(LIMIT).await.map_err(|_| refused())?;
            Ok(Self(example_site::Body::new(Some(&media), read.map_err(|_| refused())?)))
        })
    }
}

fn refused() -> actix_web::Error {
    let response: HttpResponse = respond(&too_large());
    InternalError::from_response("the body is too large", response).into()
}
