//! An answer, with what happened in the world meanwhile, and what a case demands of them.

use std::sync::Arc;

use serde_json::Value;

use crate::{World, fixture::MARK, wire::Message};

/// An answer. Its methods assert, and return it for the next one.
///
/// Where the adapter has an [`Exception`](crate::Exception) for the exchange, they assert nothing: the runner
/// compares the status with the exception's.
#[derive(Clone, Debug)]
pub struct Response {
    pub(crate) world: Arc<World>,
    pub(crate) label: String,
    pub(crate) bodiless: bool,
    pub(crate) message: Message,
    pub(crate) operations: Vec<&'static str>,
    pub(crate) events: Vec<String>,
    pub(crate) excepted: bool,
}

/// What a session cookie carries besides its name and value.
pub(crate) const ATTRIBUTES: &str = "; Path=/; Secure; HttpOnly; SameSite=Lax";

/// What a removal of it looks like, to the byte.
pub(crate) const REMOVAL: &str = "__Host-id=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0; \
     Expires=Thu, 01 Jan 1970 00:00:00 GMT";

/// Fails the case with what the answer was.
macro_rules! demand {
    ($self:ident, $condition:expr, $($what:tt)+) => {
        if !$self.excepted && !$condition {
            panic!("{}: {}\n{}", $self.label, format_args!($($what)+), $self.shown());
        }
    };
}

impl Response {
    pub(crate) fn new(
        world: Arc<World>,
        label: String,
        bodiless: bool,
        message: Message,
        operations: Vec<&'static str>,
        events: Vec<String>,
    ) -> Self {
        let response = Self { world, label, bodiless, message, operations, events, excepted: false };
        for cookie in response.lines("set-cookie") {
            if let Some((_, value)) = cookie.split(';').next().and_then(|pair| pair.split_once('=')) {
                // Short values are the handlers' own, and the same in every run.
                if value.len() >= 16 {
                    response.world.journal().learn("session", value);
                }
            }
        }
        response
    }

    /// Whether the library or the fixture made it, not the framework.
    pub(crate) fn is_own(&self) -> bool {
        self.value(MARK).is_some()
            || self.value("location").is_some()
            || self.value("cache-control").is_some_and(|value| value == "no-store")
            || self.value("content-type").is_some_and(|value| value == "application/problem+json")
    }

    /// Every value of a header, in order.
    pub fn lines(&self, name: &str) -> Vec<String> {
        let all = self.message.headers.iter().filter(|(n, _)| n == name);
        all.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).collect()
    }

    /// The first value of a header.
    pub fn value(&self, name: &str) -> Option<String> {
        self.lines(name).into_iter().next()
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.message.status
    }

    /// The body.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.message.body).into_owned()
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.message.body).unwrap_or_default()
    }

    /// All of it, as text: status, header lines and body.
    pub fn shown(&self) -> String {
        let mut text = format!("  answered {}\n", self.message.status);
        for (name, value) in &self.message.headers {
            text.push_str(&format!("  {name}: {}\n", String::from_utf8_lossy(value)));
        }
        format!("{text}  {}\n  operations {:?}\n  events {:?}", self.text(), self.operations, self.events)
    }

    /// Demands that status.
    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        demand!(self, self.message.status == status, "expected {status}");
        self
    }

    /// Demands one of these statuses: for what the frameworks refuse each in its own way.
    #[track_caller]
    pub fn is_one_of(&self, statuses: &[u16]) -> &Self {
        demand!(self, statuses.contains(&self.message.status), "expected one of {statuses:?}");
        self
    }

    /// Demands exactly these lines of a header.
    #[track_caller]
    pub fn has(&self, name: &str, values: &[&str]) -> &Self {
        demand!(self, self.lines(name) == values, "expected {name} to be {values:?}");
        self
    }

    /// Demands exactly these challenges, one a line.
    #[track_caller]
    pub fn challenges(&self, challenges: &[&str]) -> &Self {
        self.has("www-authenticate", challenges)
    }

    /// Demands that a header is not there.
    #[track_caller]
    pub fn lacks(&self, name: &str) -> &Self {
        self.has(name, &[])
    }

    /// Demands these steps of stores and handlers, in this order, and no other.
    #[track_caller]
    pub fn did(&self, operations: &[&str]) -> &Self {
        demand!(self, self.operations == operations, "expected the operations {operations:?}");
        self
    }

    /// Demands that the handler did not run.
    #[track_caller]
    pub fn stopped_short(&self) -> &Self {
        demand!(self, !self.operations.contains(&"handler"), "the handler ran");
        self
    }

    /// Demands these events, in this order, and no other: each begins with its text.
    #[track_caller]
    pub fn told(&self, events: &[&str]) -> &Self {
        let same = self.events.len() == events.len()
            && self.events.iter().zip(events).all(|(event, wanted)| event.starts_with(wanted));
        demand!(self, same, "expected the events {events:?}");
        self
    }

    /// Demands a problem of that type: `about:blank`, or the end of a `urn:portcullis:problem:…`. Its status
    /// is the answer's, and it can be neither stored nor sniffed.
    #[track_caller]
    pub fn problem(&self, kind: &str) -> &Self {
        let full =
            if kind == "about:blank" { kind.to_owned() } else { format!("urn:portcullis:problem:{kind}") };
        let body = self.json();
        self.has("content-type", &["application/problem+json"]);
        self.has("cache-control", &["no-store"]);
        self.has("x-content-type-options", &["nosniff"]);
        demand!(self, body["type"] == *full, "expected a problem of the type {full}");
        demand!(self, body["status"] == self.message.status, "the problem's status is another");
        self
    }

    /// Demands that a member of the JSON body has that value.
    #[track_caller]
    pub fn says(&self, member: &str, value: impl Into<Value>) -> &Self {
        let value = value.into();
        demand!(self, self.json()[member] == value, "expected {member} to be {value}");
        self
    }

    /// Demands that no cookie is set.
    #[track_caller]
    pub fn sets_no_cookie(&self) -> &Self {
        self.lacks("set-cookie")
    }

    /// Demands that the session cookie is removed, by the attributes with which it is set, and no other set.
    #[track_caller]
    pub fn clears_session(&self) -> &Self {
        self.has("set-cookie", &[REMOVAL])
    }

    /// Demands that exactly one session cookie is set, with all its attributes; its value.
    #[track_caller]
    pub fn new_session(&self) -> String {
        let lines = self.lines("set-cookie");
        let mut own = lines.iter().filter_map(|line| line.strip_prefix("__Host-id="));
        let value = own.next().and_then(|rest| rest.strip_suffix(ATTRIBUTES)).unwrap_or_default();
        demand!(self, value.len() == 43 && own.next().is_none(), "expected one session cookie");
        value.to_owned()
    }

    /// Demands that a text is nowhere in the answer.
    #[track_caller]
    pub fn never_says(&self, secret: &str) -> &Self {
        demand!(self, !self.shown().contains(secret), "it contains {secret:?}");
        self
    }
}
