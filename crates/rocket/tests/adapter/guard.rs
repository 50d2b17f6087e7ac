//! Guards as arguments of handlers.

use portcullis::{Authenticated, EventKind};
use portcullis_rocket::{Auth, MaybeAuth, Open};
use rocket::{get, http::Header, http::Status, routes};

use crate::site::{ReadOrders, Site, key, session};

#[get("/orders")]
fn orders(caller: Auth<ReadOrders>) -> String {
    format!("{} by {:?}", caller.subject(), caller.scheme())
}

#[get("/twice")]
fn twice(first: Auth<ReadOrders>, second: Auth<Authenticated>, _third: MaybeAuth<ReadOrders>) -> String {
    format!("{} {}", first.subject(), second.subject())
}

#[get("/maybe")]
fn maybe(caller: MaybeAuth<ReadOrders>) -> String {
    caller.as_ref().map_or("nobody", |caller| caller.subject()).to_owned()
}

#[get("/open")]
fn anybody(_anybody: Open) -> &'static str {
    "anybody"
}

#[rocket::async_test]
async fn a_good_credential_is_admitted() {
    let site = Site::new();
    let client = site.serve(routes![orders]).await;
    for (credential, body) in
        [(session(&client).await, "alice by Session"), (key(&client).await, "alice by ApiKey")]
    {
        let response = client.get("/orders").header(credential).dispatch().await;
        assert_eq!(response.into_string().await.unwrap(), body);
    }
}

/// One verification a request, however many guards.
#[rocket::async_test]
async fn guards_share_one_read() {
    let site = Site::new();
    let client = site.serve(routes![twice]).await;
    let response = client.get("/twice").header(key(&client).await).dispatch().await;
    assert_eq!(response.into_string().await.unwrap(), "alice alice");
    assert_eq!(site.reads.get(), 1);
}

#[rocket::async_test]
async fn nobody_is_no_bad_credential() {
    let site = Site::new();
    let client = site.serve(routes![maybe]).await;
    let nobody = client.get("/maybe").dispatch().await;
    assert_eq!(nobody.into_string().await.unwrap(), "nobody");
    let bad = client.get("/maybe").header(Header::new("x-api-key", "ord_test_bad")).dispatch().await;
    assert_eq!(bad.status(), Status::Unauthorized);
    let good = client.get("/maybe").header(key(&client).await).dispatch().await;
    assert_eq!(good.into_string().await.unwrap(), "alice");
}

#[rocket::async_test]
async fn an_open_route_reads_nothing() {
    let site = Site::new();
    let client = site.serve(routes![anybody]).await;
    let response = client.get("/open").header(Header::new("x-api-key", "bad")).dispatch().await;
    assert_eq!(response.into_string().await.unwrap(), "anybody");
    assert_eq!(site.reads.get(), 0);
}

/// Rocket answers `HEAD` by the route of `GET`; core still hears `HEAD`.
#[rocket::async_test]
async fn head_stays_head() {
    let site = Site::new();
    let client = site.serve(routes![orders]).await;
    let response = client.head("/orders").header(Header::new("x-api-key", "bad")).dispatch().await;
    assert_eq!(response.status(), Status::Unauthorized);
    assert_eq!(response.into_string().await.unwrap_or_default(), "");
    let events = site.events.all();
    let failed = events.iter().find(|event| event.kind == EventKind::AuthnFail).unwrap();
    assert_eq!(failed.method, "HEAD");
}
