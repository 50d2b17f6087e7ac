//! What the world notices of its stores: every step by name, and how to make one fail, panic or wait.

use std::{
    net::IpAddr,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use portcullis::{
    Account, AccountStore, ApiKeyRecord, ApiKeyStore, Created, Grants, Inserted, Loaded, LoginName,
    PasswordHash, Renewal, Renewed, SessionKey, SessionRecord, SessionStore, StoreError, Timestamp,
};
use tokio::sync::Notify;

/// What happens to a step of a store, when it is not simply done.
#[derive(Clone, Debug)]
enum Plan {
    /// The store does not answer.
    Fail,
    /// The store panics.
    Panic,
    /// The next such step waits until it is let go.
    Hold(Arc<Hold>),
}

/// Everything that was noticed, in order, and what is planned.
#[derive(Debug, Default)]
pub struct Journal(Mutex<Notes>);

#[derive(Debug, Default)]
struct Notes {
    operations: Vec<&'static str>,
    names: Vec<(String, String)>,
    plans: Vec<(String, Plan)>,
}

impl Journal {
    /// The steps so far, such as `session.load`; `handler` stands for a handler that ran.
    pub fn operations(&self) -> Vec<&'static str> {
        self.notes().operations.clone()
    }

    /// Lets every step of `scope` (`session`, or only `session.touch`) answer that the store is down.
    pub fn fail(&self, scope: &str) {
        self.plan(scope, Plan::Fail);
    }

    /// Lets every step of `scope` panic.
    pub fn panic(&self, scope: &str) {
        self.plan(scope, Plan::Panic);
    }

    /// Lets the next step of `scope` wait until it is let go.
    pub fn hold(&self, scope: &str) -> Arc<Hold> {
        let hold = Arc::new(Hold::default());
        self.plan(scope, Plan::Hold(hold.clone()));
        hold
    }

    /// Lets every store work again.
    pub fn heal(&self) {
        self.notes().plans.clear();
    }

    /// Notes a step that is not a store's.
    pub fn note(&self, operation: &'static str) {
        self.notes().operations.push(operation);
    }

    /// Takes note of a random value, so that two runs can be compared: it becomes `<kind n>`.
    pub fn learn(&self, kind: &str, value: &str) {
        let mut notes = self.notes();
        if value.is_empty() || notes.names.iter().any(|(known, _)| known == value) {
            return;
        }
        let count = notes.names.iter().filter(|(_, name)| name.starts_with(&format!("<{kind} "))).count();
        notes.names.push((value.to_owned(), format!("<{kind} {}>", count + 1)));
    }

    /// `text` with every learnt value in the form that is the same in every run.
    pub fn normalised(&self, text: &str) -> String {
        let mut names = self.notes().names.clone();
        names.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        names.iter().fold(text.to_owned(), |text, (value, name)| text.replace(value, name))
    }

    /// Every learnt value of that kind, in the order in which they were learnt.
    pub fn learnt(&self, kind: &str) -> Vec<String> {
        let prefix = format!("<{kind} ");
        let names = &self.notes().names;
        names.iter().filter(|(_, name)| name.starts_with(&prefix)).map(|(value, _)| value.clone()).collect()
    }

    fn plan(&self, scope: &str, plan: Plan) {
        self.notes().plans.push((scope.to_owned(), plan));
    }

    async fn step(&self, operation: &'static str) -> Result<(), StoreError> {
        let plan = self.notes().arrive(operation);
        match plan {
            None => Ok(()),
            Some(Plan::Fail) => Err(StoreError::new("down on purpose")),
            Some(Plan::Panic) => panic!("panicked on purpose"),
            Some(Plan::Hold(hold)) => {
                hold.wait().await;
                Ok(())
            }
        }
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Notes {
    /// Notes the step and finds what is planned for it; a hold holds one step.
    fn arrive(&mut self, operation: &'static str) -> Option<Plan> {
        self.operations.push(operation);
        let covers = |scope: &str| {
            operation.strip_prefix(scope).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let found = self.plans.iter().position(|(scope, _)| covers(scope))?;
        let plan = self.plans.get(found).map(|(_, plan)| plan.clone());
        if matches!(plan, Some(Plan::Hold(_))) {
            self.plans.remove(found);
        }
        plan
    }
}

/// A step that waits.
#[derive(Debug, Default)]
pub struct Hold {
    arrived: Mutex<bool>,
    arrival: Condvar,
    release: Notify,
}

impl Hold {
    /// Blocks until the step has been reached.
    ///
    /// # Panics
    /// After ten seconds.
    pub fn reached(&self) {
        let arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = std::time::Duration::from_secs(10);
        let waited = self.arrival.wait_timeout_while(arrived, limit, |arrived| !*arrived);
        let (arrived, _) = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(*arrived, "nothing has reached the step that is held");
    }

    /// Lets the step go on.
    pub fn release(&self) {
        self.release.notify_one();
    }

    async fn wait(&self) {
        *self.arrived.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.arrival.notify_all();
        self.release.notified().await;
    }
}

/// A store that is watched.
#[derive(Clone, Debug)]
pub struct Probe<S> {
    store: S,
    journal: Arc<Journal>,
}

impl<S> Probe<S> {
    /// Watches `store`.
    pub fn new(store: S, journal: Arc<Journal>) -> Self {
        Self { store, journal }
    }
}

#[async_trait]
impl<S: SessionStore> SessionStore for Probe<S> {
    async fn create(
        &self,
        record: SessionRecord,
        replacing: Option<&SessionKey>,
    ) -> Result<Created, StoreError> {
        self.journal.learn("handle", &record.handle);
        self.journal.step("session.create").await?;
        self.store.create(record, replacing).await
    }

    async fn load(&self, key: &SessionKey, now: Timestamp) -> Result<Loaded, StoreError> {
        self.journal.step("session.load").await?;
        self.store.load(key, now).await
    }

    async fn touch(&self, key: &SessionKey, at: Timestamp) -> Result<bool, StoreError> {
        self.journal.step("session.touch").await?;
        self.store.touch(key, at).await
    }

    async fn rotate(&self, old: &SessionKey, renewal: Renewal) -> Result<Renewed, StoreError> {
        self.journal.step("session.rotate").await?;
        self.store.rotate(old, renewal).await
    }

    async fn delete(&self, subject: &str, handle: &str) -> Result<bool, StoreError> {
        self.journal.step("session.delete").await?;
        self.store.delete(subject, handle).await
    }

    async fn list(&self, subject: &str) -> Result<Vec<SessionRecord>, StoreError> {
        self.journal.step("session.list").await?;
        self.store.list(subject).await
    }

    async fn delete_all_but(&self, subject: &str, keep: Option<&str>) -> Result<usize, StoreError> {
        self.journal.step("session.delete_all_but").await?;
        self.store.delete_all_but(subject, keep).await
    }

    async fn delete_everything(&self) -> Result<usize, StoreError> {
        self.journal.step("session.delete_everything").await?;
        self.store.delete_everything().await
    }

    async fn regrant(&self, subject: &str, grants: &Grants) -> Result<usize, StoreError> {
        self.journal.step("session.regrant").await?;
        self.store.regrant(subject, grants).await
    }

    async fn purge(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.journal.step("session.purge").await?;
        self.store.purge(now).await
    }
}

#[async_trait]
impl<S: ApiKeyStore> ApiKeyStore for Probe<S> {
    async fn insert(&self, record: ApiKeyRecord) -> Result<Inserted, StoreError> {
        self.journal.learn("key-id", &record.id);
        self.journal.learn("key-start", &record.start);
        self.journal.step("key.insert").await?;
        self.store.insert(record).await
    }

    async fn find(&self, id: &str) -> Result<Option<ApiKeyRecord>, StoreError> {
        self.journal.step("key.find").await?;
        self.store.find(id).await
    }

    async fn revoke(&self, owner: &str, id: &str, at: Timestamp) -> Result<bool, StoreError> {
        self.journal.step("key.revoke").await?;
        self.store.revoke(owner, id, at).await
    }

    async fn record_use(&self, id: &str, at: Timestamp) -> Result<(), StoreError> {
        self.journal.step("key.record_use").await?;
        self.store.record_use(id, at).await
    }

    async fn list(&self, owner: &str) -> Result<Vec<ApiKeyRecord>, StoreError> {
        self.journal.step("key.list").await?;
        self.store.list(owner).await
    }
}

#[async_trait]
impl<S: AccountStore> AccountStore for Probe<S> {
    async fn find(&self, login: &LoginName) -> Result<Option<Account>, StoreError> {
        self.journal.step("account.find").await?;
        self.store.find(login).await
    }

    async fn by_subject(&self, subject: &str) -> Result<Option<Account>, StoreError> {
        self.journal.step("account.by_subject").await?;
        self.store.by_subject(subject).await
    }

    async fn insert(&self, account: Account) -> Result<Inserted, StoreError> {
        self.journal.step("account.insert").await?;
        self.store.insert(account).await
    }

    async fn replace_hash(
        &self,
        subject: &str,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool, StoreError> {
        self.journal.step("account.replace_hash").await?;
        self.store.replace_hash(subject, old, new).await
    }
}

/// An event in one line, all of it.
pub(crate) fn line(event: &portcullis::Event) -> String {
    let word = |name: &str, value: Option<String>| value.map_or(String::new(), |v| format!(" {name}={v}"));
    let factors: Vec<_> = event.factors.iter().map(|factor| factor.as_str()).collect();
    [
        event.kind.as_str().to_owned(),
        word("cause", event.cause.map(str::to_owned)),
        word("scheme", event.scheme.map(|scheme| scheme.as_str().to_owned())),
        word("subject", event.subject.clone()),
        word("credential", event.credential.clone()),
        word("factors", (!factors.is_empty()).then(|| factors.join(","))),
        word("client", event.client.as_ref().map(IpAddr::to_string)),
        word("agent", event.user_agent.clone()),
        word("method", (!event.method.is_empty()).then(|| event.method.clone())),
        word("rule", event.rule.map(str::to_owned)),
    ]
    .concat()
}
