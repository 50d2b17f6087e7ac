//! The machine routes.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use example_site::{
    Site, machine,
    rules::{Fresh, ReadOrders, ReadReports, WriteOrders},
};
use portcullis::{Authenticated, SessionOnly};
use portcullis_actix_web::{Auth, MaybeAuth, Open, Routes, Visit, respond};

use crate::{Answered, body::Body};

pub(crate) fn routes() -> Routes {
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

async fn orders(caller: Auth<ReadOrders>, site: Data<Site>) -> HttpResponse {
    respond(&machine::orders(&site, &caller))
}

async fn order(caller: Auth<WriteOrders>, visit: Visit, site: Data<Site>, body: Body) -> HttpResponse {
    respond(&machine::order(&site, &visit, &caller, &body.0))
}

async fn reports(caller: Auth<ReadReports>, site: Data<Site>) -> HttpResponse {
    respond(&machine::reports(&site, &caller))
}

async fn register(_: Open, visit: Visit, site: Data<Site>, body: Body) -> Answered {
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

async fn end_session(caller: Auth<Fresh>, visit: Visit, handle: Path<String>) -> Answered {
    Ok(respond(&machine::end_session(&visit, &caller, &handle).await?))
}

async fn create_key(caller: Auth<Fresh>, visit: Visit, body: Body) -> Answered {
    Ok(respond(&machine::create_key(&visit, &caller, &body.0).await?))
}

async fn keys(caller: Auth<SessionOnly>, visit: Visit) -> Answered {
    Ok(respond(&machine::keys(&visit, &caller).await?))
}

async fn revoke_key(caller: Auth<SessionOnly>, visit: Visit, id: Path<String>) -> Answered {
    Ok(respond(&machine::revoke_key(&visit, &caller, &id).await?))
}

async fn tokens(caller: Auth<Fresh>, visit: Visit, site: Data<Site>, body: Body) -> Answered {
    Ok(respond(&machine::tokens(&site, &visit, &caller, &body.0).await?))
}

async fn events(caller: Auth<SessionOnly>, site: Data<Site>) -> HttpResponse {
    respond(&machine::events(&site, &caller))
}

async fn jwks(_: Open, site: Data<Site>) -> HttpResponse {
    respond(&machine::jwks(&site))
}
