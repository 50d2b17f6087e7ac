//! Rules before whole lists of routes.

use portcullis_rocket::{Auth, list, open, optional, require};
use rocket::{
    State, get,
    http::{Header, Method, Status},
    local::asynchronous::Client,
    post,
    request::{FromRequest, Outcome, Request},
    routes,
};

use crate::site::{Count, ReadOrders, Site, WriteOrders, key, ran, session};

#[get("/")]
fn index(count: &State<Count>) -> &'static str {
    ran(count)
}

#[post("/")]
fn create(count: &State<Count>) -> &'static str {
    ran(count)
}

#[get("/health")]
fn health() -> &'static str {
    "ok"
}

#[get("/own")]
fn own(caller: Auth<ReadOrders>) -> String {
    caller.subject().to_owned()
}

/// A guard of the application's that always forwards.
struct Forward;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Forward {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        request.rocket().state::<Count>().unwrap().up();
        Outcome::Forward(Status::NotFound)
    }
}

#[get("/forward", rank = 1)]
fn first(_forward: Forward) {}

#[get("/forward", rank = 2)]
fn second(count: &State<Count>) -> &'static str {
    ran(count)
}

/// Z-01: refused before anything of the handler runs, which takes no guard itself.
#[rocket::async_test]
async fn nothing_of_a_handler_runs() {
    let site = Site::new();
    let client = site.serve(require::<ReadOrders>(routes![index, create, first])).await;
    for (method, path) in [
        (Method::Get, "/"),
        (Method::Head, "/"),
        (Method::Post, "/"),
        (Method::Get, "/forward"),
        (Method::Head, "/forward"),
    ] {
        let response = client.req(method, path).dispatch().await;
        assert_eq!(response.status(), Status::Unauthorized, "{method} {path}");
    }
    let bad = client.get("/").header(Header::new("x-api-key", "bad")).dispatch().await;
    assert_eq!(bad.status(), Status::Unauthorized);
    assert_eq!(site.ran.get(), 0);
    let admitted = client.get("/").header(key(&client).await).dispatch().await;
    assert_eq!(admitted.into_string().await.unwrap(), "ran");
}

/// What one handler passes on, the next one's own rule decides.
#[rocket::async_test]
async fn forwarding_leads_past_no_rule() {
    let site = Site::new();
    let mut routes = open(routes![first]);
    routes.extend(require::<WriteOrders>(routes![second]));
    let client = site.serve(routes).await;
    assert_eq!(client.get("/forward").dispatch().await.status(), Status::Unauthorized);
    let response = client.get("/forward").header(session(&client).await).dispatch().await;
    assert_eq!(response.status(), Status::Forbidden);
    assert_eq!(site.ran.get(), 2, "only the first one's guard ran, once each time");
}

#[rocket::async_test]
async fn optional_routes_refuse_bad_credentials() {
    let site = Site::new();
    let client = site.serve(optional::<ReadOrders>(routes![index])).await;
    assert_eq!(client.get("/").dispatch().await.status(), Status::Ok);
    let bad = client.get("/").header(Header::new("x-api-key", "bad")).dispatch().await;
    assert_eq!(bad.status(), Status::Unauthorized);
    assert_eq!(site.ran.get(), 1);
}

#[rocket::async_test]
async fn the_list_names_rules() {
    let rocket = Site::new()
        .rocket(routes![own])
        .mount("/orders", require::<WriteOrders>(require::<ReadOrders>(routes![index, create])))
        .mount("/maybe", optional::<ReadOrders>(routes![index]))
        .mount("/", open(routes![health]));
    let expected = [
        "GET /health open",
        "GET /maybe optional ReadOrders",
        "GET /orders WriteOrders",
        "POST /orders WriteOrders",
    ];
    let lines = |list: Vec<portcullis::Route>| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(lines(list(&rocket)), expected);
    let client = Client::untracked(rocket).await.unwrap();
    assert_eq!(lines(list(client.rocket())), expected);
}

#[rocket::async_test]
async fn without_a_gate_nothing_runs() {
    let count = Count::default();
    let routes = [require::<ReadOrders>(routes![index]), open(routes![health])].concat();
    let rocket = crate::site::bare().manage(count.clone()).mount("/", routes);
    let client = Client::untracked(rocket).await.unwrap();
    for path in ["/", "/health"] {
        let response = client.get(path).dispatch().await;
        assert_eq!(response.status(), Status::InternalServerError);
        assert!(response.into_string().await.unwrap().contains("urn:portcullis:problem:no-gate"));
    }
    assert_eq!(count.get(), 0);
}
