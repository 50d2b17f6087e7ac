//! Server-side sessions for browsers.
//!
//! 1. The cookie holds 256 random bits and nothing else. The store holds their SHA-256: its dump opens
//!    nothing.
//! 2. A session ends when it was not used for `idle`, and at its absolute deadline whatever its use. Both
//!    are judged by the server's clock and record alone.
//! 3. The id changes at each login and re-authentication. The old one is dead from that moment, without grace.
//! 4. A deleted session stays deleted: no step writes back a record that it read.
//! 5. What people see is the handle: random, neither the id nor derived from it.
//!
//! NIST SP 800-63B-4 wants, at AAL1: an overall timeout of at most 30 days; at AAL2: 24 hours, and 1 hour
//! idle; at AAL3: 12 hours, and 15 minutes idle. The defaults, 24 hours and 30 minutes, meet AAL2.
//!
//! ```
//! use std::time::Duration;
//! use portcullis::{Gate, MemorySessions, Sessions};
//!
//! let sessions = Sessions::new(MemorySessions::new()).idle(Duration::from_secs(15 * 60));
//! let gate = Gate::builder().realm("shop").sessions(sessions).build()?;
//! # Ok::<(), portcullis::ConfigError>(())
//! ```

mod flow;
mod id;
mod memory;
mod store;

use std::{sync::Arc, time::Duration};

pub use flow::Grant;
pub(crate) use id::SessionId;
pub use id::SessionKey;
pub use memory::MemorySessions;
pub use store::{Created, Grants, Loaded, Renewal, Renewed, SessionRecord, SessionStore, Successor};

use crate::{
    ConfigError, CookiePolicy, EventKind, Principal, Reason, Scheme, StoreError, Timestamp,
    config::ConfigErrorKind, fault::Fault, principal::Known,
};

/// Decision of the project: an idle deadline may come early by at most this, never late.
const TOUCH_AT_MOST: Duration = Duration::from_secs(60);

/// A gate's sessions: where they are kept, and how long they last.
#[derive(Clone)]
pub struct Sessions {
    store: Arc<dyn SessionStore>,
    cookie: CookiePolicy,
    idle: Duration,
    absolute: Duration,
}

impl Sessions {
    /// Sessions kept in `store`: 30 minutes idle, 24 hours in all, in the cookie `__Host-id`.
    pub fn new(store: impl SessionStore) -> Self {
        Self {
            store: Arc::new(store),
            cookie: CookiePolicy::default(),
            idle: Duration::from_secs(30 * 60),
            absolute: Duration::from_secs(24 * 60 * 60),
        }
    }

    /// Ends a session that was not used for `idle`: more than zero, at most the absolute lifetime.
    ///
    /// Uses are recorded at most once per tenth of it (and at most once a minute), so a session may end
    /// that much early, never late.
    #[must_use]
    pub fn idle(mut self, idle: Duration) -> Self {
        self.idle = idle;
        self
    }

    /// Ends a session after `lifetime`, whatever its use: more than zero, at most 400 days.
    #[must_use]
    pub fn absolute(mut self, lifetime: Duration) -> Self {
        self.absolute = lifetime;
        self
    }

    /// Names and keeps the cookie otherwise.
    #[must_use]
    pub fn cookie(mut self, cookie: CookiePolicy) -> Self {
        self.cookie = cookie;
        self
    }

    /// Ends every session of a subject; how many there were. Its API keys and tokens are not sessions: they stay.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn end_all(&self, subject: &str) -> Result<usize, StoreError> {
        self.store.delete_all_but(subject, None).await
    }

    /// Ends everybody's sessions; how many there were.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn end_everything(&self) -> Result<usize, StoreError> {
        self.store.delete_everything().await
    }

    /// Replaces the scopes and roles in every session of a subject, from the next request on.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn regrant(&self, subject: &str, grants: &Grants) -> Result<usize, StoreError> {
        self.store.regrant(subject, grants).await
    }

    /// Removes records that are past a deadline; how many there were. Call it now and then.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn purge(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.store.purge(now).await
    }

    pub(crate) fn policy(&self) -> &CookiePolicy {
        &self.cookie
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.cookie.check()?;
        let longest = Duration::from_secs(400 * 24 * 60 * 60);
        if self.idle.is_zero() || self.idle > self.absolute || self.absolute > longest {
            let message = "a session's idle time is more than zero and at most its absolute lifetime, which is at most 400 days";
            return Err(ConfigError::new(ConfigErrorKind::Lifetime, message));
        }
        Ok(())
    }

    /// Judges a cookie's value.
    pub(crate) async fn verify(&self, value: &[u8], now: Timestamp) -> Result<Principal, Fault> {
        let id = SessionId::parse(value).ok_or(Fault::invalid("malformed_id").clearing())?;
        let key = id.key();
        match self.store.load(&key, now).await? {
            Loaded::Live(record) => self.judge(&key, *record, now).await,
            Loaded::Rotated(_) => Err(Fault::invalid("rotated_id")),
            Loaded::Unknown => Err(unknown()),
        }
    }

    async fn judge(
        &self,
        key: &SessionKey,
        record: SessionRecord,
        now: Timestamp,
    ) -> Result<Principal, Fault> {
        if let Some(deadline) = record.is_over(now) {
            self.store.delete(&record.subject, &record.handle).await?;
            let fault = Fault::new(Reason::Invalid, EventKind::SessionExpired, deadline);
            return Err(fault.of(&record.subject, &record.handle).clearing());
        }
        // A use that could not be recorded ends the session early, never late. One that was refused says
        // that the session is gone by now.
        let due = now.since(record.last_used_at) >= self.touch_interval();
        if due && matches!(self.store.touch(key, now).await, Ok(false)) {
            return Err(self.ended(key, now).await?);
        }
        Ok(principal(record))
    }

    /// What became of a session that was live a moment ago. Where only its id changed, the browser has
    /// another cookie by now, which must stay.
    async fn ended(&self, key: &SessionKey, now: Timestamp) -> Result<Fault, StoreError> {
        Ok(match self.store.load(key, now).await? {
            Loaded::Rotated(_) => Fault::invalid("rotated_id"),
            Loaded::Live(_) | Loaded::Unknown => gone(),
        })
    }

    fn touch_interval(&self) -> Duration {
        (self.idle / 10).min(TOUCH_AT_MOST)
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sessions")
            .field("cookie", &self.cookie)
            .field("idle", &self.idle)
            .field("absolute", &self.absolute)
            .finish_non_exhaustive()
    }
}

/// A session that was live a moment ago: another request ended it.
fn gone() -> Fault {
    Fault::invalid("ended_meanwhile").clearing()
}

fn unknown() -> Fault {
    Fault::new(Reason::Invalid, EventKind::SessionUseAfterExpire, "unknown_id").clearing()
}

fn principal(record: SessionRecord) -> Principal {
    Principal::new(Known {
        scheme: Scheme::Session,
        subject: record.subject,
        credential: record.handle,
        scopes: record.grants.scopes,
        roles: record.grants.roles,
        factors: record.factors,
        authenticated_at: Some(record.authenticated_at),
        claims: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S-06: the idle time bounds what is recorded of it.
    #[test]
    fn touches_are_coalesced() {
        let sessions = |idle| Sessions::new(MemorySessions::new()).idle(Duration::from_secs(idle));
        assert_eq!(sessions(1_800).touch_interval(), Duration::from_secs(60));
        assert_eq!(sessions(300).touch_interval(), Duration::from_secs(30));
    }

    #[test]
    fn lifetimes_must_make_sense() {
        let sessions = || Sessions::new(MemorySessions::new());
        assert!(sessions().check().is_ok());
        assert!(sessions().idle(Duration::ZERO).check().is_err());
        assert!(sessions().absolute(Duration::from_secs(60)).check().is_err());
        assert!(sessions().absolute(Duration::from_secs(401 * 24 * 60 * 60)).check().is_err());
    }
}
