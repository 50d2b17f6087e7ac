//! Accounts: who can log in with a password, and where that is kept.
//!
//! 1. A [`LoginName`] has one canonical form, made where it is parsed. The unique index, the look-up and the
//!    throttle all use that form, so that no spelling of a name is a second account or a second counter.
//! 2. What is sent to an account's owner goes to what is *stored* for the account, never to what was submitted.
//! 3. An [`Account`] is known everywhere else by its `subject`, which is random and outlives a change of name.
//! 4. An [`AccountStore`] exposes decisions: `insert` takes a name or finds it taken in one step, `replace_hash`
//!    replaces a hash only if it is still the one that was verified.
//!
//! ```
//! use portcullis::{Account, AccountStore, Inserted, LoginName, MemoryAccounts};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let accounts = MemoryAccounts::new();
//! let ada = Account::new("Ada@example.org".parse()?)?;
//! let subject = ada.subject.clone();
//! assert_eq!(accounts.insert(ada).await?, Inserted::Inserted);
//!
//! let again = Account::new("ADA@example.org ".parse()?)?;
//! assert_eq!(accounts.insert(again).await?, Inserted::Taken);
//!
//! let found = accounts.find(&LoginName::try_from("ada@EXAMPLE.org")?).await?;
//! assert_eq!(found.map(|account| account.subject), Some(subject));
//! # Ok(())
//! # }
//! ```

mod login_name;
mod memory;
mod record;
mod store;

pub use {
    login_name::{LoginName, LoginNameFault},
    memory::MemoryAccounts,
    record::Account,
    store::AccountStore,
};
