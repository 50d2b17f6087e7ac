//! What handlers receive: the caller, or the visit.

use std::{fmt, future::Future, ops::Deref, pin::Pin};

use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload};
use portcullis::{Rejection, Require};

use crate::{Refusal, head::Head};

/// A caller whom the rule of `R` admits.
///
/// Its refusal is the answer, even where the handler takes it as an `Option` or a `Result`.
pub struct Auth<R: Require>(pub R::Principal);

/// As [`Auth`], and `None` when the request carries no credential at all. A bad one is refused.
pub struct MaybeAuth<R: Require>(pub Option<R::Principal>);

/// An extractor that asks the visit to admit the caller, and holds what it says.
macro_rules! admits {
    ($name:ident, $held:ty, $admit:ident) => {
        impl<R: Require> FromRequest for $name<R> {
            type Error = Refusal;
            type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let request = request.clone();
                Box::pin(async move { Ok(Self(visit(&request)?.$admit::<R>(&Head(&request)).await?)) })
            }
        }

        impl<R: Require> Deref for $name<R> {
            type Target = $held;

            fn deref(&self) -> &$held {
                &self.0
            }
        }

        impl<R: Require<Principal: fmt::Debug>> fmt::Debug for $name<R> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.0).finish()
            }
        }
    };
}

admits!(Auth, R::Principal, admit);
admits!(MaybeAuth, Option<R::Principal>, admit_optional);

/// Says that anybody may call the route. It reads no credential; the gate still checks the origin.
#[derive(Clone, Copy, Debug)]
pub struct Open;

impl FromRequest for Open {
    type Error = Refusal;
    type Future = std::future::Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(visit(request).map(|_| Self).map_err(Refusal))
    }
}

/// The request's visit, for what a handler does with it: log in, log out, make a key.
///
/// It refuses only what another site's page has caused.
#[derive(Clone, Debug)]
pub struct Visit(portcullis::Visit);

impl FromRequest for Visit {
    type Error = Refusal;
    type Future = std::future::Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let attend = |visit: portcullis::Visit| visit.attend(&Head(request)).map(|()| Self(visit));
        std::future::ready(visit(request).and_then(attend).map_err(Refusal))
    }
}

impl Deref for Visit {
    type Target = portcullis::Visit;

    fn deref(&self) -> &portcullis::Visit {
        &self.0
    }
}

/// The visit in the request's extensions. Nobody else can name it, so no handler gets past [`Visit`].
struct Opened(portcullis::Visit);

/// Hands the visit of a gate to everything inside it; `Err` inside another gate.
pub(crate) fn enter(request: &HttpRequest, visit: &portcullis::Visit) -> Result<(), Rejection> {
    let mut extensions = request.extensions_mut();
    if extensions.contains::<Opened>() {
        return Err(Rejection::two_gates());
    }
    extensions.insert(Opened(visit.clone()));
    Ok(())
}

/// The visit that the gate opened.
pub(crate) fn visit(request: &HttpRequest) -> Result<portcullis::Visit, Rejection> {
    request.extensions().get::<Opened>().map(|opened| opened.0.clone()).ok_or_else(Rejection::no_gate)
}
