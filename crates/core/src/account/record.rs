//! One account.

use data_encoding::BASE64URL_NOPAD;

use super::LoginName;
use crate::{
    PasswordHash,
    secret::{self, NoEntropy},
};

/// Somebody who can log in. `Debug` prints no hash.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Account {
    /// The opaque id by which sessions, tokens and events know the account. It never changes.
    pub subject: String,
    /// The name to log in with, unique in its canonical form.
    pub login: LoginName,
    /// The hashed password; `None` if the account has none.
    pub password: Option<PasswordHash>,
    /// What the account may do, as in an OAuth 2.0 scope (RFC 6749 3.3): one name an entry.
    pub scopes: Vec<String>,
    /// The roles it has in the application.
    pub roles: Vec<String>,
    /// Whether it is kept from logging in. To the client that looks like a wrong password, at the same cost.
    pub disabled: bool,
}

impl Account {
    /// A new account: a random subject of 128 bits in base64url, no password, no scopes, no roles.
    ///
    /// # Errors
    /// [`NoEntropy`] if the operating system gives no random bytes.
    pub fn new(login: LoginName) -> Result<Self, NoEntropy> {
        let subject = BASE64URL_NOPAD.encode(&secret::random::<16>()?);
        Ok(Self::with_subject(subject, login))
    }

    /// An account that has its subject already. Stores set the other fields afterwards.
    pub fn with_subject(subject: impl Into<String>, login: LoginName) -> Self {
        Self {
            subject: subject.into(),
            login,
            password: None,
            scopes: Vec::new(),
            roles: Vec::new(),
            disabled: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P-23 A record that is logged shows no hash.
    #[test]
    fn shows_no_hash() {
        let mut account = Account::with_subject("s", "ada".parse().unwrap());
        account.password = Some(PasswordHash::from_store("$argon2id$v=19$m=8,t=1,p=1$c2FsdA$dGFn"));
        let shown = format!("{account:?}");
        assert!(shown.contains("[redacted]") && !shown.contains("argon2id"), "{shown}");
    }

    #[test]
    fn subjects_are_random() {
        let [one, two] = [1, 2].map(|_| Account::new("ada".parse().unwrap()).unwrap());
        assert_ne!(one.subject, two.subject);
        assert_eq!(one.subject.len(), 22);
    }
}
