//! The machine routes.

#![expect(clippy::needless_pass_by_value, reason = "Rocket passes guards by value")]

use example_site::{
    Site, machine,
    rules::{Fresh, ReadOrders, ReadReports, WriteOrders},
};
use portcullis::{Authenticated, SessionOnly};
use portcullis_rocket::{Auth, MaybeAuth, Visit, open, optional, require};
use rocket::{Route, State, delete, get, post, routes};

use crate::{Answered, Out, body::Body};

pub(crate) fn routes() -> Vec<Route> {
    [
        open(routes![healthz, public, register, log_in, log_out, jwks]),
        optional::<Authenticated>(routes![maybe]),
        require::<Authenticated>(routes![me]),
        require::<ReadOrders>(routes![orders]),
        require::<WriteOrders>(routes![order]),
        require::<ReadReports>(routes![reports]),
        require::<SessionOnly>(routes![reauthenticate, sessions, keys, revoke_key, events]),
        require::<Fresh>(routes![end_others, end_session, create_key, tokens]),
    ]
    .concat()
}

#[get("/healthz")]
fn healthz() -> Out {
    Out(machine::healthz())
}

#[get("/public")]
fn public() -> Out {
    Out(machine::public())
}

#[get("/optional")]
fn maybe(caller: MaybeAuth<Authenticated>) -> Out {
    Out(machine::optional(caller.as_ref()))
}

#[get("/me")]
fn me(caller: Auth<Authenticated>) -> Out {
    Out(machine::me(&caller))
}

#[get("/orders")]
fn orders(caller: Auth<ReadOrders>, site: &State<Site>) -> Out {
    Out(machine::orders(site, &caller))
}

#[post("/orders", data = "<body>")]
fn order(caller: Auth<WriteOrders>, visit: Visit, site: &State<Site>, body: Body) -> Out {
    Out(machine::order(site, &visit, &caller, &body.0))
}

#[get("/reports")]
fn reports(caller: Auth<ReadReports>, site: &State<Site>) -> Out {
    Out(machine::reports(site, &caller))
}

#[post("/register", data = "<body>")]
async fn register(visit: Visit, site: &State<Site>, body: Body) -> Answered {
    Ok(Out(machine::register(site, &visit, &body.0).await?))
}

#[post("/login", data = "<body>")]
async fn log_in(visit: Visit, body: Body) -> Answered {
    Ok(Out(machine::log_in(&visit, &body.0).await?))
}

#[post("/logout", data = "<body>")]
async fn log_out(visit: Visit, body: Body) -> Answered {
    Ok(Out(machine::log_out(&visit, &body.0).await?))
}

#[post("/reauthenticate", data = "<body>")]
async fn reauthenticate(caller: Auth<SessionOnly>, visit: Visit, body: Body) -> Answered {
    Ok(Out(machine::reauthenticate(&visit, &caller, &body.0).await?))
}

#[get("/sessions")]
async fn sessions(caller: Auth<SessionOnly>, visit: Visit) -> Answered {
    Ok(Out(machine::sessions(&visit, &caller).await?))
}

#[delete("/sessions")]
async fn end_others(caller: Auth<Fresh>, visit: Visit) -> Answered {
    Ok(Out(machine::end_others(&visit, &caller).await?))
}

#[delete("/sessions/<handle>")]
async fn end_session(caller: Auth<Fresh>, visit: Visit, handle: &str) -> Answered {
    Ok(Out(machine::end_session(&visit, &caller, handle).await?))
}

#[post("/keys", data = "<body>")]
async fn create_key(caller: Auth<Fresh>, visit: Visit, body: Body) -> Answered {
    Ok(Out(machine::create_key(&visit, &caller, &body.0).await?))
}

#[get("/keys")]
async fn keys(caller: Auth<SessionOnly>, visit: Visit) -> Answered {
    Ok(Out(machine::keys(&visit, &caller).await?))
}

#[delete("/keys/<id>")]
async fn revoke_key(caller: Auth<SessionOnly>, visit: Visit, id: &str) -> Answered {
    Ok(Out(machine::revoke_key(&visit, &caller, id).await?))
}

#[post("/tokens", data = "<body>")]
async fn tokens(caller: Auth<Fresh>, visit: Visit, site: &State<Site>, body: Body) -> Answered {
    Ok(Out(machine::tokens(site, &visit, &caller, &body.0).await?))
}

#[get("/events")]
fn events(caller: Auth<SessionOnly>, site: &State<Site>) -> Out {
    Out(machine::events(site, &caller))
}

#[get("/.well-known/jwks.json")]
fn jwks(site: &State<Site>) -> Out {
    Out(machine::jwks(site))
}
