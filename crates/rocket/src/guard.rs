//! What handlers receive: the caller, or the visit.

use std::{fmt, ops::Deref};

use portcullis::{Rejection, Require};
use rocket::{
    Ignite, Request, Rocket, Sentinel,
    request::{FromRequest, Outcome},
};

use crate::{
    Refusal,
    fairing::Attached,
    head::{Head, Sent},
    respond::status,
};

/// A caller whom the rule of `R` admits.
///
/// Its refusal is the answer, even where the handler takes it as an `Option` or a `Result`. Rocket does not
/// launch where a route takes it and no [`GateFairing`](crate::GateFairing) is attached.
pub struct Auth<R: Require>(pub R::Principal);

/// As [`Auth`], and `None` when the request carries no credential at all. A bad one is refused.
pub struct MaybeAuth<R: Require>(pub Option<R::Principal>);

/// Says that anybody may call the route. It reads no credential; the gate still checks the origin.
#[derive(Clone, Copy, Debug)]
pub struct Open;

/// The request's visit, for what a handler does with it: log in, log out, make a key.
///
/// It refuses only what another site's page has caused.
#[derive(Clone, Debug)]
pub struct Visit(portcullis::Visit);

/// A guard that asks the visit to admit the caller, and holds what it says.
macro_rules! admits {
    ($name:ident, $held:ty, $admit:ident) => {
        #[rocket::async_trait]
        impl<'r, R: Require> FromRequest<'r> for $name<R> {
            type Error = Refusal;

            async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Refusal> {
                match find(request) {
                    Ok((visit, head)) => outcome(visit.$admit::<R>(&head).await.map(Self)),
                    Err(rejection) => outcome(Err(rejection)),
                }
            }
        }

        impl<R: Require> Sentinel for $name<R> {
            fn abort(rocket: &Rocket<Ignite>) -> bool {
                is_outside(rocket)
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

/// A guard that asks nobody who is calling.
macro_rules! attends {
    ($name:ident, $attend:expr) => {
        #[rocket::async_trait]
        impl<'r> FromRequest<'r> for $name {
            type Error = Refusal;

            async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Refusal> {
                outcome(find(request).and_then($attend))
            }
        }

        impl Sentinel for $name {
            fn abort(rocket: &Rocket<Ignite>) -> bool {
                is_outside(rocket)
            }
        }
    };
}

attends!(Open, |_| Ok(Self));
attends!(Visit, |(visit, head)| visit.attend(&head).map(|()| Self(visit.clone())));

impl Deref for Visit {
    type Target = portcullis::Visit;

    fn deref(&self) -> &portcullis::Visit {
        &self.0
    }
}

/// The visit in the request's local cache. Nobody else can name it, so no handler gets past [`Visit`].
struct Opened(Option<(portcullis::Visit, Sent)>);

/// The request's visit, opened when it is first asked for.
pub(crate) fn find<'h, 'r>(
    request: &'h Request<'r>,
) -> Result<(&'h portcullis::Visit, Head<'h, 'r>), Rejection> {
    let open = || {
        let attached = request.rocket().state::<Attached>();
        Opened(attached.map(|attached| (portcullis::Visit::open(attached.gate()), Sent::new(request))))
    };
    match &request.local_cache(open).0 {
        Some((visit, sent)) => Ok((visit, Head { request, sent })),
        None => Err(Rejection::no_gate()),
    }
}

/// Rocket's word for it. Never a forward: that would let the next route answer.
pub(crate) fn outcome<T>(admitted: Result<T, Rejection>) -> Outcome<T, Refusal> {
    match admitted {
        Ok(admitted) => Outcome::Success(admitted),
        Err(rejection) => Outcome::Error((status(rejection.status()), Refusal(rejection))),
    }
}

fn is_outside(rocket: &Rocket<Ignite>) -> bool {
    rocket.state::<Attached>().is_none()
}
