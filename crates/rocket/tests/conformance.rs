//! The shared suite on Rocket.

#![expect(clippy::needless_pass_by_value, reason = "Rocket passes guards by value")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    process::ExitCode,
    sync::{Arc, OnceLock, mpsc::channel},
};

use portcullis::{Answer, ApiKeyOnly, Authenticated, JwtOnly, SessionOnly};
use portcullis_conformance::{
    Adapter, Exception, Server, World,
    fixture::{self, Admin, Fresh, Machine, Own, Page, Read, Vault, Write},
    run,
};
use portcullis_rocket::{Auth, GateFairing, MaybeAuth, Open, Refusal, Visit, require, respond};
use rocket::{
    Build, Config, Request, Response, Rocket, State, config::LogLevel, delete, fairing::AdHoc, get, post,
    response::Responder, routes, tokio::runtime::Runtime,
};

struct OnRocket;

impl Adapter for OnRocket {
    const NAME: &'static str = "rocket";

    fn serve(world: Arc<World>) -> Server {
        static RUNTIME: OnceLock<Runtime> = OnceLock::new();
        let runtime = RUNTIME.get_or_init(|| Runtime::new().unwrap());
        let (started, starts) = channel();
        let liftoff = AdHoc::on_liftoff("started", move |rocket| {
            let port = rocket.config().port;
            Box::pin(async move { started.send((port, rocket.shutdown())).unwrap() })
        });
        let serving = runtime.spawn(app(world).attach(liftoff).launch());
        let (port, shutdown) = starts.recv().unwrap();
        Server::new(([127, 0, 0, 1], port).into(), move || {
            shutdown.notify();
            runtime.block_on(serving).unwrap().unwrap();
        })
    }
}

fn app(world: Arc<World>) -> Rocket<Build> {
    let mut config = Config { port: 0, log_level: LogLevel::Off, ..Config::debug_default() };
    config.shutdown.ctrlc = false;
    // The suite's clients close each connection themselves.
    (config.shutdown.grace, config.shutdown.mercy) = (0, 0);
    let guarded = routes![
        public,
        optional,
        me,
        read,
        write,
        session,
        key,
        token,
        machine,
        admin,
        fresh,
        vault,
        page,
        twice,
        swallow,
        theme,
        log_in,
        log_out,
        fail,
        reauthenticate,
        list_sessions,
        end_others,
        end_session,
        create_key,
        list_keys,
        revoke_key,
        mint
    ];
    rocket::custom(config)
        .attach(GateFairing::new(world.gate()))
        .manage(world)
        .mount("/", guarded)
        .mount("/ruled", require::<Read>(routes![count, count_post]))
        .mount("/ruled/deep", require::<Read>(routes![count]))
}

/// Core's answer as a responder.
struct Out(Answer);

impl<'r> Responder<'r, 'static> for Out {
    fn respond_to(self, _: &'r Request<'_>) -> rocket::response::Result<'static> {
        let response: Response<'static> = respond(&self.0);
        Ok(response)
    }
}

type Answered = Result<Out, Refusal>;
type Shared = State<Arc<World>>;

#[get("/public")]
fn public(_open: Open) -> Out {
    Out(fixture::public())
}

#[get("/optional")]
fn optional(caller: MaybeAuth<Authenticated>) -> Out {
    Out(fixture::optional(caller.as_ref()))
}

#[post("/write")]
fn write(caller: Auth<Write>) -> Out {
    Out(fixture::who(&caller))
}

/// A route that says who is calling.
macro_rules! who {
    ($($name:ident $path:literal $rule:ty;)+) => {
        $(#[get($path)]
        fn $name(caller: Auth<$rule>) -> Out {
            Out(fixture::who(&caller))
        })+
    };
}

who! {
    me "/me" Authenticated;
    read "/read" Read;
    session "/session" SessionOnly;
    key "/key" ApiKeyOnly;
    token "/token" JwtOnly;
    admin "/admin" Admin;
    fresh "/fresh" Fresh;
    vault "/vault" Vault;
    page "/page" Page;
}

#[get("/machine")]
fn machine(caller: Auth<Machine>) -> Out {
    Out(fixture::who(caller.principal()))
}

#[get("/twice")]
fn twice(_first: Auth<Read>, caller: Auth<Authenticated>) -> Out {
    Out(fixture::who(&caller))
}

#[get("/swallow")]
fn swallow(caller: Option<Auth<Read>>) -> Out {
    Out(fixture::swallow(caller.is_some()))
}

#[get("/theme")]
fn theme(_caller: Auth<SessionOnly>) -> Out {
    Out(fixture::theme())
}

#[get("/count")]
fn count(world: &Shared) -> Out {
    world.count();
    Out(fixture::public())
}

#[post("/count")]
fn count_post(world: &Shared) -> Out {
    count(world)
}

#[post("/login", data = "<body>")]
async fn log_in(_open: Open, visit: Visit, body: Vec<u8>) -> Answered {
    Ok(Out(fixture::log_in(&visit, &body).await?))
}

#[post("/logout")]
async fn log_out(_open: Open, visit: Visit) -> Answered {
    Ok(Out(fixture::log_out(&visit).await?))
}

#[post("/fails", data = "<body>")]
async fn fail(_open: Open, visit: Visit, body: Vec<u8>) -> Answered {
    Ok(Out(fixture::fail(&visit, &body).await?))
}

#[post("/reauthenticate", data = "<body>")]
async fn reauthenticate(caller: Auth<SessionOnly>, visit: Visit, body: Vec<u8>) -> Answered {
    Ok(Out(fixture::reauthenticate(&visit, &caller, &body).await?))
}

#[get("/sessions")]
async fn list_sessions(caller: Auth<SessionOnly>, visit: Visit) -> Answered {
    Ok(Out(fixture::list_sessions(&visit, &caller).await?))
}

#[delete("/sessions")]
async fn end_others(caller: Auth<Own>, visit: Visit) -> Answered {
    Ok(Out(fixture::end_others(&visit, &caller).await?))
}

#[delete("/sessions/<handle>")]
async fn end_session(caller: Auth<Own>, visit: Visit, handle: &str) -> Answered {
    Ok(Out(fixture::end_session(&visit, &caller, handle).await?))
}

#[post("/keys", data = "<body>")]
async fn create_key(caller: Auth<Own>, visit: Visit, body: Vec<u8>) -> Answered {
    Ok(Out(fixture::create_key(&visit, &caller, &body).await?))
}

#[get("/keys")]
async fn list_keys(caller: Auth<SessionOnly>, visit: Visit) -> Answered {
    Ok(Out(fixture::list_keys(&visit, &caller).await?))
}

#[delete("/keys/<id>")]
async fn revoke_key(caller: Auth<SessionOnly>, visit: Visit, id: &str) -> Answered {
    Ok(Out(fixture::revoke_key(&visit, &caller, id).await?))
}

#[post("/tokens", data = "<body>")]
async fn mint(caller: Auth<Own>, visit: Visit, world: &Shared, body: Vec<u8>) -> Answered {
    Ok(Out(fixture::mint(world, &visit, &caller, &body).await?))
}

fn main() -> ExitCode {
    run::<OnRocket>(&[
        Exception {
            case: "http::a_nul_is_refused",
            status: 400,
            reason: "hyper refuses the request before Rocket sees it",
        },
        Exception {
            case: "http::bytes_that_are_no_text_are_refused",
            status: 401,
            reason: "Rocket drops header values that are no UTF-8, so there is no credential at all",
        },
        Exception {
            case: "http::put_is_guarded",
            status: 404,
            reason: "Rocket takes a path without a route for the method for an unknown one",
        },
        Exception {
            case: "http::unknown_methods_are_guarded",
            status: 400,
            reason: "Rocket refuses methods that it does not know",
        },
        Exception {
            case: "http::normalised_spellings_are_not_served",
            status: 401,
            reason: "Rocket normalises the path before it looks for a route: the guard is there",
        },
        Exception {
            case: "http::escaped_spellings_are_not_served",
            status: 401,
            reason: "Rocket normalises the path before it looks for a route: the guard is there",
        },
        Exception {
            case: "sessions::get_does_not_log_out",
            status: 404,
            reason: "Rocket takes a path without a route for the method for an unknown one",
        },
        Exception {
            case: "origin::options_are_allowed",
            status: 404,
            reason: "Rocket takes a path without a route for the method for an unknown one",
        },
        Exception {
            case: "adapters::a_ruled_router_refuses_methods_without_a_handler",
            status: 404,
            reason: "Rocket takes a path without a route for the method for an unknown one",
        },
    ])
}
