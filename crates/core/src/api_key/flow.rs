//! What a handler does with API keys, by its visit.

use std::time::Duration;

use super::{ApiKeyRecord, ApiKeys, KeyHash};
use crate::{EventKind, Inserted, Principal, Reason, Rejection, Scheme, Secret, Visit, fault::Fault};

/// A key that is to be made.
#[derive(Clone, Debug)]
pub struct NewKey {
    name: String,
    scopes: Vec<String>,
    expires_in: Option<Duration>,
    starts_in: Duration,
}

impl NewKey {
    /// A key that its owner calls `name`, with no scope and no expiry.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), scopes: Vec::new(), expires_in: None, starts_in: Duration::ZERO }
    }

    /// Gives it these scopes, each of which its maker must have.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Lets it expire.
    #[must_use]
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.expires_in = Some(lifetime);
        self
    }

    /// Lets it begin later.
    #[must_use]
    pub fn starts_in(mut self, delay: Duration) -> Self {
        self.starts_in = delay;
        self
    }
}

/// A key that was made. This is the only time that it is seen.
#[derive(Clone, Debug)]
pub struct IssuedKey {
    /// The key.
    pub key: Secret,
    /// What is stored of it.
    pub record: ApiKeyRecord,
}

impl Visit {
    /// Makes an API key that acts for the caller.
    ///
    /// # Errors
    /// A [`Rejection`]: [`Reason::InsufficientScope`] when the caller lacks one of the scopes,
    /// [`Reason::Invalid`] when the caller's session has ended meanwhile, [`Reason::Unavailable`] when a store
    /// does not answer, [`Reason::Misconfigured`] at a gate without API keys.
    pub async fn create_key(&self, caller: &Principal, new: NewKey) -> Result<IssuedKey, Rejection> {
        let keys = self.api_keys()?;
        let new = NewKey { scopes: self.hand_on(caller, new.scopes)?, ..new };
        let issued =
            self.try_create(keys, caller, new).await.map_err(|fault| self.fail(Scheme::ApiKey, fault))?;
        self.key_event(EventKind::TokenCreated, &issued.record.owner, &issued.record.id);
        Ok(issued)
    }

    /// The caller may have waited with the body until its session was ended.
    async fn try_create(&self, keys: &ApiKeys, caller: &Principal, new: NewKey) -> Result<IssuedKey, Fault> {
        self.stands(caller).await?;
        let (id, key) = keys.format.generate()?;
        let now = self.now();
        let starts = now.after(new.starts_in);
        let record = ApiKeyRecord {
            id,
            hash: KeyHash::of(key.expose()),
            owner: caller.subject().to_owned(),
            name: new.name,
            scopes: new.scopes,
            start: keys.format.start(&String::from_utf8_lossy(key.expose())),
            created_at: now,
            not_before: (starts > now).then_some(starts),
            expires_at: new.expires_in.map(|lifetime| now.after(lifetime)),
            revoked_at: None,
            last_used_at: None,
        };
        match keys.store.insert(record.clone()).await? {
            Inserted::Inserted => Ok(IssuedKey { key, record }),
            Inserted::Taken => Err(Fault::new(Reason::Internal, EventKind::AuthnUnavailable, "id_collision")),
        }
    }

    /// The caller's keys that are not revoked, the newest first.
    ///
    /// # Errors
    /// A [`Rejection`]: [`Reason::Unavailable`] when the store does not answer.
    pub async fn list_keys(&self, caller: &Principal) -> Result<Vec<ApiKeyRecord>, Rejection> {
        let listed = self.api_keys()?.store.list(caller.subject()).await;
        listed.map_err(|error| self.fail(Scheme::ApiKey, error))
    }

    /// Revokes the caller's key of that id, from the next request on; whether there was one.
    ///
    /// # Errors
    /// A [`Rejection`]: [`Reason::Unavailable`] when the store does not answer.
    pub async fn revoke_key(&self, caller: &Principal, id: &str) -> Result<bool, Rejection> {
        let revoked = self.api_keys()?.store.revoke(caller.subject(), id, self.now()).await;
        let revoked = revoked.map_err(|error| self.fail(Scheme::ApiKey, error))?;
        if revoked {
            self.key_event(EventKind::TokenRevoked, caller.subject(), id);
        } else {
            self.emit(self.event(EventKind::AuthzFail).caller(caller).cause("no_such_key"));
        }
        Ok(revoked)
    }

    fn key_event(&self, kind: EventKind, owner: &str, id: &str) {
        self.emit(self.event(kind).scheme(Scheme::ApiKey).subject(owner).credential(id));
    }
}
