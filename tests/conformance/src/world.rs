//! Everything that a case can see and touch besides the wire: clock, stores, events, the gate itself.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use portcullis::{
    Account, AccountStore, Algorithm, ApiKeyRecord, ApiKeyStore, ApiKeys, Claims, Event, Gate, GateBuilder,
    Hasher, JwtIssuer, JwtVerifier, KeyFormat, KeyHash, Login, ManualClock, MemoryAccounts, MemoryApiKeys,
    MemoryEvents, MemorySessions, Password, PasswordHash, Secret, Sessions, SigningKey, Timestamp,
    TokenGrant,
};

use crate::probe::{Hold, Log, Mode, Probe};

/// When every case begins: 2023-11-14T22:13:20Z.
pub const START: Timestamp = Timestamp::from_secs(1_700_000_000);
/// The password of `ann`, `bob` and `off`.
pub const PASSWORD: &str = "seven quiet otters swim home";
/// Who issues the fixture's tokens.
pub const ISSUER: &str = "https://id.test";
/// Whom the fixture's tokens are for.
pub const AUDIENCE: &str = "https://api.test";

/// What a case changes in the world before it begins.
#[derive(Clone, Copy)]
pub struct Setup {
    /// Changes the gate.
    pub gate: fn(GateBuilder) -> GateBuilder,
    /// Changes the gate's sessions.
    pub sessions: fn(Sessions) -> Sessions,
}

impl Default for Setup {
    fn default() -> Self {
        Self { gate: |gate| gate, sessions: |sessions| sessions }
    }
}

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Setup")
    }
}

/// One case's world, made fresh for it. Nothing moves in it but by the case.
#[derive(Debug)]
pub struct World {
    gate: Gate,
    clock: Arc<ManualClock>,
    log: Log,
    sessions: Probe<MemorySessions>,
    api_keys: Probe<MemoryApiKeys>,
    accounts: Probe<MemoryAccounts>,
    events: Arc<MemoryEvents>,
    issuer: JwtIssuer,
    ran: AtomicUsize,
}

impl World {
    /// A world with the accounts `ann` (may read and write, is an admin), `bob` (may read) and `off`
    /// (disabled).
    pub(crate) fn new(setup: Setup) -> Arc<Self> {
        let clock = Arc::new(ManualClock::at(START));
        let log = Log::default();
        let sessions = Probe::new("session", MemorySessions::new(), &log);
        let api_keys = Probe::new("key", MemoryApiKeys::new(), &log);
        let accounts = Probe::new("account", MemoryAccounts::new(), &log);
        let events = Arc::new(MemoryEvents::new(10_000));
        let gate = Gate::builder()
            .realm("conformance")
            .clock(clock.clone())
            .events(events.clone())
            .sessions((setup.sessions)(Sessions::new(sessions.clone())))
            .api_keys(ApiKeys::new(api_keys.clone(), format()))
            .jwt(verifier())
            .login(Login::new(accounts.clone()).hasher(hasher().clone()))
            .login_page("/login");
        let gate = (setup.gate)(gate).build().expect("the fixture's gate is well configured");
        let ran = AtomicUsize::new(0);
        let world = Self { gate, clock, log, sessions, api_keys, accounts, events, issuer: issuer(), ran };
        world.seed();
        Arc::new(world)
    }

    fn seed(&self) {
        for (name, scopes, roles) in [
            ("ann", &["read", "write"][..], &["admin"][..]),
            ("bob", &["read"], &[]),
            ("off", &["read"], &[]),
        ] {
            let login = name.parse().expect("a plain login name");
            let mut account = Account::with_subject(name, login);
            account.password = Some(hash().clone());
            account.scopes = scopes.iter().map(|s| (*s).to_owned()).collect();
            account.roles = roles.iter().map(|s| (*s).to_owned()).collect();
            account.disabled = name == "off";
            let inserted = now(self.accounts.inner().insert(account)).expect("memory answers");
            assert_eq!(inserted, portcullis::Inserted::Inserted);
        }
    }

    /// The gate, for the binding.
    pub fn gate(&self) -> Gate {
        self.gate.clone()
    }

    /// Who mints the fixture's tokens.
    pub fn issuer(&self) -> &JwtIssuer {
        &self.issuer
    }

    /// Counts a handler that ran although no guard stands in its arguments.
    pub fn count(&self) {
        self.ran.fetch_add(1, Ordering::SeqCst);
    }

    /// How many such handlers ran.
    pub fn ran(&self) -> usize {
        self.ran.load(Ordering::SeqCst)
    }

    /// Moves the clock.
    pub fn advance(&self, by: Duration) {
        use portcullis::Clock as _;
        let now = self.clock.now();
        self.clock.set(now.after(by));
    }

    /// What every store does from now on.
    pub fn stores(&self, mode: Mode) {
        self.sessions.set(mode);
        self.api_keys.set(mode);
        self.accounts.set(mode);
    }

    /// Lets the next such operation, `session.touch`, wait between its call and its effect.
    pub(crate) fn hold(&self, operation: &'static str) -> Arc<Hold> {
        self.log.hold(operation)
    }

    /// The operations that the stores were asked for, in order.
    pub fn operations(&self) -> Vec<String> {
        self.log.all()
    }

    /// The events, in order.
    pub fn events(&self) -> Vec<Event> {
        self.events.all()
    }

    /// How many sessions there are.
    pub fn live_sessions(&self) -> usize {
        self.sessions.inner().len()
    }

    /// What a dump of the session store would show, hashes spelled out.
    pub fn dump_sessions(&self, subject: &str) -> String {
        use portcullis::SessionStore as _;
        let records = now(self.sessions.inner().list(subject)).expect("memory answers");
        records
            .iter()
            .map(|record| format!("{record:?} {:?}", record.key.as_bytes()))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Replaces what a subject may do.
    pub fn regrant(&self, subject: &str, scopes: &[&str]) {
        let scopes = scopes.iter().map(|s| (*s).to_owned()).collect();
        let grants = portcullis::Grants { scopes, roles: Vec::new() };
        let sessions = self.gate.sessions().expect("the fixture has sessions");
        now(sessions.regrant(subject, &grants)).expect("memory answers");
    }

    /// Ends every session of a subject, as an administrator does.
    pub fn end_all(&self, subject: &str) {
        let sessions = self.gate.sessions().expect("the fixture has sessions");
        now(sessions.end_all(subject)).expect("memory answers");
    }

    /// Puts an API key of `owner` into the store, and returns its text.
    pub fn key(&self, owner: &str, scopes: &[&str], change: impl FnOnce(&mut ApiKeyRecord)) -> String {
        let text = key_text();
        let id = text[KEY_LEAD.len()..][..16].to_owned();
        let mut record = ApiKeyRecord {
            id,
            hash: KeyHash::of(text.as_bytes()),
            owner: owner.to_owned(),
            name: "fixture".to_owned(),
            scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
            start: text[..KEY_LEAD.len() + 4].to_owned(),
            created_at: START,
            not_before: None,
            expires_at: None,
            revoked_at: None,
            last_used_at: None,
        };
        change(&mut record);
        let inserted = now(self.api_keys.inner().insert(record)).expect("memory answers");
        assert_eq!(inserted, portcullis::Inserted::Inserted);
        text
    }

    /// What the store holds of a key.
    pub fn key_record(&self, text: &str) -> Option<ApiKeyRecord> {
        let id = text.get(KEY_LEAD.len()..)?.get(..16)?;
        now(self.api_keys.inner().find(id)).expect("memory answers")
    }

    /// A token for `subject` with these scopes, minted now.
    pub fn token(&self, subject: &str, scopes: &[&str]) -> String {
        self.token_by(&self.issuer, subject, scopes)
    }

    /// A token by another issuer than the fixture's own.
    pub fn token_by(&self, issuer: &JwtIssuer, subject: &str, scopes: &[&str]) -> String {
        use portcullis::Clock as _;
        let grant = TokenGrant::new(subject, "conformance").scopes(scopes.iter().copied());
        let minted = issuer.mint(&grant, self.clock.now()).expect("the fixture's key signs");
        minted.expose().to_owned()
    }
}

/// What every key of the fixture begins with.
pub const KEY_LEAD: &str = "cft_live_";

fn format() -> KeyFormat {
    KeyFormat::new("cft", "live").expect("a well-formed prefix")
}

/// A new, well-formed key.
pub fn key_text() -> String {
    let (_, key) = format().generate().expect("random bytes");
    String::from_utf8_lossy(key.expose()).into_owned()
}

/// The fixture's signing key: HS256, named `one`.
pub fn signing_key() -> SigningKey {
    let secret = Secret::new([7; 32]);
    SigningKey::from_secret(Algorithm::HS256, &secret).expect("32 bytes are enough").with_kid("one")
}

/// Issues as the fixture does.
pub fn issuer() -> JwtIssuer {
    JwtIssuer::new(ISSUER, AUDIENCE, signing_key())
}

fn verifier() -> JwtVerifier<Claims> {
    JwtVerifier::new(ISSUER, AUDIENCE, [signing_key().verifying_key()]).expect("one named key")
}

/// One hasher for all worlds, so that they share one memory budget.
fn hasher() -> &'static Hasher {
    static HASHER: OnceLock<Hasher> = OnceLock::new();
    HASHER.get_or_init(Hasher::new)
}

/// The hash of [`PASSWORD`], made once.
fn hash() -> &'static PasswordHash {
    static HASH: OnceLock<PasswordHash> = OnceLock::new();
    HASH.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let hash = async { hasher().hash(&Password::from(PASSWORD)).await };
        runtime.expect("a runtime").block_on(hash).expect("a hash")
    })
}

/// The result of a future of a memory store, which never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("a memory store waited"),
    }
}
