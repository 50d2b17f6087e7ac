//! What every store has in common.

use std::{error::Error, fmt, sync::Arc};

/// What an insertion did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub enum Inserted {
    /// It is stored.
    Inserted,
    /// There is one of that name already; nothing has changed.
    Taken,
}

/// A store did not answer, so nothing can be decided: the caller gets 503, never 401 or "anonymous".
///
/// The cause is for the operator: `Display` keeps it to itself, [`source`](Error::source) tells it.
#[derive(Clone, Debug)]
pub struct StoreError(Arc<dyn Error + Send + Sync>);

impl StoreError {
    /// An error with that cause.
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(Arc::from(source.into()))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store did not answer")
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}
