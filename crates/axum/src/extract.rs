//! What handlers receive: the caller, or the visit.

use std::{fmt, ops::Deref};

use axum::extract::FromRequestParts;
use http::request::Parts;
use portcullis::Require;
use portcullis_tower::{admit, admit_optional, opened, visit};

use crate::Refusal;

/// A caller whom the rule of `R` admits.
///
/// Its refusal is the answer, even where the handler takes it as a `Result`. It cannot be an `Option`: that
/// would turn a bad credential into nobody.
///
/// ```compile_fail,E0277
/// # use portcullis::Authenticated;
/// # use portcullis_axum::Auth;
/// async fn anybody(caller: Option<Auth<Authenticated>>) {}
///
/// axum::Router::<()>::new().route("/", axum::routing::get(anybody));
/// ```
pub struct Auth<R: Require>(pub R::Principal);

/// As [`Auth`], and `None` when the request carries no credential at all. A bad one is refused.
pub struct MaybeAuth<R: Require>(pub Option<R::Principal>);

/// An extractor that asks the visit to admit the caller, and holds what it says.
macro_rules! admits {
    ($name:ident, $held:ty, $admit:ident) => {
        impl<S: Sync, R: Require> FromRequestParts<S> for $name<R> {
            type Rejection = Refusal;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
                Ok(Self($admit::<R>(parts).await?))
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

impl<S: Sync> FromRequestParts<S> for Open {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Ok(opened(parts).map(|()| Self)?)
    }
}

/// The request's visit, for what a handler does with it: log in, log out, make a key.
///
/// It refuses only what another site's page has caused.
#[derive(Clone, Debug)]
pub struct Visit(portcullis::Visit);

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Ok(visit(parts).map(Self)?)
    }
}

impl Deref for Visit {
    type Target = portcullis::Visit;

    fn deref(&self) -> &portcullis::Visit {
        &self.0
    }
}
