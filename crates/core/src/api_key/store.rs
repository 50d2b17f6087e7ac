//! What a store of API keys decides.

use std::fmt;

use async_trait::async_trait;

use crate::{
    Inserted, StoreError, Timestamp,
    secret::{same, sha256},
};

/// An API key, as it is stored. Nothing in it opens anything.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ApiKeyRecord {
    /// The key's name, which stands in the key and may be shown.
    pub id: String,
    /// The SHA-256 of the key.
    pub hash: KeyHash,
    /// Whose it is.
    pub owner: String,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Its first characters.
    pub start: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Before when it is refused.
    pub not_before: Option<Timestamp>,
    /// From when on it is refused.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, give or take a minute.
    pub last_used_at: Option<Timestamp>,
}

/// The SHA-256 of a key. Compared in constant time.
#[derive(Clone, Eq)]
pub struct KeyHash([u8; 32]);

impl KeyHash {
    /// No key's hash: nobody knows what hashes to it.
    pub(crate) const NONE: Self = Self([0; 32]);

    /// A hash of these bytes: for stores that read one back, and for keys hashed elsewhere.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash's bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The hash of a key.
    pub fn of(key: &[u8]) -> Self {
        Self(sha256(key))
    }

    pub(crate) fn matches(&self, other: &Self) -> bool {
        same(&self.0, &other.0)
    }
}

impl PartialEq for KeyHash {
    fn eq(&self, other: &Self) -> bool {
        self.matches(other)
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Keeps API keys. Each method is one atomic step; none writes back a record that was read.
///
/// `portcullis-conformance` has a suite for implementations.
#[async_trait]
pub trait ApiKeyStore: Send + Sync + 'static {
    /// Stores a new key.
    async fn insert(&self, record: ApiKeyRecord) -> Result<Inserted, StoreError>;

    /// Reads a key, revoked or not.
    async fn find(&self, id: &str) -> Result<Option<ApiKeyRecord>, StoreError>;

    /// Revokes the owner's key of that id, for ever. Whether there was one that was not revoked yet.
    async fn revoke(&self, owner: &str, id: &str, at: Timestamp) -> Result<bool, StoreError>;

    /// Records a use of a key, unless a later one is recorded.
    async fn record_use(&self, id: &str, at: Timestamp) -> Result<(), StoreError>;

    /// Every key of an owner that is not revoked, the newest first.
    async fn list(&self, owner: &str) -> Result<Vec<ApiKeyRecord>, StoreError>;
}
