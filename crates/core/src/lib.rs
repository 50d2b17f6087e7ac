#![doc = include_str!("../README.md")]

pub mod account;
pub mod api_key;
mod builder;
mod challenge;
mod clock;
mod config;
mod cookie;
mod credential;
mod effects;
pub mod event;
mod facts;
mod fault;
mod gate;
mod head;
pub mod jwt;
mod login;
mod origin;
pub mod password;
mod principal;
mod problem;
mod redirect;
mod rejection;
mod route;
mod rule;
mod scheme;
mod secret;
pub mod session;
mod store;
mod verdict;
mod visit;

pub use account::{Account, AccountStore, LoginName, LoginNameFault, MemoryAccounts};
pub use api_key::{ApiKeyRecord, ApiKeyStore, ApiKeys, IssuedKey, KeyFormat, KeyHash, MemoryApiKeys, NewKey};
pub use builder::GateBuilder;
pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use config::{ConfigError, ConfigErrorKind};
pub use cookie::{CookiePolicy, SameSite};
pub use effects::Reply;
pub use event::{Event, EventKind, EventSink, Level, MemoryEvents, TracingEvents};
pub use gate::Gate;
pub use head::Head;
pub use jwt::{
    Algorithm, Claims, JwtConfigError, JwtConfigErrorKind, JwtFault, JwtIssuer, JwtVerifier, KeyError,
    KeyErrorKind, MintError, MintErrorKind, MintedToken, SigningKey, TokenGrant, VerifyingKey,
};
pub use login::{Login, RegisterError};
pub use password::{
    HashError, HashErrorKind, Hasher, HasherError, Password, PasswordFault, PasswordHash, PasswordHashFault,
    PasswordPolicy, PasswordPolicyError, Verified,
};
pub use principal::{ApiKeyPrincipal, Caller, Factor, JwtPrincipal, Principal, SessionPrincipal};
pub use problem::{Answer, Problem};
pub use redirect::return_path;
pub use rejection::Rejection;
pub use route::{Guard, Route};
pub use rule::{ApiKeyOnly, Authenticated, JwtOnly, Require, Rule, SessionOnly, check};
pub use scheme::{Scheme, Schemes};
pub use secret::{NoEntropy, Secret};
pub use session::{
    Created, Grant, Grants, Loaded, MemorySessions, Renewal, Renewed, SessionKey, SessionRecord,
    SessionStore, Sessions, Successor,
};
pub use store::{Inserted, StoreError};
pub use verdict::{Reason, Refused, Verdict};
pub use visit::Visit;
