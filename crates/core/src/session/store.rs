//! What a store of sessions decides.

use std::{net::IpAddr, time::Duration};

use async_trait::async_trait;

use super::SessionKey;
use crate::{Factor, StoreError, Timestamp};

/// How long the old key of a rotated session is remembered, so that a request that raced with the rotation
/// does not remove the new cookie.
pub(crate) const TOMBSTONE: Duration = Duration::from_secs(60);

/// A session, as it is stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SessionRecord {
    /// Under what it is stored.
    pub key: SessionKey,
    /// Its name that may be shown.
    pub handle: String,
    /// Whose it is.
    pub subject: String,
    /// What its holder may do.
    pub grants: Grants,
    /// The factors proven in it.
    pub factors: Vec<Factor>,
    /// When it began.
    pub created_at: Timestamp,
    /// When its holder last proved who they are.
    pub authenticated_at: Timestamp,
    /// When it was last used, as far as that was recorded.
    pub last_used_at: Timestamp,
    /// How long it lives unused.
    pub idle: Duration,
    /// When it ends, whatever its use.
    pub expires_at: Timestamp,
    /// The address from which it began.
    pub client: Option<IpAddr>,
    /// The `User-Agent` with which it began, at most 256 bytes.
    pub user_agent: Option<String>,
}

impl SessionRecord {
    /// Whether a deadline has passed, and which.
    pub(crate) fn is_over(&self, now: Timestamp) -> Option<&'static str> {
        if now >= self.expires_at {
            Some("absolute_timeout")
        } else {
            (now >= self.last_used_at.after(self.idle)).then_some("idle_timeout")
        }
    }
}

/// What a subject may do.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Grants {
    /// Scopes, compared byte for byte.
    pub scopes: Vec<String>,
    /// Roles, compared byte for byte.
    pub roles: Vec<String>,
}

/// What [`SessionStore::create`] did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub enum Created {
    /// The session is stored, and the one that it replaces is dead.
    Created,
    /// There is one of that key already; nothing has changed.
    Exists,
}

/// What [`SessionStore::load`] found.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum Loaded {
    /// A session. Its deadlines are for the caller to judge.
    Live(Box<SessionRecord>),
    /// No session: this was its key until less than 60 seconds ago. Where it goes on under another key, by
    /// [`rotate`](SessionStore::rotate), this says which it is; a session that was replaced does not go on.
    Rotated(Option<Successor>),
    /// No session.
    Unknown,
}

/// A session that has another key by now.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Successor {
    /// Whose it is.
    pub subject: String,
    /// Its name that may be shown, which has stayed.
    pub handle: String,
}

/// What [`SessionStore::rotate`] changes in a session.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Renewal {
    /// The new key.
    pub key: SessionKey,
    /// Now: the session's last use and authentication.
    pub at: Timestamp,
    /// When the session ends from now on.
    pub expires_at: Timestamp,
    /// The factors proven now.
    pub factors: Vec<Factor>,
}

/// What [`SessionStore::rotate`] did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub enum Renewed {
    /// The session has its new key, and the old one is dead.
    Renewed,
    /// There was no such session; nothing has changed.
    Gone,
}

/// Keeps sessions. Each method is one atomic step.
///
/// No method but `create` makes a record: **a deleted session stays deleted**, whatever is in flight.
/// `portcullis-conformance` has a suite for implementations.
#[async_trait]
pub trait SessionStore: Send + Sync + 'static {
    /// Stores a new session. In the same step, the one under `replacing` dies, if there is one, and its key
    /// is remembered as rotated.
    async fn create(
        &self,
        record: SessionRecord,
        replacing: Option<&SessionKey>,
    ) -> Result<Created, StoreError>;

    /// Reads a session.
    async fn load(&self, key: &SessionKey, now: Timestamp) -> Result<Loaded, StoreError>;

    /// Records a use of a session, unless a later one is recorded. Whether there is such a session.
    async fn touch(&self, key: &SessionKey, at: Timestamp) -> Result<bool, StoreError>;

    /// Gives a session a new key. The old one is dead from this step on, and remembered as rotated. Handle,
    /// subject, grants, beginning and client stay.
    async fn rotate(&self, old: &SessionKey, renewal: Renewal) -> Result<Renewed, StoreError>;

    /// Ends the subject's session of that handle. Whether there was one.
    async fn delete(&self, subject: &str, handle: &str) -> Result<bool, StoreError>;

    /// Every session of a subject, the newest first.
    async fn list(&self, subject: &str) -> Result<Vec<SessionRecord>, StoreError>;

    /// Ends every session of a subject but the one of the handle `keep`. How many there were.
    async fn delete_all_but(&self, subject: &str, keep: Option<&str>) -> Result<usize, StoreError>;

    /// Ends every session of everybody. How many there were.
    async fn delete_everything(&self) -> Result<usize, StoreError>;

    /// Replaces the grants in every session of a subject. In how many.
    async fn regrant(&self, subject: &str, grants: &Grants) -> Result<usize, StoreError>;

    /// Removes sessions that are past a deadline, and tombstones past theirs. How many sessions.
    async fn purge(&self, now: Timestamp) -> Result<usize, StoreError>;
}
