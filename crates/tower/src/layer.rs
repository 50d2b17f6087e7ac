//! The gate as a layer.
//!
//! 1. It opens the request's visit and checks its origin before anything inside runs.
//! 2. Once a guard has refused, its refusal is the answer, whatever the service made of it.
//! 3. What the visit recorded is written into the response. An error of the service passes unchanged: there
//!    is no response to write into.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{Request, Response};
use pin_project_lite::pin_project;
use portcullis::{Gate, Visit};
use tower_layer::Layer;
use tower_service::Service;

use crate::{GateBody, Peer, head::Reply, respond, visit::enter};

/// Puts a service behind a gate. One gate a request: a second one inside refuses.
///
/// Other layers belong outside it: inside, a refusal would replace their response.
#[derive(Clone)]
pub struct GateLayer {
    gate: Gate,
    peer: Peer,
}

impl GateLayer {
    /// The layer of `gate`. It knows no peer until [`peer`](Self::peer) says where to find it.
    pub fn new(gate: Gate) -> Self {
        Self { gate, peer: |_| None }
    }

    /// Says where the server leaves the transport peer.
    #[must_use]
    pub fn peer(mut self, peer: Peer) -> Self {
        self.peer = peer;
        self
    }
}

impl fmt::Debug for GateLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GateLayer").field("gate", &self.gate).finish_non_exhaustive()
    }
}

impl<S> Layer<S> for GateLayer {
    type Service = GateService<S>;

    fn layer(&self, inner: S) -> GateService<S> {
        GateService { layer: self.clone(), inner }
    }
}

/// What [`GateLayer`] makes of a service.
#[derive(Clone, Debug)]
pub struct GateService<S> {
    layer: GateLayer,
    inner: S,
}

impl<S, B, R> Service<Request<B>> for GateService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<GateBody<R>>;
    type Error = S::Error;
    type Future = GateFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let visit = Visit::open(&self.layer.gate);
        let (mut parts, body) = request.into_parts();
        match enter(&mut parts, &visit, self.layer.peer) {
            Ok(()) => GateFuture {
                inner: Some(self.inner.call(Request::from_parts(parts, body))),
                visit,
                early: None,
            },
            Err(rejection) => GateFuture { inner: None, visit, early: Some(rejection.answer()) },
        }
    }
}

pin_project! {
    /// The response of a [`GateService`].
    pub struct GateFuture<F> {
        #[pin]
        inner: Option<F>,
        visit: Visit,
        // The refusal of a request that never reached the service.
        early: Option<portcullis::Answer>,
    }
}

impl<F> fmt::Debug for GateFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GateFuture").field("visit", &self.visit).finish_non_exhaustive()
    }
}

impl<F, R, E> Future for GateFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<GateBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answered = match this.inner.as_pin_mut() {
            Some(inner) => Some(ready!(inner.poll(context))?),
            None => None,
        };
        let refusal = this.early.take().or_else(|| this.visit.refusal());
        let mut response = match (refusal, answered) {
            (None, Some(response)) => response.map(GateBody::inner),
            (Some(answer), _) => respond(&answer),
            // Polled again after it was ready, which a future's user must not do: never a success.
            (None, None) => respond(&portcullis::Rejection::no_gate().answer()),
        };
        this.visit.flush(&mut Reply(response.headers_mut()));
        Poll::Ready(Ok(response))
    }
}
