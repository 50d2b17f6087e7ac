//! The gate as a middleware.
//!
//! 1. It opens the request's visit and checks its origin before anything inside runs.
//! 2. Once a guard has refused, its refusal is the answer, whatever the handler made of it.
//! 3. What the visit recorded is written into the response, also into that of an error.

use std::{
    fmt,
    future::{Future, Ready, ready},
    pin::Pin,
};

use actix_web::{
    Error, HttpResponse, ResponseError,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    http::{StatusCode, header::HeaderMap},
};
use portcullis::{Answer, Gate, Rejection, Visit};

use crate::{
    extract::enter,
    head::{Head, Reply},
    respond::respond,
};

/// Puts an application or a scope behind a gate. One gate a request: a second one inside refuses.
///
/// Other middlewares belong outside it (`wrap` them later): inside, a refusal would replace their response.
#[derive(Clone, Debug)]
pub struct GateMiddleware(Gate);

impl GateMiddleware {
    /// The middleware of `gate`.
    pub fn new(gate: Gate) -> Self {
        Self(gate)
    }
}

impl<S, B> Transform<S, ServiceRequest> for GateMiddleware
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = GateService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(GateService { gate: self.0.clone(), inner }))
    }
}

/// What [`GateMiddleware`] makes of a service.
#[derive(Clone, Debug)]
pub struct GateService<S> {
    gate: Gate,
    inner: S,
}

impl<S, B> Service<ServiceRequest> for GateService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let visit = Visit::open(&self.gate);
        if let Err(rejection) = begin(&request, &visit) {
            let response = refuse(request, &rejection);
            return Box::pin(ready(Ok(finish(response, &visit).map_into_right_body())));
        }
        let answered = self.inner.call(request);
        Box::pin(async move {
            match answered.await {
                Ok(response) => Ok(conclude(response, &visit)),
                Err(error) => Err(carry(error, &visit)),
            }
        })
    }
}

fn begin(request: &ServiceRequest, visit: &Visit) -> Result<(), Rejection> {
    enter(request.request(), visit)?;
    visit.check_origin(&Head(request.request()))
}

/// Answers instead of what is inside.
pub(crate) fn refuse(request: ServiceRequest, rejection: &Rejection) -> ServiceResponse {
    request.into_response(respond(&rejection.answer()))
}

fn conclude<B: MessageBody>(response: ServiceResponse<B>, visit: &Visit) -> ServiceResponse<EitherBody<B>> {
    let response = match visit.refusal() {
        Some(answer) => response.into_response(respond(&answer)).map_into_right_body(),
        None => response.map_into_left_body(),
    };
    finish(response, visit)
}

fn finish<B>(mut response: ServiceResponse<B>, visit: &Visit) -> ServiceResponse<B> {
    visit.flush(&mut Reply(response.headers_mut()));
    response
}

/// An error of a middleware inside: it stays an error for those outside, and carries the effects.
fn carry(error: Error, visit: &Visit) -> Error {
    let mut error = visit.refusal().map_or(error, |answer| Refused(answer).into());
    let header = flushed(&error, visit);
    // Whoever asks for the response, and however often, gets the same header.
    error.add_response_mapper(move |mut response| {
        response.headers_mut().clone_from(&header);
        response
    });
    error
}

fn flushed(error: &Error, visit: &Visit) -> HeaderMap {
    let mut response = error.error_response();
    visit.flush(&mut Reply(response.headers_mut()));
    std::mem::take(response.headers_mut())
}

/// The refusal that stands in for a middleware's error.
#[derive(Debug)]
struct Refused(Answer);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the caller is not admitted")
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        respond(&self.0).status()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        respond(&self.0)
    }
}
