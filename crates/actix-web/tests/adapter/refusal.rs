//! What a refusal looks like, and that nothing swallows it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use actix_web::{
    App, Error, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::ErrorBadGateway,
    http::StatusCode,
    middleware::{Next, from_fn},
    web,
};
use portcullis::Problem;
use portcullis_actix_web::{Auth, GateMiddleware, MaybeAuth, Open, Refusal, Visit, respond};

use crate::site::{ReadOrders, Reply, gate, get, orders, post, routes, serve, service};

fn assert_challenged(reply: &Reply) {
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{reply:?}");
    let challenges = [r#"ApiKey realm="orders", header="X-API-Key""#, r#"Session realm="orders""#];
    assert_eq!(reply.values("www-authenticate"), challenges);
    assert_eq!(reply.values("content-type"), ["application/problem+json"]);
    assert_eq!(reply.values("cache-control"), ["no-store"]);
    assert_eq!(reply.values("vary"), ["Authorization, X-API-Key, Cookie"]);
    let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(body["status"], 401);
}

#[actix_web::test]
async fn a_refusal_is_a_problem_with_challenges() {
    let ask = service(|_| ()).await;
    assert_challenged(&ask(get("/orders")).await);
    let two = get("/orders").insert_header(("authorization", "Bearer x")).insert_header(("x-api-key", "y"));
    assert_eq!(ask(two).await.status, StatusCode::BAD_REQUEST);
}

#[actix_web::test]
async fn a_handler_cannot_swallow_a_refusal() {
    let ask = service(|config| {
        let option = |caller: Option<Auth<ReadOrders>>| async move { format!("{}", caller.is_some()) };
        let result = |caller: Result<Auth<ReadOrders>, Refusal>| async move { format!("{}", caller.is_ok()) };
        let error = |caller: Result<Auth<ReadOrders>, Error>| async move { format!("{}", caller.is_ok()) };
        let maybe = |caller: Option<MaybeAuth<ReadOrders>>| async move { format!("{}", caller.is_some()) };
        config.route("/option", web::get().to(option)).route("/result", web::get().to(result));
        config.route("/error", web::get().to(error)).route("/maybe", web::get().to(maybe));
    })
    .await;
    for path in ["/option", "/result", "/error"] {
        assert_challenged(&ask(get(path)).await);
    }
    assert_eq!(ask(get("/maybe")).await.text(), "true");
    let bad = ask(get("/maybe").insert_header(("x-api-key", "ord_live_bad"))).await;
    assert_challenged(&bad);
}

#[actix_web::test]
async fn a_refusal_outranks_the_error_of_a_middleware() {
    async fn fails(
        request: ServiceRequest,
        next: Next<impl MessageBody + 'static>,
    ) -> Result<ServiceResponse, Error> {
        next.call(request).await?;
        Err(ErrorBadGateway("upstream"))
    }
    let ask = service(|config| {
        config.service(
            web::scope("/fails").wrap(from_fn(fails)).configure(|config| routes().configure(config)),
        );
    })
    .await;
    assert_challenged(&ask(get("/fails/orders")).await);
    assert_eq!(ask(get("/fails/optional")).await.status, StatusCode::BAD_GATEWAY);
}

#[actix_web::test]
async fn a_missing_gate_is_a_clear_failure() {
    let none = |_: Open| async { "open" };
    let visit = |_: Visit| async { "visit" };
    let app = App::new().route("/orders", web::get().to(orders)).route("/open", web::get().to(none));
    let ask = serve!(app.route("/visit", web::get().to(visit)));
    for path in ["/orders", "/open", "/visit"] {
        let reply = ask(get(path)).await;
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(reply.text().contains("wrap it in the gate"), "{}", reply.text());
    }
}

#[actix_web::test]
async fn two_gates_are_a_clear_failure() {
    let inner = web::scope("/in").wrap(GateMiddleware::new(gate())).route("/orders", web::get().to(orders));
    let ask = serve!(App::new().service(inner).wrap(GateMiddleware::new(gate())));
    let reply = ask(get("/in/orders")).await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(reply.text().contains("two gates"), "{}", reply.text());
}

#[actix_web::test]
async fn a_cross_site_write_is_refused_before_every_handler() {
    let runs = Arc::new(AtomicUsize::new(0));
    let counter = runs.clone();
    let ask = service(move |config| {
        let handler = move || {
            counter.fetch_add(1, Relaxed);
            async { "ran" }
        };
        config.route("/unguarded", web::to(handler));
    })
    .await;
    let foreign = |path| post(path).insert_header(("sec-fetch-site", "cross-site"));
    for path in ["/unguarded", "/login", "/orders", "/nowhere"] {
        let reply = ask(foreign(path)).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(reply.values("vary"), ["Sec-Fetch-Site, Origin"]);
        assert_eq!(reply.values("set-cookie"), [""; 0]);
    }
    assert_eq!(runs.load(Relaxed), 0);
    assert_eq!(ask(post("/unguarded")).await.text(), "ran");
}

#[actix_web::test]
async fn an_application_answers_its_own_problems_alike() {
    let problem = |_: Open| async { respond(&Problem::new(409).detail("taken").answer(false)) };
    let ask = service(|config| {
        config.route("/taken", web::get().to(problem));
    })
    .await;
    let reply = ask(get("/taken")).await;
    assert_eq!(reply.status, StatusCode::CONFLICT);
    assert_eq!(reply.values("content-type"), ["application/problem+json"]);
}

#[actix_web::test]
async fn what_http_does_not_know_is_our_failure() {
    assert_eq!(respond(&Problem::new(99).answer(false)).status(), StatusCode::INTERNAL_SERVER_ERROR);
    let _: HttpResponse = respond(&Problem::new(404).answer(true));
}
