//! The machine routes.

use axum::{extract::State, response::Response};
use example_site::{
    Site, machine,
    rules::{Fresh, ReadOrders, ReadReports, WriteOrders},
};
use portcullis::{Authenticated, SessionOnly};
use portcullis_axum::{Auth, MaybeAuth, Open, Routes, Visit, respond};

use crate::{Answered, body::Body, name::Name};

pub(crate) fn routes() -> Routes<Site> {
    Routes::new()
        .get("/healthz", async |_: Open| respond(&machine::healthz()))
        .get("/public", async |_: Open| respond(&machine::public()))
        .get("/optional", async |caller: MaybeAuth<Authenticated>| {
            respond(&machine::optional(caller.as_ref()))
        })
        .get("/me", async |caller: Auth<Authenticated>| respond(&machine::me(&caller)))
        .get("/orders", orders)
        .post("/orders", order)
        .get("/reports", reports)
        .post("/register", register)
        .post("/login", log_in)
        .post("/logout", log_out)
        .post("/reauthenticate", reauthenticate)
        .get("/sessions", sessions)
        .delete("/sessions", end_others)
        .delete("/sessions/{handle}", end_session)
        .post("/keys", create_key)
        .get("/keys", keys)
        .delete("/keys/{id}", revoke_key)
        .post("/tokens", tokens)
        .get("/events", events)
        .get("/.well-known/jwks.json", jwks)
}

async fn orders(caller: Auth<ReadOrders>, State(site): State<Site>) -> Response {
    respond(&machine::orders(&site, &caller))
}

async fn order(caller: Auth<WriteOrders>, visit: Visit, State(site): State<Site>, body: Body) -> Response {
    respond(&machine::order(&site, &visit, &caller, &body.0))
}

async fn reports(caller: Auth<ReadReports>, State(site): State<Site>) -> Response {
    respond(&machine::reports(&site, &caller))
}

async fn register(_: Open, visit: Visit, State(site): State<Site>, body: Body) -> Answered {
    Ok(respond(&machine::register(&site, &visit, &body.0).await?))
}

async fn log_in(_: Open, visit: Visit, body: Body) -> Answered {
    Ok(respond(&machine::log_in(&visit, &body.0).await?))
}

async fn log_out(_: Open, visit: Visit, body: Body) -> Answered {
    Ok(respond(&machine::log_out(&visit, &body.0).await?))
}

async fn reauthenticate(caller: Auth<SessionOnly>, visit: Visit, body: Body) -> Answered {
    Ok(respond(&machine::reauthenticate(&visit, &caller, &body.0).await?))
}

async fn sessions(caller: Auth<SessionOnly>, visit: Visit) -> Answered {
    Ok(respond(&machine::sessions(&visit, &caller).await?))
}

async fn end_others(caller: Auth<Fresh>, visit: Visit) -> Answered {
    Ok(respond(&machine::end_others(&visit, &caller).await?))
}

async fn end_session(caller: Auth<Fresh>, visit: Visit, Name(handle): Name) -> Answered {
    Ok(respond(&machine::end_session(&visit, &caller, &handle).await?))
}

async fn create_key(caller: Auth<Fresh>, visit: Visit, body: Body) -> Answered {
    Ok(respond(&machine::create_key(&visit, &caller, &body.0).await?))
}

async fn keys(caller: Auth<SessionOnly>, visit: Visit) -> Answered {
    Ok(respond(&machine::keys(&visit, &caller).await?))
}

async fn revoke_key(caller: Auth<SessionOnly>, visit: Visit, Name(id): Name) -> Answered {
    Ok(respond(&machine::revoke_key(&visit, &caller, &id).await?))
}

async fn tokens(caller: Auth<Fresh>, visit: Visit, State(site): State<Site>, body: Body) -> Answered {
    Ok(respond(&machine::tokens(&site, &visit, &caller, &body.0).await?))
}

async fn events(caller: Auth<SessionOnly>, State(site): State<Site>) -> Response {
    respond(&machine::events(&site, &caller))
}

async fn jwks(_: Open, State(site): State<Site>) -> Response {
    respond(&machine::jwks(&site))
}
