//! Z-01: a scope under a rule refuses before anything in it runs.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use actix_web::{
    App, HttpResponse,
    http::{Method, StatusCode},
    test::TestRequest,
    web,
};
use portcullis_actix_web::{GateMiddleware, require};

use crate::site::{ReadOrders, gate, get, post, serve, service};

/// A scope that counts every run of anything in it.
fn counting(runs: &Arc<AtomicUsize>) -> impl FnOnce(&mut web::ServiceConfig) + use<> {
    let runs = runs.clone();
    move |config| {
        let count = move || {
            runs.fetch_add(1, Relaxed);
            async { HttpResponse::Ok().body("ran") }
        };
        let nested = web::scope("/nested").service(web::resource("/x").get(count.clone()));
        let scope = web::scope("/admin")
            .service(web::resource("/x").get(count.clone()).default_service(web::to(count.clone())))
            .service(nested)
            .route("/any", web::to(count.clone()))
            .default_service(web::to(count))
            .wrap(require::<ReadOrders>());
        config.service(scope);
    }
}

#[actix_web::test]
async fn nothing_in_the_scope_runs() {
    let runs = Arc::new(AtomicUsize::new(0));
    let ask = service(counting(&runs)).await;
    let unknown = Method::from_bytes(b"JEFF").unwrap();
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::OPTIONS, unknown] {
        for path in
            ["/admin/x", "/admin/nested/x", "/admin/nested/none", "/admin/any", "/admin/none", "/admin"]
        {
            let reply = ask(TestRequest::with_uri(path).method(method.clone())).await;
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{method} {path}");
            assert_eq!(reply.values("www-authenticate").len(), 2);
        }
    }
    let upgrade =
        get("/admin/x").insert_header(("upgrade", "websocket")).insert_header(("connection", "upgrade"));
    assert_eq!(ask(upgrade).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(runs.load(Relaxed), 0);
}

#[actix_web::test]
async fn whom_the_rule_admits_gets_in() {
    let runs = Arc::new(AtomicUsize::new(0));
    let ask = service(counting(&runs)).await;
    let cookie = ask(post("/login")).await.session();
    for path in ["/admin/x", "/admin/nested/x", "/admin/any", "/admin/none"] {
        let reply = ask(get(path).insert_header(("cookie", cookie.as_str()))).await;
        assert_eq!(reply.text(), "ran", "{path}");
        assert_eq!(reply.values("cache-control"), ["no-store"]);
    }
    assert_eq!(runs.load(Relaxed), 4);
}

#[actix_web::test]
async fn a_rule_outside_the_gate_is_a_clear_failure() {
    let app = App::new().route("/", web::to(|| async { "ran" }));
    let app = app.wrap(GateMiddleware::new(gate())).wrap(require::<ReadOrders>());
    let reply = serve!(app)(get("/")).await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(reply.text().contains("wrap it in the gate"), "{}", reply.text());
}
