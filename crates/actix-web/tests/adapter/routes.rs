//! What is registered is listed, and answers.

use actix_web::{
    App,
    http::{Method, StatusCode},
    test::TestRequest,
    web::{self, Bytes, Query},
};
use portcullis::Authenticated;
use portcullis_actix_web::{Auth, GateMiddleware, Open, Routes, to};

use crate::site::{gate, orders, routes, serve, service};

#[test]
fn every_route_is_listed_with_its_guard() {
    let lines: Vec<_> = routes().list().iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "GET /orders ReadOrders",
            "POST /orders WriteOrders",
            "GET /optional optional ReadOrders",
            "POST /login open",
            "POST /logout open",
            "POST /keys SessionOnly",
        ]
    );
}

#[actix_web::test]
async fn the_methods_of_a_path_share_a_resource() {
    let ask = service(|_| ()).await;
    for (method, status) in [
        (Method::GET, StatusCode::UNAUTHORIZED),
        (Method::POST, StatusCode::UNAUTHORIZED),
        (Method::HEAD, StatusCode::METHOD_NOT_ALLOWED),
        (Method::PUT, StatusCode::METHOD_NOT_ALLOWED),
        (Method::from_bytes(b"JEFF").unwrap(), StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let reply = ask(TestRequest::with_uri("/orders").method(method.clone())).await;
        assert_eq!(reply.status, status, "{method}");
        if status == StatusCode::METHOD_NOT_ALLOWED {
            assert_eq!(reply.values("allow"), ["GET, POST"]);
        }
    }
}

#[actix_web::test]
async fn every_method_has_a_word() {
    async fn ok(_: Open) -> &'static str {
        "ok"
    }
    let routes = Routes::new().get("/", ok).head("/", ok).post("/", ok).put("/", ok).patch("/", ok);
    let routes = routes.delete("/", ok).on(Method::OPTIONS, "/", ok);
    let methods: Vec<_> = routes.list().iter().map(|route| route.method().to_owned()).collect();
    let app = App::new().configure(|config| routes.configure(config)).wrap(GateMiddleware::new(gate()));
    let ask = serve!(app);
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        assert!(methods.iter().any(|known| known == method));
        let reply = ask(TestRequest::with_uri("/").method(method.parse().unwrap())).await;
        assert_eq!(reply.status, StatusCode::OK, "{method}");
    }
}

#[actix_web::test]
async fn a_scope_takes_routes_and_a_single_route_needs_none() {
    let app = App::new()
        .service(web::scope("/v1").configure(|config| routes().configure(config)))
        .route("/orders", to(orders).method(Method::GET))
        .wrap(GateMiddleware::new(gate()));
    let ask = serve!(app);
    for path in ["/v1/orders", "/orders"] {
        let reply = ask(TestRequest::with_uri(path)).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    }
}

/// Sixteen arguments, as many as actix-web itself takes.
#[test]
fn a_guard_may_have_many_arguments_behind_it() {
    type Q = Query<()>;
    let _ = to(|_: Open, _: Q, _: Bytes| async { "" });
    let _ = to(|_: Auth<Authenticated>, _: Q, _: Q, _: Q, _: Q, _: Q, _: Q, _: Q, _: Q| async { "" });
    let _ = to(
        |_: Open,
         _: Q,
         _: Q,
         _: Q,
         _: Q,
         _: Q,
         _: Q,
         _: Q,
         _: Q,
         _: Q,
         _: Q,
         _: Q,
         _: Q,
         _: Q,
         _: Q,
         _: Q| { async { "" } },
    );
}
