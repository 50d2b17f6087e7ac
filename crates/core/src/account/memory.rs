//! Accounts in this process's memory, for tests and for programs without a database.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;

use super::{Account, AccountStore, LoginName};
use crate::{Inserted, PasswordHash, StoreError};

/// An [`AccountStore`] that forgets everything when the process ends. `Debug` prints only how many there are.
/// Clones share them.
#[derive(Clone, Default)]
pub struct MemoryAccounts(Arc<Mutex<Tables>>);

#[derive(Default)]
struct Tables {
    accounts: HashMap<String, Account>,
    subjects: HashMap<LoginName, String>,
}

impl MemoryAccounts {
    /// A store without accounts.
    pub fn new() -> Self {
        Self::default()
    }

    /// No step below can panic halfway, so what a poisoned lock guards is whole.
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl AccountStore for MemoryAccounts {
    async fn find(&self, login: &LoginName) -> Result<Option<Account>, StoreError> {
        let tables = self.tables();
        let subject = tables.subjects.get(login);
        Ok(subject.and_then(|subject| tables.accounts.get(subject)).cloned())
    }

    async fn by_subject(&self, subject: &str) -> Result<Option<Account>, StoreError> {
        Ok(self.tables().accounts.get(subject).cloned())
    }

    async fn insert(&self, account: Account) -> Result<Inserted, StoreError> {
        let mut tables = self.tables();
        if tables.subjects.contains_key(&account.login) || tables.accounts.contains_key(&account.subject) {
            return Ok(Inserted::Taken);
        }
        tables.subjects.insert(account.login.clone(), account.subject.clone());
        tables.accounts.insert(account.subject.clone(), account);
        Ok(Inserted::Inserted)
    }

    async fn replace_hash(
        &self,
        subject: &str,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        let stored = tables.accounts.get_mut(subject).and_then(|account| account.password.as_mut());
        match stored {
            Some(hash) if hash == old => {
                hash.clone_from(new);
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

impl fmt::Debug for MemoryAccounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.tables().accounts.len();
        f.debug_struct("MemoryAccounts").field("accounts", &count).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn account(subject: &str, login: &str) -> Account {
        Account::with_subject(subject, login.parse().unwrap())
    }

    /// L-10 A name is taken in every spelling, and what is there stays.
    #[tokio::test]
    async fn a_taken_name_is_not_overwritten() {
        let store: Arc<dyn AccountStore> = Arc::new(MemoryAccounts::new());
        assert_eq!(store.insert(account("1", "ada")).await.unwrap(), Inserted::Inserted);
        assert_eq!(store.insert(account("2", " ADA")).await.unwrap(), Inserted::Taken);
        assert_eq!(store.insert(account("1", "bob")).await.unwrap(), Inserted::Taken);
        assert_eq!(store.by_subject("1").await.unwrap(), Some(account("1", "ada")));
        assert_eq!(store.find(&"bob".parse().unwrap()).await.unwrap(), None);
    }

    /// P-03 A hash is replaced only while it is the one that was verified.
    #[tokio::test]
    async fn a_hash_is_replaced_once() {
        let [old, new, late] = ["old", "new", "late"].map(PasswordHash::from_store);
        let store = MemoryAccounts::new();
        let ada = Account { password: Some(old.clone()), ..account("1", "ada") };
        assert_eq!(store.insert(ada).await.unwrap(), Inserted::Inserted);
        assert!(store.replace_hash("1", &old, &new).await.unwrap());
        assert!(!store.replace_hash("1", &old, &late).await.unwrap());
        assert!(!store.replace_hash("2", &old, &late).await.unwrap());
        let stored = store.by_subject("1").await.unwrap().unwrap();
        assert_eq!(stored.password, Some(new));
    }
}
