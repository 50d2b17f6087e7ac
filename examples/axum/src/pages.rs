//! The pages.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use example_site::{
    Site, pages,
    rules::{Fresh, Page},
};
use portcullis::SessionOnly;
use portcullis_axum::{Auth, Open, Routes, Visit, respond};

use crate::{Answered, body::Body, name::Name};

pub(crate) fn routes() -> Routes<Site> {
    Routes::new()
        .get("/", async |_: Open| respond(&pages::home()))
        .get("/login", login)
        .get("/register", async |_: Open| respond(&pages::register(200, None)))
        .get("/account", account)
        .post("/account/sessions/end-others", end_others)
        .post("/account/sessions/{handle}/end", end_session)
        .get("/account/keys", keys)
        .post("/account/keys", create_key)
        .post("/account/keys/{id}/revoke", revoke_key)
        .get("/account/activity", activity)
}

async fn login(_: Open, RawQuery(query): RawQuery) -> Response {
    respond(&pages::login(query.as_deref()))
}

async fn account(caller: Auth<Page>, visit: Visit, State(site): State<Site>) -> Answered {
    Ok(respond(&pages::account(&site, &visit, &caller).await?))
}

async fn end_others(caller: Auth<Fresh>, visit: Visit) -> Answered {
    Ok(respond(&pages::end_others(&visit, &caller).await?))
}

async fn end_session(caller: Auth<Fresh>, visit: Visit, Name(handle): Name) -> Answered {
    Ok(respond(&pages::end_session(&visit, &caller, &handle).await?))
}

async fn keys(caller: Auth<Page>, visit: Visit) -> Answered {
    Ok(respond(&pages::keys(&visit, &caller).await?))
}

async fn create_key(caller: Auth<Fresh>, visit: Visit, body: Body) -> Answered {
    Ok(respond(&pages::create_key(&visit, &caller, &body.0).await?))
}

async fn revoke_key(caller: Auth<SessionOnly>, visit: Visit, Name(id): Name) -> Answered {
    Ok(respond(&pages::revoke_key(&visit, &caller, &id).await?))
}

async fn activity(caller: Auth<Page>, State(site): State<Site>) -> Response {
    respond(&pages::activity(&site, &caller))
}
