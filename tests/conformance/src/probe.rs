//! A store that writes down what it is asked for, and fails when it is told to.

use std::{
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use portcullis::{
    Account, AccountStore, ApiKeyRecord, ApiKeyStore, Created, Grants, Inserted, Loaded, LoginName,
    PasswordHash, Renewal, Renewed, SessionKey, SessionRecord, SessionStore, StoreError, Timestamp,
};
use tokio::sync::Notify;

/// The operations of all stores of a world, in order, and the one that is to wait.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Entries>>);

#[derive(Debug, Default)]
struct Entries {
    operations: Vec<String>,
    hold: Option<(&'static str, Arc<Hold>)>,
}

impl Log {
    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).operations.clone()
    }

    /// Lets the next such operation wait.
    pub(crate) fn hold(&self, operation: &'static str) -> Arc<Hold> {
        let hold = Arc::new(Hold::default());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).hold = Some((operation, hold.clone()));
        hold
    }

    fn add(&self, operation: String) -> Option<Arc<Hold>> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let hold = entries.hold.take_if(|(held, _)| *held == operation);
        entries.operations.push(operation);
        hold.map(|(_, hold)| hold)
    }
}

/// An operation that waits between its call and its effect.
#[derive(Debug, Default)]
pub(crate) struct Hold {
    reached: Mutex<bool>,
    arrival: Condvar,
    release: Notify,
}

impl Hold {
    /// Blocks until the operation has been called.
    pub(crate) fn await_call(&self) {
        let reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.arrival.wait_timeout_while(reached, Duration::from_secs(10), |reached| !*reached);
        let (reached, _) = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(*reached, "the operation that is held was not called");
    }

    /// Lets it go on.
    pub(crate) fn release(&self) {
        self.release.notify_one();
    }

    async fn wait(&self) {
        *self.reached.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.arrival.notify_all();
        self.release.notified().await;
    }
}

/// What a store does when it is asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    /// It answers.
    Healthy,
    /// It says that it cannot answer.
    Failing,
    /// It panics.
    Panicking,
}

/// A store, watched.
#[derive(Debug)]
pub(crate) struct Probe<S> {
    name: &'static str,
    inner: Arc<S>,
    log: Log,
    mode: Arc<AtomicU8>,
}

impl<S> Clone for Probe<S> {
    fn clone(&self) -> Self {
        Self { name: self.name, inner: self.inner.clone(), log: self.log.clone(), mode: self.mode.clone() }
    }
}

impl<S> Probe<S> {
    pub(crate) fn new(name: &'static str, inner: S, log: &Log) -> Self {
        Self { name, inner: Arc::new(inner), log: log.clone(), mode: Arc::default() }
    }

    pub(crate) fn inner(&self) -> &S {
        &self.inner
    }

    pub(crate) fn set(&self, mode: Mode) {
        self.mode.store(mode as u8, Ordering::SeqCst);
    }

    async fn ask(&self, operation: &str) -> Result<&S, StoreError> {
        if let Some(hold) = self.log.add(format!("{}.{operation}", self.name)) {
            hold.wait().await;
        }
        match self.mode.load(Ordering::SeqCst) {
            0 => Ok(&self.inner),
            1 => Err(StoreError::new("told to fail")),
            _ => panic!("a store was told to panic"),
        }
    }
}

#[async_trait]
impl<S: SessionStore> SessionStore for Probe<S> {
    async fn create(
        &self,
        record: SessionRecord,
        replacing: Option<&SessionKey>,
    ) -> Result<Created, StoreError> {
        self.ask("create").await?.create(record, replacing).await
    }

    async fn load(&self, key: &SessionKey, now: Timestamp) -> Result<Loaded, StoreError> {
        self.ask("load").await?.load(key, now).await
    }

    async fn touch(&self, key: &SessionKey, at: Timestamp) -> Result<bool, StoreError> {
        self.ask("touch").await?.touch(key, at).await
    }

    async fn rotate(&self, old: &SessionKey, renewal: Renewal) -> Result<Renewed, StoreError> {
        self.ask("rotate").await?.rotate(old, renewal).await
    }

    async fn delete(&self, subject: &str, handle: &str) -> Result<bool, StoreError> {
        self.ask("delete").await?.delete(subject, handle).await
    }

    async fn list(&self, subject: &str) -> Result<Vec<SessionRecord>, StoreError> {
        self.ask("list").await?.list(subject).await
    }

    async fn delete_all_but(&self, subject: &str, keep: Option<&str>) -> Result<usize, StoreError> {
        self.ask("delete_all_but").await?.delete_all_but(subject, keep).await
    }

    async fn delete_everything(&self) -> Result<usize, StoreError> {
        self.ask("delete_everything").await?.delete_everything().await
    }

    async fn regrant(&self, subject: &str, grants: &Grants) -> Result<usize, StoreError> {
        self.ask("regrant").await?.regrant(subject, grants).await
    }

    async fn purge(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.ask("purge").await?.purge(now).await
    }
}

#[async_trait]
impl<S: ApiKeyStore> ApiKeyStore for Probe<S> {
    async fn insert(&self, record: ApiKeyRecord) -> Result<Inserted, StoreError> {
        self.ask("insert").await?.insert(record).await
    }

    async fn find(&self, id: &str) -> Result<Option<ApiKeyRecord>, StoreError> {
        self.ask("find").await?.find(id).await
    }

    async fn revoke(&self, owner: &str, id: &str, at: Timestamp) -> Result<bool, StoreError> {
        self.ask("revoke").await?.revoke(owner, id, at).await
    }

    async fn record_use(&self, id: &str, at: Timestamp) -> Result<(), StoreError> {
        self.ask("record_use").await?.record_use(id, at).await
    }

    async fn list(&self, owner: &str) -> Result<Vec<ApiKeyRecord>, StoreError> {
        self.ask("list").await?.list(owner).await
    }
}

#[async_trait]
impl<S: AccountStore> AccountStore for Probe<S> {
    async fn find(&self, login: &LoginName) -> Result<Option<Account>, StoreError> {
        self.ask("find").await?.find(login).await
    }

    async fn by_subject(&self, subject: &str) -> Result<Option<Account>, StoreError> {
        self.ask("by_subject").await?.by_subject(subject).await
    }

    async fn insert(&self, account: Account) -> Result<Inserted, StoreError> {
        self.ask("insert").await?.insert(account).await
    }

    async fn replace_hash(
        &self,
        subject: &str,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool, StoreError> {
        self.ask("replace_hash").await?.replace_hash(subject, old, new).await
    }
}
