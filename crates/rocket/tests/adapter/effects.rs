//! What the visit recorded reaches the client, whatever became of the handler.

use portcullis_rocket::{Refusal, Visit};
use rocket::{
    Route,
    http::{CookieJar, Status},
    post, routes,
};

use crate::site::{Site, all, log_in};

#[post("/jar")]
async fn jar(visit: Visit, jar: &CookieJar<'_>) -> Result<(), Refusal> {
    log_in(&visit).await?;
    jar.add(("theme", "dark"));
    Ok(())
}

#[post("/fails")]
async fn fails(visit: Visit) -> Result<(), Status> {
    log_in(&visit).await.map_err(|_| Status::ImATeapot)?;
    Err(Status::BadGateway)
}

#[post("/panics")]
async fn panics(visit: Visit) -> Result<(), Refusal> {
    log_in(&visit).await?;
    panic!("after the store has changed")
}

fn logins() -> Vec<Route> {
    routes![jar, fails, panics]
}

#[rocket::async_test]
async fn the_handlers_own_cookies_stay() {
    let client = Site::new().serve(logins()).await;
    let response = client.post("/jar").dispatch().await;
    let cookies = all(&response, "set-cookie");
    assert_eq!(cookies.len(), 2);
    assert!(cookies.iter().any(|cookie| cookie.starts_with("theme=dark;")));
    assert!(cookies.iter().any(|cookie| cookie.starts_with("__Host-id=")));
}

#[rocket::async_test]
async fn a_failing_handler_loses_no_cookie() {
    let client = Site::new().serve(logins()).await;
    for (path, status) in [("/fails", Status::BadGateway), ("/panics", Status::InternalServerError)] {
        let response = client.post(path).dispatch().await;
        assert_eq!(response.status(), status);
        assert!(all(&response, "set-cookie")[0].starts_with("__Host-id="), "{path}");
        assert_eq!(all(&response, "cache-control"), ["no-store"]);
    }
}
