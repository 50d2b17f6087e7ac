//! How people get in with a password: the only place where one is checked.
//!
//! 1. An unknown name, a disabled account and a wrong password take the same work and get the same bytes, as
//!    long as the stored hashes have the hasher's cost. Only the event tells them apart.
//! 2. Exactly one hash is computed for each attempt that fails, off the async workers.
//! 3. A hash that is weaker than today's is made anew after a successful login.
//! 4. Once the session is there, the account is read again: a login that was under way when the account was
//!    disabled or its password changed ends at once.
//! 5. A login begins a session with a new id; the one that the request presented ends in the same step.
//!
//! ```
//! use portcullis::{Gate, Login, MemoryAccounts, MemorySessions, Sessions};
//!
//! let gate = Gate::builder()
//!     .realm("shop")
//!     .sessions(Sessions::new(MemorySessions::new()))
//!     .login(Login::new(MemoryAccounts::new()))
//!     .build()?;
//! # Ok::<(), portcullis::ConfigError>(())
//! ```

use std::{fmt, sync::Arc};

use crate::{
    Account, AccountStore, EventKind, Factor, Grant, Grants, HashError, HashErrorKind, Hasher, Inserted,
    LoginName, LoginNameFault, NoEntropy, Password, PasswordFault, PasswordHash, PasswordPolicy, Reason,
    Rejection, Scheme, SessionPrincipal, Sessions, StoreError, Verified, Visit, fault::Fault,
};

/// A gate's password login: whose passwords, and how they are hashed.
#[derive(Clone)]
pub struct Login {
    accounts: Arc<dyn AccountStore>,
    hasher: Hasher,
    policy: PasswordPolicy,
}

impl Login {
    /// Logs the people in `accounts` in, with the default hasher and policy.
    pub fn new(accounts: impl AccountStore) -> Self {
        Self { accounts: Arc::new(accounts), hasher: Hasher::new(), policy: PasswordPolicy::new() }
    }

    /// Hashes otherwise.
    #[must_use]
    pub fn hasher(mut self, hasher: Hasher) -> Self {
        self.hasher = hasher;
        self
    }

    /// Accepts other passwords when one is set. At a login, no policy is applied.
    #[must_use]
    pub fn policy(mut self, policy: PasswordPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Adds an account that logs in with this password and has these scopes.
    ///
    /// # Errors
    /// [`RegisterError`]: what is wrong with the name or the password, that the name is taken, or why it
    /// could not be done now.
    pub async fn register(
        &self,
        login: &str,
        password: &Password,
        scopes: &[&str],
    ) -> Result<Account, RegisterError> {
        let name = LoginName::try_from(login).map_err(RegisterError::Login)?;
        self.policy.check(password, login).map_err(RegisterError::Password)?;
        let mut account = Account::new(name)?;
        account.password = Some(self.hasher.hash(password).await?);
        account.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        match self.accounts.insert(account.clone()).await? {
            Inserted::Inserted => Ok(account),
            Inserted::Taken => Err(RegisterError::Taken),
        }
    }

    async fn by_name(&self, login: &str, password: &Password) -> Result<Account, Fault> {
        let account = match LoginName::try_from(login) {
            Ok(name) => self.accounts.find(&name).await?,
            Err(_) => None,
        };
        self.check(account, password).await
    }

    async fn by_subject(&self, subject: &str, password: &Password) -> Result<Account, Fault> {
        let account = self.accounts.by_subject(subject).await?;
        self.check(account, password).await
    }

    /// One hash, whatever is known of the account; then the verdict.
    async fn check(&self, account: Option<Account>, password: &Password) -> Result<Account, Fault> {
        let hash = account.as_ref().and_then(|account| account.password.as_ref());
        let verified = self.hasher.verify(password, hash).await?;
        let Some(account) = account else { return Err(wrong("unknown_user")) };
        let cause = match verified {
            Verified::Match if account.disabled => "disabled",
            Verified::Match => return Ok(self.refresh(account, password).await),
            Verified::Broken => "broken_hash",
            _ => "wrong_password",
        };
        Err(wrong(cause).about(&account.subject))
    }

    /// Makes a weak hash anew. The login counts whether or not this works out.
    async fn refresh(&self, mut account: Account, password: &Password) -> Account {
        let Some(old) = account.password.clone().filter(|hash| self.hasher.needs_rehash(hash)) else {
            return account;
        };
        match self.try_refresh(&account.subject, &old, password).await {
            Ok(Some(new)) => account.password = Some(new),
            Ok(None) => {}
            Err(_) => {
                tracing::warn!(target: "portcullis", subject = account.subject, "a weak password hash was not made anew");
            }
        }
        account
    }

    /// The new hash, unless another one has come between.
    async fn try_refresh(
        &self,
        subject: &str,
        old: &PasswordHash,
        password: &Password,
    ) -> Result<Option<PasswordHash>, Fault> {
        let new = self.hasher.hash(password).await?;
        Ok(self.accounts.replace_hash(subject, old, &new).await?.then_some(new))
    }

    /// The account as it is now, once the session is there: whoever disables it, changes its password or takes
    /// something away, and then ends or regrants its sessions, also reaches a login that was under way.
    async fn confirm(&self, seen: &Account, password: &Password) -> Result<Account, Fault> {
        let subject = &seen.subject;
        let Some(now) = self.accounts.by_subject(subject).await?.filter(|now| !now.disabled) else {
            return Err(wrong("disabled_meanwhile").about(subject));
        };
        let same = now.password == seen.password;
        if !same && !self.hasher.verify(password, now.password.as_ref()).await?.is_match() {
            return Err(wrong("password_changed_meanwhile").about(subject));
        }
        Ok(now)
    }

    /// Confirms a login, and gives its session what the account has now.
    async fn settle(&self, seen: &Account, password: &Password, sessions: &Sessions) -> Result<(), Fault> {
        let now = self.confirm(seen, password).await?;
        if (&now.scopes, &now.roles) != (&seen.scopes, &seen.roles) {
            let grants = Grants { scopes: now.scopes, roles: now.roles };
            sessions.regrant(&seen.subject, &grants).await?;
        }
        Ok(())
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("hasher", &self.hasher).finish_non_exhaustive()
    }
}

impl Visit {
    /// Checks a login name and a password, and begins a session.
    ///
    /// # Errors
    /// A [`Rejection`]: [`Reason::LoginFailed`] for an unknown name, a wrong password and a disabled account
    /// alike, [`Reason::Unavailable`] when a store does not answer or too many passwords are being hashed.
    pub async fn log_in_by_password(&self, login: &str, password: &Password) -> Result<Account, Rejection> {
        let (passwords, sessions) = (self.login()?, self.sessions()?);
        let checked = passwords.by_name(login, password).await;
        let account = checked.map_err(|fault| self.fail(Scheme::Session, fault))?;
        let grant = Grant::new(&account.subject, Factor::Password);
        let handle = self.log_in(grant.scopes(&account.scopes).roles(&account.roles)).await?;
        if let Err(fault) = passwords.settle(&account, password, sessions).await {
            self.undo_log_in(sessions, &account.subject, &handle).await;
            return Err(self.fail(Scheme::Session, fault));
        }
        self.login_succeeded(&account, &handle);
        Ok(account)
    }

    /// Checks the caller's password again: the session gets a new id and is fresh.
    ///
    /// # Errors
    /// A [`Rejection`]: [`Reason::LoginFailed`] for a wrong password and a disabled account,
    /// [`Reason::Invalid`] when the session has ended meanwhile, [`Reason::Unavailable`] when a store does
    /// not answer or too many passwords are being hashed.
    pub async fn reauthenticate(
        &self,
        caller: &SessionPrincipal,
        password: &Password,
    ) -> Result<(), Rejection> {
        let checked = self.login()?.by_subject(caller.subject(), password).await;
        let account = checked.map_err(|fault| self.fail(Scheme::Session, fault))?;
        self.renew(caller, vec![Factor::Password]).await?;
        self.login_succeeded(&account, caller.handle());
        Ok(())
    }

    fn login_succeeded(&self, account: &Account, handle: &str) {
        let event = self.event(EventKind::LoginSuccess).scheme(Scheme::Session);
        let mut event = event.subject(&account.subject).credential(handle);
        event.factors = vec![Factor::Password];
        self.emit(event);
    }
}

fn wrong(cause: &'static str) -> Fault {
    Fault::new(Reason::LoginFailed, EventKind::LoginFail, cause)
}

impl From<HashError> for Fault {
    fn from(error: HashError) -> Self {
        let (reason, cause) = match error.kind() {
            HashErrorKind::Busy => (Reason::Unavailable, "hashing_busy"),
            _ => (Reason::Internal, "hashing_failed"),
        };
        Self::new(reason, EventKind::AuthnUnavailable, cause)
    }
}

/// Why an account was not registered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RegisterError {
    /// The login name cannot be one.
    Login(LoginNameFault),
    /// The password is not accepted.
    Password(PasswordFault),
    /// The login name belongs to another account.
    Taken,
    /// A store did not answer.
    Store(StoreError),
    /// The password could not be hashed now.
    Hash(HashError),
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Login(fault) => fault.fmt(f),
            Self::Password(fault) => fault.fmt(f),
            Self::Taken => f.write_str("the login name is taken"),
            Self::Store(error) => error.fmt(f),
            Self::Hash(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RegisterError {}

impl From<StoreError> for RegisterError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<HashError> for RegisterError {
    fn from(error: HashError) -> Self {
        Self::Hash(error)
    }
}

impl From<NoEntropy> for RegisterError {
    fn from(error: NoEntropy) -> Self {
        Self::Hash(error.into())
    }
}
