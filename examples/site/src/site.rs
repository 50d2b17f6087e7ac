//! The site's state: its gate, its keys and its orders.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use portcullis::{
    ApiKeys, Claims, Event, EventSink, Gate, JwtIssuer, JwtVerifier, KeyFormat, Login, MemoryAccounts,
    MemoryApiKeys, MemoryEvents, MemorySessions, PasswordPolicy, Sessions, SigningKey, TracingEvents,
};
use serde::Serialize;

use crate::{Ring, Settings};

/// What every registered account may do.
pub(crate) const SCOPES: [&str; 3] = ["orders:read", "orders:write", "reports:read"];

/// The site, but for its framework. Cheap to clone; clones are the same site.
#[derive(Clone)]
pub struct Site(Arc<Parts>);

struct Parts {
    gate: Gate,
    issuer: JwtIssuer,
    jwks: String,
    events: Arc<MemoryEvents>,
    orders: Mutex<HashMap<String, Vec<Order>>>,
    registers: bool,
}

/// Keeps what has an owner: what concerns no account pushes nobody's events out. What concerns one may, by
/// mere number, push out another's.
struct Owned(Arc<MemoryEvents>);

impl EventSink for Owned {
    fn record(&self, event: &Event) {
        if event.subject.is_some() {
            self.0.record(event);
        }
    }
}

/// What somebody ordered.
#[derive(Clone, Debug, Serialize)]
pub struct Order {
    /// Its number among one's own.
    pub id: usize,
    /// What.
    pub item: String,
}

impl Site {
    /// The site at `public_url`.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn new(settings: &Settings, public_url: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let seed = Ring::open(&settings.secret_file)?.derive("token signing")?;
        let key = SigningKey::ed25519_from_seed(&seed)?;
        let public = key.verifying_key();
        let jwks = format!(r#"{{"keys":[{}]}}"#, public.to_jwk().unwrap_or_default());
        let events = Arc::new(MemoryEvents::new(10_000));
        let sessions = Sessions::new(MemorySessions::new());
        let login =
            Login::new(MemoryAccounts::new()).policy(PasswordPolicy::new().refuse(["portcullis", "orders"]));
        let gate = Gate::builder()
            .realm("orders")
            .public_url(public_url)
            .login_page("/login")
            .fresh_for(settings.fresh)
            .sessions(sessions.idle(settings.session_idle).absolute(settings.session_lifetime))
            .api_keys(ApiKeys::new(MemoryApiKeys::new(), KeyFormat::new("ord", "live")?))
            .jwt(JwtVerifier::<Claims>::new(public_url, public_url, [public])?)
            .login(login)
            .events(TracingEvents)
            .events(Owned(events.clone()))
            .build()?;
        let issuer = JwtIssuer::new(public_url, public_url, key).lifetime(settings.access_token_lifetime);
        let registers = settings.registers_instantly();
        Ok(Self(Arc::new(Parts { gate, issuer, jwks, events, orders: Mutex::default(), registers })))
    }

    /// The site's gate.
    pub fn gate(&self) -> Gate {
        self.0.gate.clone()
    }

    pub(crate) fn issuer(&self) -> &JwtIssuer {
        &self.0.issuer
    }

    pub(crate) fn jwks(&self) -> &str {
        &self.0.jwks
    }

    pub(crate) fn events(&self) -> &MemoryEvents {
        &self.0.events
    }

    pub(crate) fn registers(&self) -> bool {
        self.0.registers
    }

    pub(crate) fn fresh_for(&self) -> Duration {
        self.0.gate.fresh_for()
    }

    pub(crate) fn orders(&self, subject: &str) -> Vec<Order> {
        self.table().get(subject).cloned().unwrap_or_default()
    }

    /// Adds an order, unless there are a thousand already.
    pub(crate) fn order(&self, subject: &str, item: String) -> Option<Order> {
        let mut table = self.table();
        let orders = table.entry(subject.to_owned()).or_default();
        let order = Order { id: orders.len() + 1, item };
        (orders.len() < 1_000).then(|| orders.push(order.clone()))?;
        Some(order)
    }

    fn table(&self) -> MutexGuard<'_, HashMap<String, Vec<Order>>> {
        self.0.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("gate", &self.0.gate).finish_non_exhaustive()
    }
}
