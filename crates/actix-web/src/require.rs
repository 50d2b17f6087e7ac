//! One rule for a whole scope.

use std::{
    fmt,
    future::{Future, Ready, ready},
    marker::PhantomData,
    pin::Pin,
    rc::Rc,
};

use actix_web::{
    Error,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
};
use portcullis::{Rejection, Require};

use crate::{extract::visit, head::Head, middleware::refuse};

/// Admits to an application, a scope or a resource only whom the rule of `R` admits: before any handler runs,
/// whatever the method, and whether or not there is a handler. It belongs inside the gate (`wrap` it first).
///
/// ```
/// use actix_web::web;
/// use portcullis::Authenticated;
/// use portcullis_actix_web::require;
///
/// web::scope("/admin").wrap(require::<Authenticated>());
/// ```
pub fn require<R: Require>() -> RequireMiddleware<R> {
    RequireMiddleware(PhantomData)
}

/// What [`require`] returns.
pub struct RequireMiddleware<R>(PhantomData<fn() -> R>);

impl<R> Clone for RequireMiddleware<R> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

impl<R: Require> fmt::Debug for RequireMiddleware<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequireMiddleware").field(&R::RULE.name()).finish()
    }
}

impl<R, S, B> Transform<S, ServiceRequest> for RequireMiddleware<R>
where
    R: Require,
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = RequireService<R, S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(RequireService { inner: Rc::new(inner), rule: PhantomData }))
    }
}

/// What [`RequireMiddleware`] makes of a service.
#[derive(Debug)]
pub struct RequireService<R, S> {
    inner: Rc<S>,
    rule: PhantomData<fn() -> R>,
}

impl<R, S, B> Service<ServiceRequest> for RequireService<R, S>
where
    R: Require,
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let inner = self.inner.clone();
        Box::pin(async move {
            match admit::<R>(&request).await {
                Ok(()) => inner.call(request).await.map(ServiceResponse::map_into_left_body),
                Err(rejection) => Ok(refuse(request, &rejection).map_into_right_body()),
            }
        })
    }
}

async fn admit<R: Require>(request: &ServiceRequest) -> Result<(), Rejection> {
    let request = request.request();
    visit(request)?.admit::<R>(&Head(request)).await.map(drop)
}
