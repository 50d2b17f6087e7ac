//! Who gets in.

use actix_web::http::StatusCode;

use crate::site::{get, post, service};

#[actix_web::test]
async fn a_session_is_admitted_until_logout() {
    let ask = service(|_| ()).await;
    let cookie = ask(post("/login")).await.session();
    let with = |request: actix_web::test::TestRequest| request.insert_header(("cookie", cookie.as_str()));

    assert_eq!(ask(with(get("/orders"))).await.text(), "the orders of alice");
    assert_eq!(ask(with(get("/optional"))).await.text(), "alice");
    let out = ask(with(post("/logout"))).await;
    assert_eq!((out.status, out.text()), (StatusCode::OK, "goodbye"));
    assert!(out.values("set-cookie")[0].contains("Max-Age=0"), "{out:?}");
    assert_eq!(ask(with(get("/orders"))).await.status, StatusCode::UNAUTHORIZED);
}

#[actix_web::test]
async fn an_api_key_is_admitted_within_its_scopes() {
    let ask = service(|_| ()).await;
    let cookie = ask(post("/login")).await.session();
    let key = ask(post("/keys").insert_header(("cookie", cookie))).await;
    let key = ("x-api-key", key.text());

    let good = ask(get("/orders").insert_header(key)).await;
    assert_eq!(good.text(), "the orders of alice");
    assert_eq!(good.values("cache-control"), ["no-store"]);
    assert_eq!(good.values("vary"), ["Authorization, X-API-Key, Cookie"]);
    let beyond = ask(post("/orders").insert_header(key)).await;
    assert_eq!(beyond.status, StatusCode::FORBIDDEN);
}

#[actix_web::test]
async fn nobody_is_only_admitted_where_it_is_optional() {
    let ask = service(|_| ()).await;
    assert_eq!(ask(get("/optional")).await.text(), "nobody");
    let bad = ask(get("/optional").insert_header(("x-api-key", "ord_live_bad"))).await;
    assert_eq!(bad.status, StatusCode::UNAUTHORIZED);
}
