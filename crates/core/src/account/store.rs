//! Where accounts are kept.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Account, LoginName};
use crate::{Inserted, PasswordHash, StoreError};

/// Keeps accounts. Every method is one atomic step; [`StoreError`] says that the store could not decide.
#[async_trait]
pub trait AccountStore: Send + Sync + 'static {
    /// The account with this login name, disabled or not.
    async fn find(&self, login: &LoginName) -> Result<Option<Account>, StoreError>;

    /// The account with this subject, disabled or not.
    async fn by_subject(&self, subject: &str) -> Result<Option<Account>, StoreError>;

    /// Adds an account, unless its login name or its subject is taken; never overwrites one.
    async fn insert(&self, account: Account) -> Result<Inserted, StoreError>;

    /// Puts `new` in the place of `old`, if `old` is still the account's hash, and says whether it did.
    ///
    /// A compare-and-swap: a hash that was made again after a login does not undo a password change that
    /// came between. Nothing else of the account is written.
    async fn replace_hash(
        &self,
        subject: &str,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool, StoreError>;
}

#[async_trait]
impl<T: AccountStore + ?Sized> AccountStore for Arc<T> {
    async fn find(&self, login: &LoginName) -> Result<Option<Account>, StoreError> {
        (**self).find(login).await
    }

    async fn by_subject(&self, subject: &str) -> Result<Option<Account>, StoreError> {
        (**self).by_subject(subject).await
    }

    async fn insert(&self, account: Account) -> Result<Inserted, StoreError> {
        (**self).insert(account).await
    }

    async fn replace_hash(
        &self,
        subject: &str,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool, StoreError> {
        (**self).replace_hash(subject, old, new).await
    }
}
