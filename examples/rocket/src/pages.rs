//! The pages.

#![expect(clippy::needless_pass_by_value, reason = "Rocket passes guards by value")]

use example_site::{
    Site, pages,
    rules::{Fresh, Page},
};
use portcullis::SessionOnly;
use portcullis_rocket::{Auth, Visit, open, require};
use rocket::{Route, State, get, http::uri::Origin, post, routes};

use crate::{Answered, Out, body::Body};

pub(crate) fn routes() -> Vec<Route> {
    [
        open(routes![home, login, register]),
        require::<Page>(routes![account, keys, activity]),
        require::<Fresh>(routes![end_others, end_session, create_key]),
        require::<SessionOnly>(routes![revoke_key]),
    ]
    .concat()
}

#[get("/")]
fn home() -> Out {
    Out(pages::home())
}

#[get("/login")]
fn login(target: &Origin<'_>) -> Out {
    Out(pages::login(target.query().map(|query| query.as_str())))
}

#[get("/register")]
fn register() -> Out {
    Out(pages::register(200, None))
}

#[get("/account")]
async fn account(caller: Auth<Page>, visit: Visit, site: &State<Site>) -> Answered {
    Ok(Out(pages::account(site, &visit, &caller).await?))
}

#[post("/account/sessions/end-others")]
async fn end_others(caller: Auth<Fresh>, visit: Visit) -> Answered {
    Ok(Out(pages::end_others(&visit, &caller).await?))
}

#[post("/account/sessions/<handle>/end")]
async fn end_session(caller: Auth<Fresh>, visit: Visit, handle: &str) -> Answered {
    Ok(Out(pages::end_session(&visit, &caller, handle).await?))
}

#[get("/account/keys")]
async fn keys(caller: Auth<Page>, visit: Visit) -> Answered {
    Ok(Out(pages::keys(&visit, &caller).await?))
}

#[post("/account/keys", data = "<body>")]
async fn create_key(caller: Auth<Fresh>, visit: Visit, body: Body) -> Answered {
    Ok(Out(pages::create_key(&visit, &caller, &body.0).await?))
}

#[post("/account/keys/<id>/revoke")]
async fn revoke_key(caller: Auth<SessionOnly>, visit: Visit, id: &str) -> Answered {
    Ok(Out(pages::revoke_key(&visit, &caller, id).await?))
}

#[get("/account/activity")]
fn activity(caller: Auth<Page>, site: &State<Site>) -> Out {
    Out(pages::activity(site, &caller))
}
