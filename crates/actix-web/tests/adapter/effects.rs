//! A cookie that the store knows reaches the client, whatever happens to the handler.

use actix_web::{
    Error, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::ErrorInternalServerError,
    http::StatusCode,
    middleware::{Next, from_fn},
    web,
};
use portcullis::{Factor, Grant};
use portcullis_actix_web::{Open, Refusal, Visit};

use crate::site::{get, login, post, service};

async fn log_in(visit: &Visit) -> Result<(), Refusal> {
    visit.log_in(Grant::new("alice", Factor::Password).scopes(["orders:read"])).await?;
    Ok(())
}

async fn fails(_: Open, visit: Visit) -> Result<&'static str, Error> {
    log_in(&visit).await?;
    Err(ErrorInternalServerError("the mail was not sent"))
}

async fn themed(_: Open, visit: Visit) -> Result<HttpResponse, Refusal> {
    log_in(&visit).await?;
    Ok(HttpResponse::Ok()
        .append_header(("set-cookie", "theme=dark"))
        .append_header(("vary", "Accept"))
        .finish())
}

/// Lets the handler log in, then fails.
async fn fails_afterwards(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    next.call(request).await?;
    Err(ErrorInternalServerError("the log is full"))
}

#[actix_web::test]
async fn a_failing_handler_keeps_the_cookie() {
    let ask = service(|config| {
        config.route("/fails", web::post().to(fails));
    })
    .await;
    let reply = ask(post("/fails")).await;
    assert_eq!((reply.status, reply.text()), (StatusCode::INTERNAL_SERVER_ERROR, "the mail was not sent"));
    let orders = ask(get("/orders").insert_header(("cookie", reply.session()))).await;
    assert_eq!(orders.text(), "the orders of alice");
}

#[actix_web::test]
async fn a_failing_middleware_keeps_the_cookie() {
    let ask = service(|config| {
        let scope = web::scope("/fails").wrap(from_fn(fails_afterwards));
        config.service(scope.route("/login", web::post().to(login)));
    })
    .await;
    let reply = ask(post("/fails/login")).await;
    assert_eq!((reply.status, reply.text()), (StatusCode::INTERNAL_SERVER_ERROR, "the log is full"));
    assert_eq!(reply.values("content-type"), ["text/plain; charset=utf-8"]);
    let orders = ask(get("/orders").insert_header(("cookie", reply.session()))).await;
    assert_eq!(orders.text(), "the orders of alice");
}

#[actix_web::test]
async fn the_handlers_own_header_stays() {
    let ask = service(|config| {
        config.route("/themed", web::post().to(themed));
    })
    .await;
    let reply = ask(post("/themed")).await;
    assert_eq!(reply.values("set-cookie").len(), 2, "{reply:?}");
    assert!(reply.values("set-cookie").contains(&"theme=dark"));
    assert_eq!(reply.values("vary"), ["Accept, Sec-Fetch-Site, Origin"]);
}
