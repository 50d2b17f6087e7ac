//! What happened, for the operator: one typed [`Event`] per outcome, in the OWASP logging vocabulary.
//!
//! 1. Every judged credential, login and refusal is exactly one event; a request without a credential is none.
//! 2. An event tells the cause that the answer keeps to itself. It never holds a secret.
//! 3. A sink that fails or panics never changes an answer.
//!
//! ```
//! use portcullis::{Event, EventSink};
//!
//! struct Alarm;
//! impl EventSink for Alarm {
//!     fn record(&self, event: &Event) {
//!         eprintln!("{} {}", event.at, event.kind.as_str());
//!     }
//! }
//! ```

mod kind;
mod memory;
mod trace;

use std::{
    net::IpAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

pub use kind::{EventKind, Level};
pub use memory::MemoryEvents;
pub use trace::TracingEvents;

use crate::{Factor, Principal, Scheme, Timestamp};

/// One outcome.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// Why, in a word of ours: `unknown_id`, `wrong_password`. Never the client's text.
    pub cause: Option<&'static str>,
    /// How the caller tried to prove who they are.
    pub scheme: Option<Scheme>,
    /// Who, where that is known.
    pub subject: Option<String>,
    /// The credential's name that may be shown: a handle, a key's id, a token's `jti`.
    pub credential: Option<String>,
    /// The factors proven, at a login.
    pub factors: Vec<Factor>,
    /// The client's address.
    pub client: Option<IpAddr>,
    /// The client's `User-Agent`, at most 256 bytes, without control characters.
    pub user_agent: Option<String>,
    /// The request's method, at most 32 bytes.
    pub method: String,
    /// The name of the rule that was evaluated.
    pub rule: Option<&'static str>,
}

impl Event {
    pub(crate) fn new(at: Timestamp, kind: EventKind) -> Self {
        Self {
            at,
            kind,
            cause: None,
            scheme: None,
            subject: None,
            credential: None,
            factors: Vec::new(),
            client: None,
            user_agent: None,
            method: String::new(),
            rule: None,
        }
    }

    pub(crate) fn cause(mut self, cause: &'static str) -> Self {
        self.cause = Some(cause);
        self
    }

    pub(crate) fn scheme(mut self, scheme: Scheme) -> Self {
        self.scheme = Some(scheme);
        self
    }

    pub(crate) fn subject(mut self, subject: &str) -> Self {
        self.subject = Some(subject.to_owned());
        self
    }

    pub(crate) fn credential(mut self, credential: &str) -> Self {
        self.credential = Some(credential.to_owned());
        self
    }

    pub(crate) fn caller(self, caller: &Principal) -> Self {
        let mut event =
            self.scheme(caller.scheme()).subject(caller.subject()).credential(caller.credential());
        event.factors = caller.factors().to_vec();
        event
    }
}

/// Where events go. Called on the request's path: it must return quickly, and must not block.
pub trait EventSink: Send + Sync + 'static {
    /// Takes note of an event.
    fn record(&self, event: &Event);
}

impl<S: EventSink + ?Sized> EventSink for Arc<S> {
    fn record(&self, event: &Event) {
        (**self).record(event);
    }
}

/// Hands an event to every sink. One that panics loses the event; the request goes on.
pub(crate) fn emit(sinks: &[Arc<dyn EventSink>], event: &Event) {
    for sink in sinks {
        if catch_unwind(AssertUnwindSafe(|| sink.record(event))).is_err() {
            tracing::error!(target: "portcullis", "an event sink panicked; the event is lost");
        }
    }
}
