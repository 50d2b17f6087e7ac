//! A small site behind a gate, and how the tests talk to it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use portcullis::{
    ApiKeyRecord, ApiKeyStore, ApiKeys, Factor, Gate, Grant, Inserted, KeyFormat, MemoryApiKeys,
    MemoryEvents, MemorySessions, NewKey, Principal, Rule, SessionOnly, Sessions, StoreError, Timestamp,
    rule,
};
use portcullis_rocket::{Auth, GateFairing, Refusal, Visit};
use rocket::{
    Build, Config, Rocket, Route, State, async_trait,
    config::LogLevel,
    http::{Header, Status},
    local::asynchronous::{Client, LocalResponse},
    post, routes,
};

rule!(pub ReadOrders -> Principal = Rule::any_of(&[Session, ApiKey]).scope("orders:read"));
rule!(pub WriteOrders -> Principal = Rule::any_of(&[Session, ApiKey]).scope("orders:write"));

/// How often a handler ran that must not.
#[derive(Clone, Default)]
pub(crate) struct Count(pub(crate) Arc<AtomicUsize>);

impl Count {
    pub(crate) fn up(&self) {
        self.0.fetch_add(1, SeqCst);
    }

    pub(crate) fn get(&self) -> usize {
        self.0.load(SeqCst)
    }
}

/// API keys whose reads are counted.
struct Counted(MemoryApiKeys, Count);

#[async_trait]
impl ApiKeyStore for Counted {
    async fn insert(&self, record: ApiKeyRecord) -> Result<Inserted, StoreError> {
        self.0.insert(record).await
    }

    async fn find(&self, id: &str) -> Result<Option<ApiKeyRecord>, StoreError> {
        self.1.up();
        self.0.find(id).await
    }

    async fn revoke(&self, owner: &str, id: &str, at: Timestamp) -> Result<bool, StoreError> {
        self.0.revoke(owner, id, at).await
    }

    async fn record_use(&self, id: &str, at: Timestamp) -> Result<(), StoreError> {
        self.0.record_use(id, at).await
    }

    async fn list(&self, owner: &str) -> Result<Vec<ApiKeyRecord>, StoreError> {
        self.0.list(owner).await
    }
}

/// A site's parts that tests look into.
pub(crate) struct Site {
    pub(crate) gate: Gate,
    pub(crate) reads: Count,
    pub(crate) ran: Count,
    pub(crate) events: Arc<MemoryEvents>,
}

impl Site {
    pub(crate) fn new() -> Self {
        let (reads, events) = (Count::default(), Arc::new(MemoryEvents::new(100)));
        let format = KeyFormat::new("ord", "test").unwrap();
        let gate = Gate::builder()
            .realm("orders")
            .sessions(Sessions::new(MemorySessions::new()))
            .api_keys(ApiKeys::new(Counted(MemoryApiKeys::new(), reads.clone()), format))
            .events(events.clone())
            .build();
        Self { gate: gate.unwrap(), reads, ran: Count::default(), events }
    }

    /// Behind the gate: `POST /login`, `POST /keys` and these routes.
    pub(crate) fn rocket(&self, routes: Vec<Route>) -> Rocket<Build> {
        let fairing = GateFairing::new(self.gate.clone());
        bare().attach(fairing).manage(self.ran.clone()).mount("/", routes![login, keys]).mount("/", routes)
    }

    pub(crate) async fn serve(&self, routes: Vec<Route>) -> Client {
        Client::untracked(self.rocket(routes)).await.unwrap()
    }
}

/// A Rocket that says nothing.
pub(crate) fn bare() -> Rocket<Build> {
    rocket::custom(Config { port: 0, log_level: LogLevel::Off, ..Config::debug_default() })
}

#[post("/login")]
async fn login(visit: Visit) -> Result<Status, Refusal> {
    log_in(&visit).await?;
    Ok(Status::NoContent)
}

#[post("/keys")]
async fn keys(caller: Auth<SessionOnly>, visit: Visit) -> Result<String, Refusal> {
    let issued = visit.create_key(&caller, NewKey::new("ci").scopes(["orders:read"])).await?;
    Ok(String::from_utf8(issued.key.expose().to_vec()).unwrap())
}

pub(crate) async fn log_in(visit: &Visit) -> Result<(), Refusal> {
    visit.log_in(Grant::new("alice", Factor::Password).scopes(["orders:read"])).await?;
    Ok(())
}

/// Logs in and gives the cookie to send.
pub(crate) async fn session(client: &Client) -> Header<'static> {
    let response = client.post("/login").dispatch().await;
    let cookies = all(&response, "set-cookie");
    Header::new("cookie", cookies[0].split(';').next().unwrap().to_owned())
}

/// Logs in, makes a key and gives the header to send.
pub(crate) async fn key(client: &Client) -> Header<'static> {
    let response = client.post("/keys").header(session(client).await).dispatch().await;
    Header::new("x-api-key", response.into_string().await.unwrap())
}

/// What another site's page sends.
pub(crate) fn cross_site() -> Header<'static> {
    Header::new("sec-fetch-site", "cross-site")
}

/// Every value of a header.
pub(crate) fn all(response: &LocalResponse<'_>, name: &str) -> Vec<String> {
    response.headers().get(name).map(str::to_owned).collect()
}

/// Counts that a handler ran.
pub(crate) fn ran(count: &State<Count>) -> &'static str {
    count.up();
    "ran"
}
