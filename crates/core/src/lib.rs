//! Core.
mod account;
mod clock;
mod password;
mod secret;
mod store;

pub use account::{Account, AccountStore, Inserted, LoginName, LoginNameFault, MemoryAccounts};
pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use password::{
    HashError, HashErrorKind, Hasher, HasherError, Password, PasswordFault, PasswordHash,
    PasswordHashFault, PasswordPolicy, PasswordPolicyError, Verified,
};
pub use secret::{NoEntropy, Secret};
pub use store::StoreError;
