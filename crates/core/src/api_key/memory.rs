//! The embedded store: keys in this process's memory, gone when it ends.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;

use super::{ApiKeyRecord, ApiKeyStore};
use crate::{Inserted, StoreError, Timestamp};

/// API keys in memory. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct MemoryApiKeys(Arc<Mutex<HashMap<String, ApiKeyRecord>>>);

impl MemoryApiKeys {
    /// No key yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn table(&self) -> MutexGuard<'_, HashMap<String, ApiKeyRecord>> {
        // Each step below is complete before it can panic, so a poisoned table is still a whole one.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ApiKeyStore for MemoryApiKeys {
    async fn insert(&self, record: ApiKeyRecord) -> Result<Inserted, StoreError> {
        let mut table = self.table();
        if table.contains_key(&record.id) {
            return Ok(Inserted::Taken);
        }
        table.insert(record.id.clone(), record);
        Ok(Inserted::Inserted)
    }

    async fn find(&self, id: &str) -> Result<Option<ApiKeyRecord>, StoreError> {
        Ok(self.table().get(id).cloned())
    }

    async fn revoke(&self, owner: &str, id: &str, at: Timestamp) -> Result<bool, StoreError> {
        let mut table = self.table();
        let live = table.get_mut(id).filter(|key| key.owner == owner && key.revoked_at.is_none());
        Ok(live.map(|key| key.revoked_at = Some(at)).is_some())
    }

    async fn record_use(&self, id: &str, at: Timestamp) -> Result<(), StoreError> {
        if let Some(key) = self.table().get_mut(id) {
            key.last_used_at = key.last_used_at.max(Some(at));
        }
        Ok(())
    }

    async fn list(&self, owner: &str) -> Result<Vec<ApiKeyRecord>, StoreError> {
        let live = |key: &&ApiKeyRecord| key.owner == owner && key.revoked_at.is_none();
        let mut keys: Vec<_> = self.table().values().filter(live).cloned().collect();
        keys.sort_by(|a, b| b.created_at.cmp(&a.created_at).then_with(|| a.id.cmp(&b.id)));
        Ok(keys)
    }
}
