//! The embedded store: sessions in this process's memory, gone when it ends.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;

use super::{
    Created, Grants, Loaded, Renewal, Renewed, SessionKey, SessionRecord, SessionStore, Successor,
    store::TOMBSTONE,
};
use crate::{StoreError, Timestamp};

/// Sessions in memory. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct MemorySessions(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    live: HashMap<SessionKey, SessionRecord>,
    /// Keys by subject, for lists.
    owned: HashMap<String, HashSet<SessionKey>>,
    /// Keys that were rotated away: until when they are remembered, and what goes on under another key.
    rotated: HashMap<SessionKey, (Timestamp, Option<Successor>)>,
    /// At how many records the next creation purges: twice what the last purge left.
    purge_at: usize,
}

impl MemorySessions {
    /// No session yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many sessions there are, those past a deadline that nobody has noticed yet included.
    pub fn len(&self) -> usize {
        self.table().live.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // Each step below is complete before it can panic, so a poisoned table is still a whole one.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn insert(&mut self, record: SessionRecord) {
        self.owned.entry(record.subject.clone()).or_default().insert(record.key.clone());
        self.live.insert(record.key.clone(), record);
    }

    fn remove(&mut self, key: &SessionKey) -> Option<SessionRecord> {
        let record = self.live.remove(key)?;
        if let Some(keys) = self.owned.get_mut(&record.subject) {
            keys.remove(key);
            if keys.is_empty() {
                self.owned.remove(&record.subject);
            }
        }
        Some(record)
    }

    fn bury(&mut self, key: &SessionKey, at: Timestamp, successor: Option<Successor>) {
        self.rotated.insert(key.clone(), (at.after(TOMBSTONE), successor));
    }

    fn remove_where(&mut self, test: impl Fn(&SessionRecord) -> bool) -> usize {
        let keys: Vec<_> = self.live.values().filter(|r| test(r)).map(|r| r.key.clone()).collect();
        keys.iter().filter_map(|key| self.remove(key)).count()
    }

    fn of(&self, subject: &str) -> impl Iterator<Item = &SessionRecord> {
        let keys = self.owned.get(subject).into_iter().flatten();
        keys.filter_map(|key| self.live.get(key))
    }

    fn key_of(&self, subject: &str, handle: &str) -> Option<SessionKey> {
        self.of(subject).find(|record| record.handle == handle).map(|record| record.key.clone())
    }

    fn purge(&mut self, now: Timestamp) -> usize {
        self.rotated.retain(|_, (until, _)| *until > now);
        let purged = self.remove_where(|record| record.is_over(now).is_some());
        self.purge_at = (self.live.len() + self.rotated.len()) * 2 + 1_024;
        purged
    }
}

#[async_trait]
impl SessionStore for MemorySessions {
    async fn create(
        &self,
        record: SessionRecord,
        replacing: Option<&SessionKey>,
    ) -> Result<Created, StoreError> {
        let mut table = self.table();
        if table.live.contains_key(&record.key) {
            return Ok(Created::Exists);
        }
        if table.live.len() + table.rotated.len() >= table.purge_at {
            table.purge(record.created_at);
        }
        if let Some(old) = replacing.filter(|old| table.live.contains_key(old)) {
            table.remove(old);
            table.bury(old, record.created_at, None);
        }
        table.insert(record);
        Ok(Created::Created)
    }

    async fn load(&self, key: &SessionKey, now: Timestamp) -> Result<Loaded, StoreError> {
        let table = self.table();
        if let Some(record) = table.live.get(key) {
            return Ok(Loaded::Live(Box::new(record.clone())));
        }
        let tombstone = table.rotated.get(key).filter(|(until, _)| now < *until);
        Ok(tombstone.map_or(Loaded::Unknown, |(_, successor)| Loaded::Rotated(successor.clone())))
    }

    async fn touch(&self, key: &SessionKey, at: Timestamp) -> Result<bool, StoreError> {
        let mut table = self.table();
        let Some(record) = table.live.get_mut(key) else { return Ok(false) };
        record.last_used_at = record.last_used_at.max(at);
        Ok(true)
    }

    async fn rotate(&self, old: &SessionKey, renewal: Renewal) -> Result<Renewed, StoreError> {
        let mut table = self.table();
        let Some(mut record) = table.remove(old) else { return Ok(Renewed::Gone) };
        let successor = Successor { subject: record.subject.clone(), handle: record.handle.clone() };
        table.bury(old, renewal.at, Some(successor));
        record.key = renewal.key;
        record.last_used_at = renewal.at;
        record.authenticated_at = renewal.at;
        record.expires_at = renewal.expires_at;
        record.factors = renewal.factors;
        table.insert(record);
        Ok(Renewed::Renewed)
    }

    async fn delete(&self, subject: &str, handle: &str) -> Result<bool, StoreError> {
        let mut table = self.table();
        let key = table.key_of(subject, handle);
        Ok(key.and_then(|key| table.remove(&key)).is_some())
    }

    async fn list(&self, subject: &str) -> Result<Vec<SessionRecord>, StoreError> {
        let mut records: Vec<_> = self.table().of(subject).cloned().collect();
        records.sort_by(|a, b| b.created_at.cmp(&a.created_at).then_with(|| a.handle.cmp(&b.handle)));
        Ok(records)
    }

    async fn delete_all_but(&self, subject: &str, keep: Option<&str>) -> Result<usize, StoreError> {
        let mut table = self.table();
        let doomed: Vec<_> =
            table.of(subject).filter(|r| Some(r.handle.as_str()) != keep).map(|r| r.key.clone()).collect();
        Ok(doomed.iter().filter_map(|key| table.remove(key)).count())
    }

    async fn delete_everything(&self) -> Result<usize, StoreError> {
        Ok(self.table().remove_where(|_| true))
    }

    async fn regrant(&self, subject: &str, grants: &Grants) -> Result<usize, StoreError> {
        let mut table = self.table();
        let keys: Vec<_> = table.of(subject).map(|record| record.key.clone()).collect();
        for key in &keys {
            if let Some(record) = table.live.get_mut(key) {
                record.grants = grants.clone();
            }
        }
        Ok(keys.len())
    }

    async fn purge(&self, now: Timestamp) -> Result<usize, StoreError> {
        Ok(self.table().purge(now))
    }
}
