//! Why a credential was refused: what the client is told, and what only the event tells.

use crate::{Event, EventKind, Reason, StoreError, Timestamp};

/// One scheme's refusal.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) reason: Reason,
    kind: EventKind,
    cause: &'static str,
    subject: Option<String>,
    credential: Option<String>,
    /// Whether the presented cookie is to be removed.
    pub(crate) clear: bool,
}

impl Fault {
    pub(crate) const fn new(reason: Reason, kind: EventKind, cause: &'static str) -> Self {
        Self { reason, kind, cause, subject: None, credential: None, clear: false }
    }

    /// A bad credential, for this cause.
    pub(crate) const fn invalid(cause: &'static str) -> Self {
        Self::new(Reason::Invalid, EventKind::AuthnFail, cause)
    }

    pub(crate) fn of(mut self, subject: &str, credential: &str) -> Self {
        self.subject = Some(subject.to_owned());
        self.credential = Some(credential.to_owned());
        self
    }

    pub(crate) fn about(mut self, subject: &str) -> Self {
        self.subject = Some(subject.to_owned());
        self
    }

    pub(crate) const fn clearing(mut self) -> Self {
        self.clear = true;
        self
    }

    pub(crate) fn event(&self, at: Timestamp) -> Event {
        let mut event = Event::new(at, self.kind).cause(self.cause);
        event.subject.clone_from(&self.subject);
        event.credential.clone_from(&self.credential);
        event
    }
}

impl From<StoreError> for Fault {
    fn from(_: StoreError) -> Self {
        Self::new(Reason::Unavailable, EventKind::AuthnUnavailable, "store")
    }
}

impl From<crate::NoEntropy> for Fault {
    fn from(_: crate::NoEntropy) -> Self {
        Self::new(Reason::Internal, EventKind::AuthnUnavailable, "no_entropy")
    }
}
