//! When Rocket does not launch.

use portcullis_rocket::{Auth, GateFairing, MaybeAuth, Open, Visit, open, require};
use rocket::{
    Build, Data, Request, Rocket, Route, error::ErrorKind, fairing::AdHoc, get, http::Method, route::Handler,
    route::Outcome, routes,
};

use crate::site::{ReadOrders, Site, bare};

#[get("/auth")]
fn auth(_caller: Auth<ReadOrders>) {}

#[get("/option")]
fn option(_caller: Option<Auth<ReadOrders>>) {}

#[get("/maybe")]
fn maybe(_caller: MaybeAuth<ReadOrders>) {}

#[get("/open")]
fn anybody(_anybody: Open) {}

#[get("/visit")]
fn visit(_visit: Visit) {}

#[get("/plain")]
fn plain() {}

#[get("/ruled")]
fn ruled() {}

#[get("/health")]
fn health() {}

/// Whether a sentinel kept it on the ground.
async fn aborts(rocket: Rocket<Build>) -> bool {
    match rocket.ignite().await {
        Ok(_) => false,
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::SentinelAborts(_)), "{error}");
            true
        }
    }
}

#[rocket::async_test]
async fn guards_without_a_gate() {
    for route in [routes![auth], routes![option], routes![maybe], routes![anybody], routes![visit]] {
        assert!(aborts(bare().mount("/", route.clone())).await, "{route:?}");
        assert!(!aborts(Site::new().rocket(route)).await);
    }
}

#[rocket::async_test]
async fn two_gates() {
    let site = Site::new();
    let error =
        site.rocket(routes![]).attach(GateFairing::new(site.gate.clone())).ignite().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::FailedFairings(_)), "{error}");
}

/// A Rocket that launches only with rules, and has some.
fn strict() -> Rocket<Build> {
    bare()
        .attach(GateFairing::new(Site::new().gate).every_route_ruled())
        .mount("/", require::<ReadOrders>(routes![ruled]))
        .mount("/", open(routes![health]))
}

#[rocket::async_test]
async fn routes_without_a_rule() {
    assert!(!aborts(strict()).await);
    assert!(aborts(strict().mount("/", routes![plain])).await);
    assert!(aborts(strict().mount("/", routes![auth])).await, "a guard of its own is not a rule");
    assert!(
        aborts(
            bare().mount("/", routes![plain]).attach(GateFairing::new(Site::new().gate).every_route_ruled())
        )
        .await
    );
    let later = AdHoc::on_ignite("later", |rocket| async { rocket.mount("/", routes![plain]) });
    assert!(aborts(strict().attach(later)).await);
}

/// A handler that holds a ruled one, and need not ask it.
#[derive(Clone)]
struct Around(Box<dyn Handler>);

#[rocket::async_trait]
impl Handler for Around {
    async fn handle<'r>(&self, request: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
        Outcome::from(request, std::any::type_name_of_val(&self.0))
    }
}

#[rocket::async_test]
async fn a_rule_inside_another_handler_speaks_for_nobody() {
    let inner = require::<ReadOrders>(routes![plain]).remove(0).handler;
    let around = Route::new(Method::Get, "/around", Around(inner));
    assert!(aborts(strict().mount("/", vec![around.clone()])).await);
    assert!(!aborts(strict().mount("/", open(vec![around]))).await);
}
