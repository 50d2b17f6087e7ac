//! What happens between a request's head and its end.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use portcullis::{
    Account, AccountStore, Factor, Gate, Grant, Inserted, Login, LoginName, MemoryAccounts, MemorySessions,
    NewKey, Password, PasswordHash, Reason, SessionOnly, Sessions, StoreError, TokenGrant, Visit,
};

use super::head::{NOW, Request, builder, issuer};

/// A visit by a session that has just begun, and whoever it is.
async fn known(gate: &Gate) -> (Visit, portcullis::SessionPrincipal) {
    let visit = Visit::open(gate);
    visit.attend(&Request::get(&[])).unwrap();
    visit.log_in(Grant::new("ann", Factor::Password).scopes(["read"])).await.unwrap();
    let mut cookies = Cookies(Vec::new());
    visit.flush(&mut cookies);
    let cookie = cookies.0[0].split(';').next().unwrap().to_owned();
    let request = Request::get(&[("cookie", &cookie)]);
    let visit = Visit::open(gate);
    let caller = visit.admit::<SessionOnly>(&request).await.unwrap();
    visit.attend(&request).unwrap();
    (visit, caller)
}

struct Cookies(Vec<String>);

impl portcullis::Reply for Cookies {
    fn values(&self, _: &str, _: &mut dyn FnMut(&[u8])) {}

    fn set(&mut self, _: &'static str, _: &str) {}

    fn append(&mut self, _: &'static str, value: &str) {
        self.0.push(value.to_owned());
    }
}

/// A guard judged the head; when the body comes, the session has been ended: nothing that would outlive it is
/// made.
#[tokio::test]
async fn an_ended_session_makes_no_key_and_no_token() {
    let gate = builder("a").build().unwrap();
    let (visit, caller) = known(&gate).await;
    let new = || NewKey::new("n").scopes(["read", "read"]);
    let made = visit.create_key(&caller, new()).await.unwrap();
    assert_eq!(made.record.scopes, ["read"]);
    let scopes = ["read".to_owned()];
    assert!(visit.mint_token(&issuer("a"), &caller, "web", &scopes).await.is_ok());

    gate.sessions().unwrap().end_all("ann").await.unwrap();
    assert_eq!(visit.create_key(&caller, new()).await.unwrap_err().reason(), Reason::Invalid);
    let minted = visit.mint_token(&issuer("a"), &caller, "web", &scopes).await;
    assert_eq!(minted.unwrap_err().reason(), Reason::Invalid);
}

/// A caller without a session makes tokens as long as its own credential is good.
#[tokio::test]
async fn a_token_needs_no_session() {
    let gate = builder("a").build().unwrap();
    let token = issuer("a").mint(&TokenGrant::new("ann", "web").scopes(["read"]), NOW).unwrap();
    let request = Request::get(&[("authorization", &format!("Bearer {}", token.expose()))]);
    let visit = Visit::open(&gate);
    let caller = visit.admit::<portcullis::Authenticated>(&request).await.unwrap();
    assert!(visit.mint_token(&issuer("a"), &caller, "web", &["read".to_owned()]).await.is_ok());
}

/// Accounts of which one is disabled while its password is being hashed.
struct Meanwhile {
    accounts: MemoryAccounts,
    disabled: AtomicBool,
}

#[async_trait]
impl AccountStore for Meanwhile {
    async fn find(&self, login: &LoginName) -> Result<Option<Account>, StoreError> {
        self.accounts.find(login).await
    }

    async fn by_subject(&self, subject: &str) -> Result<Option<Account>, StoreError> {
        let disabled = self.disabled.load(Ordering::SeqCst);
        let account = self.accounts.by_subject(subject).await?;
        Ok(account.map(|mut account| {
            account.disabled = disabled;
            account
        }))
    }

    async fn insert(&self, account: Account) -> Result<Inserted, StoreError> {
        self.accounts.insert(account).await
    }

    async fn replace_hash(
        &self,
        subject: &str,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool, StoreError> {
        self.accounts.replace_hash(subject, old, new).await
    }
}

/// S-14: a login that was under way when its account was disabled leaves no session.
#[tokio::test]
async fn a_login_under_way_does_not_outlast_its_account() {
    for disabled in [false, true] {
        let accounts = Meanwhile { accounts: MemoryAccounts::new(), disabled: AtomicBool::new(disabled) };
        let sessions = MemorySessions::new();
        let gate = Gate::builder()
            .sessions(Sessions::new(sessions.clone()))
            .login(Login::new(accounts))
            .build()
            .unwrap();
        let password = Password::from("seven quiet otters swim home");
        gate.login().unwrap().register("ann", &password, &["read"]).await.unwrap();

        let visit = Visit::open(&gate);
        visit.attend(&Request::get(&[])).unwrap();
        let entered = visit.log_in_by_password("ann", &password).await;
        let mut cookies = Cookies(Vec::new());
        visit.flush(&mut cookies);
        assert_eq!((entered.is_ok(), sessions.len()), (!disabled, usize::from(!disabled)));
        assert_eq!(cookies.0[0].contains("Max-Age=0"), disabled);
    }
}
