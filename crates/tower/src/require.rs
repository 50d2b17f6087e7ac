//! One rule for a whole service.

use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use http::{Request, Response};
use portcullis::Require;
use tower_layer::Layer;
use tower_service::Service;

use crate::{GateBody, respond, visit::admit};

/// Admits to a service only whom the rule of `R` admits: before any handler runs, whatever the method, and
/// whether or not there is a handler. It belongs inside the gate's layer.
pub fn require<R: Require>() -> RequireLayer<R> {
    RequireLayer(PhantomData)
}

/// What [`require`] returns.
pub struct RequireLayer<R>(PhantomData<fn() -> R>);

impl<R> Clone for RequireLayer<R> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

impl<R: Require> fmt::Debug for RequireLayer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequireLayer").field(&R::RULE.name()).finish()
    }
}

impl<R, S> Layer<S> for RequireLayer<R> {
    type Service = RequireService<R, S>;

    fn layer(&self, inner: S) -> RequireService<R, S> {
        RequireService { inner, rule: PhantomData }
    }
}

/// What [`RequireLayer`] makes of a service.
#[derive(Debug)]
pub struct RequireService<R, S> {
    inner: S,
    rule: PhantomData<fn() -> R>,
}

impl<R, S: Clone> Clone for RequireService<R, S> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), rule: PhantomData }
    }
}

impl<R, S, B, T> Service<Request<B>> for RequireService<R, S>
where
    R: Require,
    S: Service<Request<B>, Response = Response<T>, Future: Send> + Clone + Send + 'static,
    B: Send + 'static,
{
    type Response = Response<GateBody<T>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The service that was polled ready is the one that is called; its clone waits for the next request.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            match admit::<R>(&parts).await {
                Ok(_) => Ok(inner.call(Request::from_parts(parts, body)).await?.map(GateBody::inner)),
                Err(rejection) => Ok(respond(&rejection.answer())),
            }
        })
    }
}
