//! Routes that say who may call them.

use std::{cell::Cell, marker::PhantomData, ptr};

use portcullis::{Guard, Require};
use rocket::{
    Data, Phase, Request, Rocket, Route,
    request::{self, FromRequest},
    route::{Handler, Outcome},
};

use crate::{Auth, MaybeAuth, Open, Refusal};

/// Lets only whom the rule of `R` admits reach these routes: nothing of a handler, nor of its own guards,
/// runs before.
///
/// ```
/// use portcullis::Authenticated;
/// use portcullis_rocket::require;
/// use rocket::{get, routes};
///
/// #[get("/orders")]
/// fn orders() -> &'static str {
///     "everything"
/// }
///
/// let app = rocket::build().mount("/", require::<Authenticated>(routes![orders]));
/// ```
#[must_use]
pub fn require<R: Require>(routes: impl Into<Vec<Route>>) -> Vec<Route> {
    rule::<Auth<R>>(routes.into())
}

/// As [`require`], and lets requests through that carry no credential at all. A bad one is refused.
#[must_use]
pub fn optional<R: Require>(routes: impl Into<Vec<Route>>) -> Vec<Route> {
    rule::<MaybeAuth<R>>(routes.into())
}

/// Says that anybody may call these routes. What their handlers take still decides: `open` looks at nothing,
/// and the list calls them open.
#[must_use]
pub fn open(routes: impl Into<Vec<Route>>) -> Vec<Route> {
    rule::<Open>(routes.into())
}

/// The routes that [`require`], [`optional`] or [`open`] made, by path and method. Rocket answers `HEAD` by
/// the route of `GET`.
pub fn list<P: Phase>(rocket: &Rocket<P>) -> Vec<portcullis::Route> {
    let ruled = rocket.routes().filter_map(|route| Some((route, guard(route)?)));
    let mut list: Vec<_> = ruled
        .map(|(route, guard)| portcullis::Route::new(route.method.as_str(), route.uri.path(), guard))
        .collect();
    list.sort_by(|one, other| (one.path(), one.method()).cmp(&(other.path(), other.method())));
    list
}

/// What guards a route, if one of this room's functions made it.
///
/// Rocket lends us nothing of a handler but its clone, so a ruled one tells its guard while it is cloned, and
/// where it stands: one inside another handler does not speak for that.
pub(crate) fn guard(route: &Route) -> Option<Guard> {
    TOLD.set(None);
    drop(route.handler.clone());
    let place = ptr::from_ref(&*route.handler).addr();
    TOLD.take().filter(|(teller, _)| *teller == place).map(|(_, guard)| guard)
}

thread_local! {
    /// Where the ruled handler that was cloned last stands, and its guard.
    static TOLD: Cell<Option<(usize, Guard)>> = const { Cell::new(None) };
}

fn rule<G: Guarded>(routes: Vec<Route>) -> Vec<Route> {
    let rule = |mut route: Route| {
        route.handler = Box::new(Ruled::<G> { handler: route.handler, guard: PhantomData });
        route
    };
    routes.into_iter().map(rule).collect()
}

/// A guard that may stand before a handler.
trait Guarded: for<'r> FromRequest<'r, Error = Refusal> + 'static {
    const GUARD: Guard;
}

impl<R: Require> Guarded for Auth<R> {
    const GUARD: Guard = Guard::Required(&R::RULE);
}

impl<R: Require> Guarded for MaybeAuth<R> {
    const GUARD: Guard = Guard::Optional(&R::RULE);
}

impl Guarded for Open {
    const GUARD: Guard = Guard::Open;
}

/// A handler behind a guard.
struct Ruled<G> {
    handler: Box<dyn Handler>,
    guard: PhantomData<fn() -> G>,
}

impl<G: Guarded> Clone for Ruled<G> {
    fn clone(&self) -> Self {
        let handler = self.handler.clone();
        TOLD.set(Some((ptr::from_ref(self).addr(), G::GUARD)));
        Self { handler, guard: PhantomData }
    }
}

#[rocket::async_trait]
impl<G: Guarded> Handler for Ruled<G> {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        match G::from_request(request).await.map(drop) {
            request::Outcome::Success(()) => self.handler.handle(request, data).await,
            request::Outcome::Error((_, refusal)) => Outcome::from(request, refusal),
            request::Outcome::Forward(status) => Outcome::forward(data, status),
        }
    }
}
