//! What a refusal looks like, and that nothing swallows or shapes it.

use portcullis::Problem;
use portcullis_rocket::{Auth, GateFairing, Refusal, respond};
use rocket::{
    Request, Response, Route, catch, catchers,
    fairing::AdHoc,
    get,
    http::{CookieJar, Header, Status},
    local::asynchronous::{Client, LocalResponse},
    response::{self, Responder},
    routes,
};

use crate::site::{ReadOrders, Site, WriteOrders, all, bare, session};

#[get("/orders")]
fn orders(_caller: Auth<ReadOrders>) {}

#[get("/write")]
fn write(_caller: Auth<WriteOrders>) {}

/// A handler's answer that a refusal must not carry.
#[derive(Responder)]
#[response(status = 201)]
struct Swallowed(&'static str, Header<'static>);

fn swallowed(jar: &CookieJar<'_>) -> Swallowed {
    jar.add(("swallowed", "yes"));
    Swallowed("swallowed", Header::new("x-swallowed", "yes"))
}

#[get("/option")]
fn option(caller: Option<Auth<ReadOrders>>, jar: &CookieJar<'_>) -> Swallowed {
    assert!(caller.is_none());
    swallowed(jar)
}

#[get("/result")]
fn result(caller: Result<Auth<ReadOrders>, Refusal>, jar: &CookieJar<'_>) -> Swallowed {
    assert!(caller.is_err());
    swallowed(jar)
}

#[catch(401)]
fn catcher(request: &Request<'_>) -> Swallowed {
    swallowed(request.cookies())
}

struct Conflict;

impl<'r> Responder<'r, 'static> for Conflict {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let conflict: Response<'static> = respond(&Problem::new(409).answer(false));
        Ok(conflict)
    }
}

#[get("/conflict")]
fn conflict() -> Conflict {
    Conflict
}

fn guarded() -> Vec<Route> {
    routes![orders, write, option, result, conflict]
}

/// The whole header of a 401 that asks for both schemes.
async fn assert_refused(response: LocalResponse<'_>) {
    assert_eq!(response.status(), Status::Unauthorized);
    let challenges = [r#"ApiKey realm="orders", header="X-API-Key""#, r#"Session realm="orders""#];
    let mut names: Vec<_> = response.headers().iter().map(|h| h.name().to_string().to_lowercase()).collect();
    names.sort();
    assert_eq!(all(&response, "www-authenticate"), challenges);
    assert_eq!(all(&response, "content-type"), ["application/problem+json"]);
    assert_eq!(all(&response, "cache-control"), ["no-store"]);
    assert_eq!(all(&response, "x-content-type-options"), ["nosniff"]);
    let expected = [
        "cache-control",
        "content-type",
        "permissions-policy",
        "server",
        "vary",
        "www-authenticate",
        "www-authenticate",
        "x-content-type-options",
        "x-frame-options",
    ];
    assert_eq!(names, expected);
    assert!(response.into_string().await.unwrap().contains(r#""title":"Unauthorized""#));
}

#[rocket::async_test]
async fn a_problem_with_its_challenges() {
    let client = Site::new().serve(guarded()).await;
    assert_refused(client.get("/orders").dispatch().await).await;
}

#[rocket::async_test]
async fn a_missing_scope() {
    let client = Site::new().serve(guarded()).await;
    let response = client.get("/write").header(session(&client).await).dispatch().await;
    assert_eq!(response.status(), Status::Forbidden);
}

#[rocket::async_test]
async fn no_handler_swallows_it() {
    let client = Site::new().serve(guarded()).await;
    for path in ["/option", "/result"] {
        assert_refused(client.get(path).dispatch().await).await;
    }
}

#[rocket::async_test]
async fn no_catcher_shapes_it() {
    let rocket = Site::new().rocket(guarded()).register("/", catchers![catcher]);
    let client = Client::untracked(rocket).await.unwrap();
    assert_refused(client.get("/orders").dispatch().await).await;
}

/// The gate belongs before other fairings.
#[rocket::async_test]
async fn later_fairings_keep_their_say() {
    let say = |name| {
        AdHoc::on_response(name, move |_, response| {
            response.set_raw_header(name, "1");
            Box::pin(async {})
        })
    };
    let rocket = bare().attach(say("x-before")).attach(GateFairing::new(Site::new().gate));
    let rocket = rocket.attach(say("x-after")).mount("/", guarded());
    let client = Client::untracked(rocket).await.unwrap();
    let refused = client.get("/orders").dispatch().await;
    assert!(refused.headers().contains("x-after") && !refused.headers().contains("x-before"));
    let passed = client.get("/conflict").dispatch().await;
    assert!(passed.headers().contains("x-after") && passed.headers().contains("x-before"));
}

#[rocket::async_test]
async fn applications_answer_problems_too() {
    let client = Site::new().serve(guarded()).await;
    let response = client.get("/conflict").dispatch().await;
    assert_eq!(response.status(), Status::Conflict);
    assert_eq!(all(&response, "content-type"), ["application/problem+json"]);
}
