//! The shared suite on actix-web.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{process::ExitCode, sync::Arc, thread};

use actix_web::{
    App, HttpResponse, HttpServer,
    web::{self, Bytes, Data, ServiceConfig},
};
use portcullis::{ApiKeyOnly, Authenticated, JwtOnly, SessionOnly};
use portcullis_actix_web::{Auth, GateMiddleware, MaybeAuth, Open, Refusal, Routes, Visit, require, respond};
use portcullis_conformance::{
    Adapter, Exception, Server, World,
    fixture::{self, Admin, Fresh, Machine, Own, Page, Read, Vault, Write},
    run,
};

struct ActixWeb;

impl Adapter for ActixWeb {
    const NAME: &'static str = "actix-web";

    fn serve(world: Arc<World>) -> Server {
        let (started, starts) = std::sync::mpsc::channel();
        let serving = thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    App::new()
                        .app_data(Data::from(world.clone()))
                        .configure(configure)
                        .wrap(GateMiddleware::new(world.gate()))
                });
                let server =
                    server.workers(1).disable_signals().shutdown_timeout(0).bind(("127.0.0.1", 0)).unwrap();
                let address = server.addrs()[0];
                let server = server.run();
                started.send((address, server.handle())).unwrap();
                server.await.unwrap();
            });
        });
        let (address, handle) = starts.recv().unwrap();
        Server::new(address, move || {
            // The command is sent when `stop` is called; its future only waits for the end.
            drop(handle.stop(false));
            serving.join().unwrap();
        })
    }
}

type Answered = Result<HttpResponse, Refusal>;

fn configure(config: &mut ServiceConfig) {
    let ruled = web::scope("/ruled")
        .wrap(require::<Read>())
        .service(web::resource("/count").get(count).post(count))
        .service(web::scope("/deep").service(web::resource("/count").get(count)));
    config.service(web::resource("/swallow").get(swallow)).service(ruled);
    routes().configure(config);
}

fn routes() -> Routes {
    Routes::new()
        .get("/public", async |_: Open| respond(&fixture::public()))
        .get("/optional", async |caller: MaybeAuth<Authenticated>| {
            respond(&fixture::optional(caller.as_ref()))
        })
        .get("/me", async |caller: Auth<Authenticated>| respond(&fixture::who(&caller)))
        .get("/read", async |caller: Auth<Read>| respond(&fixture::who(&caller)))
        .post("/write", async |caller: Auth<Write>| respond(&fixture::who(&caller)))
        .get("/session", async |caller: Auth<SessionOnly>| respond(&fixture::who(&caller)))
        .get("/key", async |caller: Auth<ApiKeyOnly>| respond(&fixture::who(&caller)))
        .get("/token", async |caller: Auth<JwtOnly>| respond(&fixture::who(&caller)))
        .get("/machine", async |caller: Auth<Machine>| respond(&fixture::who(caller.principal())))
        .get("/admin", async |caller: Auth<Admin>| respond(&fixture::who(&caller)))
        .get("/fresh", async |caller: Auth<Fresh>| respond(&fixture::who(&caller)))
        .get("/vault", async |caller: Auth<Vault>| respond(&fixture::who(&caller)))
        .get("/page", async |caller: Auth<Page>| respond(&fixture::who(&caller)))
        .get("/twice", async |_: Auth<Read>, caller: Auth<Authenticated>| respond(&fixture::who(&caller)))
        .get("/theme", async |_: Auth<SessionOnly>| respond(&fixture::theme()))
        .post("/login", log_in)
        .post("/logout", log_out)
        .post("/fails", fail)
        .post("/reauthenticate", reauthenticate)
        .get("/sessions", list_sessions)
        .delete("/sessions", end_others)
        .delete("/sessions/{handle}", end_session)
        .post("/keys", create_key)
        .get("/keys", list_keys)
        .delete("/keys/{id}", revoke_key)
        .post("/tokens", mint)
}

async fn swallow(caller: Option<Auth<Read>>) -> HttpResponse {
    respond(&fixture::swallow(caller.is_some()))
}

async fn count(world: Data<World>) -> HttpResponse {
    world.count();
    respond(&fixture::public())
}

async fn log_in(_: Open, visit: Visit, body: Bytes) -> Answered {
    Ok(respond(&fixture::log_in(&visit, &body).await?))
}

async fn log_out(_: Open, visit: Visit) -> Answered {
    Ok(respond(&fixture::log_out(&visit).await?))
}

async fn fail(_: Open, visit: Visit, body: Bytes) -> Answered {
    Ok(respond(&fixture::fail(&visit, &body).await?))
}

async fn reauthenticate(caller: Auth<SessionOnly>, visit: Visit, body: Bytes) -> Answered {
    Ok(respond(&fixture::reauthenticate(&visit, &caller, &body).await?))
}

async fn list_sessions(caller: Auth<SessionOnly>, visit: Visit) -> Answered {
    Ok(respond(&fixture::list_sessions(&visit, &caller).await?))
}

async fn end_others(caller: Auth<Own>, visit: Visit) -> Answered {
    Ok(respond(&fixture::end_others(&visit, &caller).await?))
}

async fn end_session(caller: Auth<Own>, visit: Visit, handle: web::Path<String>) -> Answered {
    Ok(respond(&fixture::end_session(&visit, &caller, &handle).await?))
}

async fn create_key(caller: Auth<Own>, visit: Visit, body: Bytes) -> Answered {
    Ok(respond(&fixture::create_key(&visit, &caller, &body).await?))
}

async fn list_keys(caller: Auth<SessionOnly>, visit: Visit) -> Answered {
    Ok(respond(&fixture::list_keys(&visit, &caller).await?))
}

async fn revoke_key(caller: Auth<SessionOnly>, visit: Visit, id: web::Path<String>) -> Answered {
    Ok(respond(&fixture::revoke_key(&visit, &caller, &id).await?))
}

async fn mint(caller: Auth<Own>, visit: Visit, world: Data<World>, body: Bytes) -> Answered {
    Ok(respond(&fixture::mint(&world, &visit, &caller, &body).await?))
}

fn main() -> ExitCode {
    run::<ActixWeb>(&[
        Exception {
            case: "http::a_nul_is_refused",
            status: 400,
            reason: "the parser refuses the request before the application sees it",
        },
        Exception {
            case: "http::head_is_guarded",
            status: 405,
            reason: "actix-web answers HEAD only where a route says so",
        },
        Exception {
            case: "origin::a_head_is_allowed",
            status: 405,
            reason: "actix-web answers HEAD only where a route says so",
        },
        Exception {
            case: "http::escaped_spellings_are_not_served",
            status: 401,
            reason: "actix-web decodes escaped letters before it looks for a route: the guard is there",
        },
    ])
}
