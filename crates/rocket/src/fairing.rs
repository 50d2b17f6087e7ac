//! The gate as a fairing.
//!
//! 1. A route before all others refuses what another site's page has caused: a fairing cannot refuse. It
//!    stands for every method, because core also checks safe ones that carry a form or open a WebSocket.
//! 2. Once a guard has refused, its refusal is the answer, whatever a handler or a catcher made of it.
//! 3. What the visit recorded is written into the response, also when the handler failed or panicked.

use portcullis::Gate;
use rocket::{
    Build, Ignite, Request, Response, Rocket, Route, Sentinel,
    fairing::{self, Fairing, Info, Kind},
    http::{Method, Status},
    request::{FromRequest, Outcome},
};

use crate::{
    Refusal,
    guard::{find, outcome},
    head::Reply,
    respond::replace,
    routes::guard,
};

/// Puts a Rocket behind a gate. One gate: with a second one it does not launch.
///
/// Attach it before other fairings: what those before it write into a response, a refusal replaces. Rocket's
/// own header fields stay (`Server`, and what its `Shield` sets).
#[derive(Clone, Debug)]
#[must_use]
pub struct GateFairing {
    gate: Gate,
    every_route_ruled: bool,
}

impl GateFairing {
    /// The fairing of `gate`.
    pub fn new(gate: Gate) -> Self {
        Self { gate, every_route_ruled: false }
    }

    /// Launches only if each route was made by [`require`](crate::require), [`optional`](crate::optional) or
    /// [`open`](crate::open): also those that are mounted later, or by another fairing. What has no rule is
    /// told on standard error.
    pub fn every_route_ruled(mut self) -> Self {
        self.every_route_ruled = true;
        self
    }
}

#[rocket::async_trait]
impl Fairing for GateFairing {
    fn info(&self) -> Info {
        // Not a singleton: Rocket would drop the first gate in silence.
        Info { name: "Portcullis", kind: Kind::Ignite | Kind::Response }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        if rocket.state::<Attached>().is_some() {
            eprintln!("portcullis: two gates are attached: keep one");
            return Err(rocket);
        }
        Ok(rocket.manage(Attached(self.clone())).mount("/", first_routes()))
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let Ok((visit, _)) = find(request) else { return };
        if let Some(answer) = visit.refusal() {
            replace(response, &answer);
        }
        visit.flush(&mut Reply(response));
    }
}

/// The fairing in Rocket's managed state. Nobody else can name it.
pub(crate) struct Attached(GateFairing);

impl Attached {
    pub(crate) fn gate(&self) -> &Gate {
        &self.0.gate
    }
}

/// Every method that Rocket knows.
const METHODS: [Method; 9] = [
    Method::Get,
    Method::Head,
    Method::Options,
    Method::Post,
    Method::Put,
    Method::Patch,
    Method::Delete,
    Method::Trace,
    Method::Connect,
];

/// No other route has this rank: Rocket does not launch where two of one rank match the same request.
const FIRST: isize = isize::MIN;

fn first_routes() -> Vec<Route> {
    let first = |method| {
        let mut routes = rocket::routes![gate];
        for route in &mut routes {
            (route.method, route.rank) = (method, FIRST);
        }
        routes
    };
    METHODS.into_iter().flat_map(first).collect()
}

#[rocket::get("/<_..>")]
fn gate(_same_site: SameSite) {}

/// Forwards to the request's own route what no other site's page has caused.
enum SameSite {}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for SameSite {
    type Error = Refusal;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Refusal> {
        match find(request).and_then(|(visit, head)| visit.check_origin(&head)) {
            Ok(()) => Outcome::Forward(Status::NotFound),
            Err(rejection) => outcome(Err(rejection)),
        }
    }
}

/// Rocket asks when all routes are known.
impl Sentinel for SameSite {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        let demanded = rocket.state::<Attached>().is_some_and(|attached| attached.0.every_route_ruled);
        let unruled = |route: &&Route| route.rank != FIRST && guard(route).is_none();
        let unruled = rocket.routes().filter(unruled).filter(|_| demanded);
        unruled.inspect(|route| complain(route)).count() > 0
    }
}

fn complain(route: &Route) {
    let (method, path) = (route.method, route.uri.path());
    eprintln!("portcullis: {method} {path} has no rule: mount it by require, optional or open");
}
