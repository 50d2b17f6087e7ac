//! API keys for machines: `{prefix}_{environment}_{id}{secret}{checksum}`.
//!
//! 1. A key is shown once, when it is made. The store holds its SHA-256 and what may be shown: 190 random
//!    bits need no slow hash.
//! 2. Shape, environment and checksum are judged before any store is asked: junk costs no read.
//! 3. The hash is computed and compared in constant time whether or not the id is known.
//! 4. A key says what a machine may do. It never begins a session and proves no factor.
//!
//! ```
//! use portcullis::{ApiKeys, Gate, KeyFormat, MemoryApiKeys};
//!
//! let keys = ApiKeys::new(MemoryApiKeys::new(), KeyFormat::new("ord", "live")?);
//! let gate = Gate::builder().realm("orders").api_keys(keys).build()?;
//! # Ok::<(), portcullis::ConfigError>(())
//! ```

mod flow;
mod format;
mod memory;
mod store;

use std::{sync::Arc, time::Duration};

pub use flow::{IssuedKey, NewKey};
pub use format::KeyFormat;
pub use memory::MemoryApiKeys;
pub use store::{ApiKeyRecord, ApiKeyStore, KeyHash};

use crate::{EventKind, Principal, Reason, Scheme, Timestamp, fault::Fault, principal::Known};

/// Uses of a key are recorded at most this often.
const USE_INTERVAL: Duration = Duration::from_secs(60);

/// A gate's API keys: where they are kept, and what they look like.
#[derive(Clone)]
pub struct ApiKeys {
    store: Arc<dyn ApiKeyStore>,
    format: KeyFormat,
}

impl ApiKeys {
    /// Keys of this form, kept in `store`.
    pub fn new(store: impl ApiKeyStore, format: KeyFormat) -> Self {
        Self { store: Arc::new(store), format }
    }

    /// The form of the keys.
    pub fn format(&self) -> &KeyFormat {
        &self.format
    }

    /// Judges what was presented as a key.
    pub(crate) async fn verify(&self, text: &[u8], now: Timestamp) -> Result<Principal, Fault> {
        let id = self.format.parse(text)?;
        let record = self.store.find(id).await?;
        let hash = KeyHash::of(text);
        // An unknown id is compared with the hash of nothing that anybody holds.
        let expected = record.as_ref().map_or(&KeyHash::NONE, |record| &record.hash);
        let good = hash.matches(expected);
        match record {
            Some(record) if good => self.judge(record, now).await,
            Some(_) => Err(Fault::invalid("wrong_secret")),
            None => Err(Fault::invalid("unknown_id")),
        }
    }

    async fn judge(&self, record: ApiKeyRecord, now: Timestamp) -> Result<Principal, Fault> {
        if let Some(fault) = fault(&record, now) {
            return Err(fault.of(&record.owner, &record.id));
        }
        let due = record.last_used_at.is_none_or(|at| now.since(at) >= USE_INTERVAL);
        if due && self.store.record_use(&record.id, now).await.is_err() {
            tracing::warn!(target: "portcullis", key = record.id, "the use of an API key was not recorded");
        }
        Ok(principal(record))
    }
}

impl std::fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKeys").field("format", &self.format).finish_non_exhaustive()
    }
}

/// Why the holder of the right secret is refused all the same.
fn fault(record: &ApiKeyRecord, now: Timestamp) -> Option<Fault> {
    if record.revoked_at.is_some() {
        return Some(Fault::new(Reason::Invalid, EventKind::TokenReuse, "revoked"));
    }
    if record.expires_at.is_some_and(|at| now >= at) {
        return Some(Fault::invalid("expired"));
    }
    record.not_before.is_some_and(|at| now < at).then(|| Fault::invalid("not_yet_valid"))
}

fn principal(record: ApiKeyRecord) -> Principal {
    Principal::new(Known {
        scheme: Scheme::ApiKey,
        subject: record.owner,
        credential: record.id,
        scopes: record.scopes,
        roles: Vec::new(),
        factors: Vec::new(),
        authenticated_at: None,
        claims: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;

    /// A-01, A-13: neither a made key nor what is stored of it shows the secret or its hash.
    #[test]
    fn nothing_is_shown() {
        let (id, key) = KeyFormat::new("ord", "live").unwrap().generate().unwrap();
        let text = String::from_utf8(key.expose().to_vec()).unwrap();
        let hash = KeyHash::of(text.as_bytes());
        let digits = format!("{:?}", hash.as_bytes());
        let record = ApiKeyRecord {
            id,
            hash,
            owner: "ann".to_owned(),
            name: "n".to_owned(),
            scopes: Vec::new(),
            start: String::new(),
            created_at: Timestamp::default(),
            not_before: None,
            expires_at: None,
            revoked_at: None,
            last_used_at: None,
        };
        let shown = format!("{:?}", IssuedKey { key: Secret::from(text.as_str()), record });
        assert!(!shown.contains(&text[25..]) && !shown.contains(&digits[1..20]), "{shown}");
    }
}
