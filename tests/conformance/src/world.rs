//! One service's surroundings, made afresh for every case: a frozen clock, watched stores, captured events,
//! and the gate made of them.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use portcullis::{
    Account, AccountStore, ApiKeys, CookiePolicy, Event, EventSink, Factor, Gate, GateBuilder, Grant, Hasher,
    JwtIssuer, JwtVerifier, KeyFormat, Login, ManualClock, MemoryAccounts, MemoryApiKeys, MemoryEvents,
    MemorySessions, NewKey, PasswordHash, Secret, Sessions, SigningKey, Timestamp, TokenGrant, Visit,
};

use crate::{
    probe::{Journal, Probe, line},
    seed::{Jar, Plain, block_on},
};

/// When every case begins: 2026-01-01T00:00:00Z.
pub const START: Timestamp = Timestamp::from_secs(1_767_225_600);

/// Who issues the tokens that the gate believes.
pub const ISSUER: &str = "https://id.conformance.test";

/// For whom they are meant.
pub const AUDIENCE: &str = "https://conformance.test";

/// Somebody who has an account.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum User {
    /// May read and write, and is an administrator.
    Ada,
    /// May read.
    Bob,
    /// Has a disabled account.
    Eve,
}

impl User {
    /// Everybody.
    pub const ALL: [Self; 3] = [Self::Ada, Self::Bob, Self::Eve];

    /// The login name.
    pub const fn login(self) -> &'static str {
        match self {
            Self::Ada => "ada",
            Self::Bob => "bob",
            Self::Eve => "eve",
        }
    }

    /// The account's subject.
    pub const fn subject(self) -> &'static str {
        match self {
            Self::Ada => "subject-of-ada",
            Self::Bob => "subject-of-bob",
            Self::Eve => "subject-of-eve",
        }
    }

    /// The password.
    pub const fn password(self) -> &'static str {
        "correct horse battery staple"
    }

    /// What the account may do.
    pub const fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::Ada => &["read", "write"],
            Self::Bob | Self::Eve => &["read"],
        }
    }

    /// The account's roles.
    pub const fn roles(self) -> &'static [&'static str] {
        match self {
            Self::Ada => &["admin"],
            Self::Bob | Self::Eve => &[],
        }
    }

    /// What a password login of this user grants.
    pub fn grant(self) -> Grant {
        Grant::new(self.subject(), Factor::Password)
            .scopes(self.scopes().iter().copied())
            .roles(self.roles().iter().copied())
    }

    fn account(self) -> Account {
        let login = self.login().parse().expect("a login name");
        let mut account = Account::with_subject(self.subject(), login);
        account.password = Some(password_hash());
        account.scopes = self.scopes().iter().map(ToString::to_string).collect();
        account.roles = self.roles().iter().map(ToString::to_string).collect();
        account.disabled = self == Self::Eve;
        account
    }
}

/// How a case wants its world, where it is not as usual.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Setting {
    realm: Option<&'static str>,
    public_url: Option<&'static str>,
    trusted: Vec<String>,
    bypassed: Vec<String>,
    strict: bool,
    cookie: Option<CookiePolicy>,
    idle: Option<Duration>,
    without: Vec<&'static str>,
}

impl Setting {
    /// As usual.
    pub fn new() -> Self {
        Self::default()
    }

    /// Another realm than `conformance`.
    pub fn realm(mut self, realm: &'static str) -> Self {
        self.realm = Some(realm);
        self
    }

    /// With a public origin.
    pub fn public_url(mut self, url: &'static str) -> Self {
        self.public_url = Some(url);
        self
    }

    /// Trusting another origin.
    pub fn trust(mut self, origin: impl Into<String>) -> Self {
        self.trusted.push(origin.into());
        self
    }

    /// With the origin check off for a path.
    pub fn bypass(mut self, path: impl Into<String>) -> Self {
        self.bypassed.push(path.into());
        self
    }

    /// Refusing writes that name no origin.
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// With another session cookie.
    pub fn cookie(mut self, policy: CookiePolicy) -> Self {
        self.cookie = Some(policy);
        self
    }

    /// With another idle time.
    pub fn idle(mut self, idle: Duration) -> Self {
        self.idle = Some(idle);
        self
    }

    /// Without `session`, `key` or `jwt`.
    pub fn without(mut self, scheme: &'static str) -> Self {
        self.without.push(scheme);
        self
    }

    fn sessions(&self, mut sessions: Sessions) -> Sessions {
        if let Some(idle) = self.idle {
            sessions = sessions.idle(idle);
        }
        if let Some(cookie) = &self.cookie {
            sessions = sessions.cookie(cookie.clone());
        }
        sessions
    }

    fn origin(&self, mut builder: GateBuilder) -> GateBuilder {
        if let Some(url) = self.public_url {
            builder = builder.public_url(url);
        }
        for origin in &self.trusted {
            builder = builder.trust_origin(origin);
        }
        for path in &self.bypassed {
            builder = builder.insecure_bypass_origin(path);
        }
        if self.strict { builder.strict_origin() } else { builder }
    }

    fn has(&self, scheme: &str) -> bool {
        !self.without.contains(&scheme)
    }
}

/// One case's surroundings.
#[derive(Debug)]
pub struct World {
    gate: Gate,
    journal: Arc<Journal>,
    clock: Arc<ManualClock>,
    events: Arc<Ear>,
    sessions: MemorySessions,
    keys: MemoryApiKeys,
    issuer: JwtIssuer,
    /// A gate on the same sessions, unwatched: it makes sessions for cases that need one.
    doorman: Gate,
    /// A gate on the same keys, unwatched, with sessions of its own: it makes keys.
    locksmith: Gate,
}

impl World {
    /// A world as `setting` says.
    ///
    /// # Panics
    /// When the setting contradicts itself.
    pub fn new(setting: &Setting) -> Arc<Self> {
        let journal = Arc::new(Journal::default());
        let clock = Arc::new(ManualClock::at(START));
        let events = Arc::new(Ear::default());
        let (sessions, keys) = (MemorySessions::new(), MemoryApiKeys::new());
        let made = setting.sessions(Sessions::new(sessions.clone()));
        let doorman = quiet().clock(clock.clone()).sessions(made).build();
        let own = Sessions::new(MemorySessions::new());
        let locksmith = quiet().clock(clock.clone()).sessions(own).api_keys(api_keys(keys.clone())).build();
        let stores =
            (Probe::new(sessions.clone(), journal.clone()), Probe::new(keys.clone(), journal.clone()));
        let builder = setting.origin(Gate::builder()).clock(clock.clone()).events(events.clone());
        let gate = furnish(setting, builder, stores, &journal).build();
        Arc::new(Self {
            gate: gate.expect("a setting that makes sense"),
            doorman: doorman.expect("a gate that makes sessions"),
            locksmith: locksmith.expect("a gate that makes keys"),
            issuer: JwtIssuer::new(ISSUER, AUDIENCE, signing_key()),
            journal,
            clock,
            events,
            sessions,
            keys,
        })
    }

    /// The gate that the adapter carries.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// What was noticed of the stores, and what is planned for them.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The present moment, by the frozen clock.
    pub fn now(&self) -> Timestamp {
        self.gate.now()
    }

    /// Moves the clock forward.
    pub fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// The events so far, one line each.
    pub fn events(&self) -> Vec<String> {
        self.events.heard.all().iter().map(line).collect()
    }

    /// Lets events of that name get lost, for adapters that are broken on purpose.
    pub fn lose(&self, event: &'static str) {
        self.events.deaf_to.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    /// How many session records there are.
    pub fn session_count(&self) -> usize {
        self.sessions.len()
    }

    /// The store of keys, unwatched.
    pub fn keys(&self) -> &MemoryApiKeys {
        &self.keys
    }

    /// The store of sessions, unwatched.
    pub fn sessions(&self) -> &MemorySessions {
        &self.sessions
    }

    /// A new session of `user`, as its cookie's value.
    pub fn session(&self, user: User) -> String {
        self.session_of(user.grant())
    }

    /// A new session of that grant, as its cookie's value.
    pub fn session_of(&self, grant: Grant) -> String {
        let (handle, jar) = log_in(&self.doorman, grant);
        self.journal.learn("handle", &handle);
        self.journal.learn("session", jar.value());
        jar.value().to_owned()
    }

    /// A new API key of `user` with these scopes.
    pub fn key(&self, user: User, scopes: &[&str]) -> String {
        self.key_of(user, NewKey::new("seed").scopes(scopes.iter().copied()))
    }

    /// A new API key of `user`, as `new` says; the user's own scopes do not matter.
    pub fn key_of(&self, user: User, new: NewKey) -> String {
        let (_, jar) = log_in(&self.locksmith, user.grant().scopes(["read", "write"]));
        let visit = Visit::open(&self.locksmith);
        let issued = block_on(async {
            let caller = visit.admit::<portcullis::Authenticated>(&Plain::with_cookie(&jar)).await?;
            visit.create_key(&caller, new).await
        });
        let issued = issued.expect("a key");
        let text = String::from_utf8_lossy(issued.key.expose()).into_owned();
        self.journal.learn("key-id", &issued.record.id);
        self.journal.learn("key-start", &issued.record.start);
        self.journal.learn("key", &text);
        text
    }

    /// A good token of `user` with these scopes, after a login just now.
    pub fn token(&self, user: User, scopes: &[&str]) -> String {
        let grant = TokenGrant::new(user.subject(), "suite").scopes(scopes.iter().copied());
        self.token_of(&self.issuer, &grant.authenticated_at(self.now()).factors(["pwd"]))
    }

    /// A good token that says what `grant` says.
    pub fn token_saying(&self, grant: &TokenGrant) -> String {
        self.token_of(&self.issuer, grant)
    }

    /// A token of `issuer`, which need not be the one that the gate believes.
    pub fn token_of(&self, issuer: &JwtIssuer, grant: &TokenGrant) -> String {
        let minted = issuer.mint(grant, self.now()).expect("a token");
        self.journal.learn("token-id", minted.id());
        self.journal.learn("token", minted.expose());
        minted.expose().to_owned()
    }
}

/// The key that signs the tokens that the gate believes.
pub fn signing_key() -> SigningKey {
    SigningKey::ed25519_from_seed(&Secret::new([7; 32])).expect("a key").with_kid("suite")
}

fn furnish(
    setting: &Setting,
    builder: GateBuilder,
    (sessions, keys): (Probe<MemorySessions>, Probe<MemoryApiKeys>),
    journal: &Arc<Journal>,
) -> GateBuilder {
    let accounts = Probe::new(accounts(), journal.clone());
    let mut builder = builder
        .realm(setting.realm.unwrap_or("conformance"))
        .login_page("/login")
        .login(Login::new(accounts).hasher(hasher().clone()));
    if setting.has("session") {
        builder = builder.sessions(setting.sessions(Sessions::new(sessions)));
    }
    if setting.has("key") {
        builder = builder.api_keys(api_keys(keys));
    }
    if setting.has("jwt") {
        let verifier =
            JwtVerifier::<portcullis::Claims>::new(ISSUER, AUDIENCE, [signing_key().verifying_key()]);
        builder = builder.jwt(verifier.expect("a verifier"));
    }
    builder
}

fn api_keys(store: impl portcullis::ApiKeyStore) -> ApiKeys {
    ApiKeys::new(store, KeyFormat::new("cft", "live").expect("a format"))
}

fn accounts() -> Arc<MemoryAccounts> {
    let accounts = Arc::new(MemoryAccounts::new());
    for user in User::ALL {
        let inserted = block_on(accounts.insert(user.account()));
        assert!(inserted.is_ok(), "accounts in memory always answer");
    }
    accounts
}

/// One hasher and one hash for all worlds: hashing is what takes time here.
fn hasher() -> &'static Hasher {
    static HASHER: OnceLock<Hasher> = OnceLock::new();
    HASHER.get_or_init(|| Hasher::new().wait(Duration::from_secs(60)))
}

fn password_hash() -> PasswordHash {
    static HASH: OnceLock<PasswordHash> = OnceLock::new();
    let hash = || block_on(hasher().hash(&User::Ada.password().into())).expect("a hash");
    HASH.get_or_init(hash).clone()
}

fn quiet() -> GateBuilder {
    Gate::builder().events(Ear::default())
}

fn log_in(gate: &Gate, grant: Grant) -> (String, Jar) {
    let visit = Visit::open(gate);
    let handle = block_on(visit.log_in(grant)).expect("a session");
    let mut jar = Jar::default();
    visit.flush(&mut jar);
    (handle, jar)
}

/// Hears events, but for those to which it is deaf.
#[derive(Debug)]
struct Ear {
    heard: MemoryEvents,
    deaf_to: Mutex<Vec<&'static str>>,
}

impl Default for Ear {
    fn default() -> Self {
        Self { heard: MemoryEvents::new(10_000), deaf_to: Mutex::default() }
    }
}

impl EventSink for Ear {
    fn record(&self, event: &Event) {
        let deaf = self.deaf_to.lock().unwrap_or_else(PoisonError::into_inner).contains(&event.kind.as_str());
        if !deaf {
            self.heard.record(event);
        }
    }
}
