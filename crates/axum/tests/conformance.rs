//! The shared suite on axum.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{net::SocketAddr, process::ExitCode, sync::Arc, sync::OnceLock};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use portcullis::{ApiKeyOnly, Authenticated, JwtOnly, SessionOnly};
use portcullis_axum::{Auth, MaybeAuth, Open, Refusal, Routes, Visit, gate, require, respond};
use portcullis_conformance::{
    Adapter, Exception, Server, World,
    fixture::{self, Admin, Fresh, Machine, Own, Page, Read, Vault, Write},
    run,
};
use tokio::{net::TcpListener, runtime::Runtime};

struct Axum;

impl Adapter for Axum {
    const NAME: &'static str = "axum";

    fn serve(world: Arc<World>) -> Server {
        static RUNTIME: OnceLock<Runtime> = OnceLock::new();
        let runtime = RUNTIME.get_or_init(|| Runtime::new().unwrap());
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let service = app(world).into_make_service_with_connect_info::<SocketAddr>();
        let serving = runtime.spawn(async move { axum::serve(listener, service).await });
        Server::new(address, move || serving.abort())
    }
}

type Answered = Result<Response, Refusal>;
type Shared = State<Arc<World>>;

fn app(world: Arc<World>) -> Router {
    let ruled = Router::new()
        .route("/count", get(count).post(count))
        .nest("/deep", Router::new().route("/count", get(count)))
        .fallback(count_fallback)
        .layer(require::<Read>());
    let routes = Routes::new()
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
        .post("/tokens", mint);
    routes
        .into_router()
        .route("/swallow", get(swallow))
        .nest("/ruled", ruled)
        .layer(gate(world.gate()))
        .with_state(world)
}

async fn swallow(caller: Result<Auth<Read>, Refusal>) -> Response {
    respond(&fixture::swallow(caller.is_ok()))
}

async fn count(State(world): Shared) -> Response {
    world.count();
    respond(&fixture::public())
}

async fn count_fallback() -> axum::http::StatusCode {
    axum::http::StatusCode::NOT_FOUND
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

async fn end_session(caller: Auth<Own>, visit: Visit, Path(handle): Path<String>) -> Answered {
    Ok(respond(&fixture::end_session(&visit, &caller, &handle).await?))
}

async fn create_key(caller: Auth<Own>, visit: Visit, body: Bytes) -> Answered {
    Ok(respond(&fixture::create_key(&visit, &caller, &body).await?))
}

async fn list_keys(caller: Auth<SessionOnly>, visit: Visit) -> Answered {
    Ok(respond(&fixture::list_keys(&visit, &caller).await?))
}

async fn revoke_key(caller: Auth<SessionOnly>, visit: Visit, Path(id): Path<String>) -> Answered {
    Ok(respond(&fixture::revoke_key(&visit, &caller, &id).await?))
}

async fn mint(caller: Auth<Own>, visit: Visit, State(world): Shared, body: Bytes) -> Answered {
    Ok(respond(&fixture::mint(&world, &visit, &caller, &body).await?))
}

fn main() -> ExitCode {
    run::<Axum>(&[Exception {
        case: "http::a_nul_is_refused",
        status: 400,
        reason: "hyper refuses the request before the service sees it",
    }])
}
