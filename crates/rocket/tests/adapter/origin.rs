//! The origin check stands before every route, and where there is none.

use portcullis::EventKind;
use rocket::{
    State, delete, get,
    http::{ContentType, Header, Status},
    local::asynchronous::Client,
    post, put, routes,
};

use crate::site::{Count, Site, cross_site, key, ran};

#[get("/thing")]
fn read(count: &State<Count>) -> &'static str {
    ran(count)
}

#[post("/thing")]
fn create(count: &State<Count>) -> &'static str {
    ran(count)
}

#[delete("/thing")]
fn end(count: &State<Count>) -> &'static str {
    ran(count)
}

#[put("/thing")]
fn early(count: &State<Count>) -> &'static str {
    ran(count)
}

async fn serve(site: &Site) -> Client {
    let mut routes = routes![read, create, end, early];
    for route in &mut routes {
        route.rank = isize::MIN + 1;
    }
    site.serve(routes).await
}

#[rocket::async_test]
async fn another_sites_page_reaches_no_handler() {
    let site = Site::new();
    let client = serve(&site).await;
    for request in
        [client.post("/thing"), client.delete("/thing"), client.put("/thing"), client.post("/nowhere")]
    {
        let response = request.header(cross_site()).dispatch().await;
        assert_eq!(response.status(), Status::Forbidden);
        assert!(response.into_string().await.unwrap().contains("urn:portcullis:problem:cross-site"));
    }
    assert_eq!(site.ran.get(), 0);
    assert!(site.events.all().iter().all(|event| event.kind == EventKind::Csrf));
}

#[rocket::async_test]
async fn ones_own_pages_and_safe_methods_go_on() {
    let site = Site::new();
    let client = serve(&site).await;
    let own = client.post("/thing").header(Header::new("sec-fetch-site", "same-origin")).dispatch().await;
    assert_eq!(own.into_string().await.unwrap(), "ran");
    let safe = client.get("/thing").header(cross_site()).dispatch().await;
    assert_eq!(safe.into_string().await.unwrap(), "ran");
    let explicit = client.post("/thing").header(cross_site()).header(key(&client).await).dispatch().await;
    assert_eq!(explicit.into_string().await.unwrap(), "ran");
    assert_eq!(client.post("/nowhere").dispatch().await.status(), Status::NotFound);
}

/// Rocket takes the method out of a form before anybody can look.
#[rocket::async_test]
async fn a_forms_method_hides_nothing() {
    let site = Site::new();
    let client = serve(&site).await;
    for body in ["_method=get", "_method=delete", "_method=head", "_method=options", "a=b"] {
        let request = client.post("/thing").header(ContentType::Form).body(body);
        let response = request.header(cross_site()).dispatch().await;
        assert_eq!(response.status(), Status::Forbidden, "{body}");
    }
    assert_eq!(site.ran.get(), 0);
    let own = client.post("/thing").header(ContentType::Form).body("_method=delete").dispatch().await;
    assert_eq!(own.into_string().await.unwrap(), "ran");
}

/// H-28: a page of another site opens no WebSocket.
#[rocket::async_test]
async fn upgrades_are_checked() {
    let site = Site::new();
    let client = serve(&site).await;
    let request = client.get("/thing").header(Header::new("upgrade", "websocket"));
    assert_eq!(request.header(cross_site()).dispatch().await.status(), Status::Forbidden);
    assert_eq!(site.ran.get(), 0);
}
