//! Configuration that contradicts itself or is too weak: found out when a gate is built, never later.

use std::fmt;

/// A configuration error. `Display` says what to change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigError {
    kind: ConfigErrorKind,
    message: String,
}

impl ConfigError {
    pub(crate) fn new(kind: ConfigErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// What the error is about.
    pub fn kind(&self) -> ConfigErrorKind {
        self.kind
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConfigError {}

/// What a [`ConfigError`] is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ConfigErrorKind {
    /// The realm.
    Realm,
    /// No scheme, or schemes that cannot be told apart.
    Schemes,
    /// A cookie's attributes.
    Cookie,
    /// A lifetime.
    Lifetime,
    /// The public URL or a trusted origin.
    Origin,
    /// The form of API keys.
    KeyFormat,
    /// The address of the login page.
    LoginPage,
}
