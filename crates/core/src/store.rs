//! What a store answers when it cannot answer.

use std::{error::Error, fmt};

/// The store could not decide: it is down, slow or broken.
///
/// The cause is kept for logs in [`source`](Error::source); the text shown names nothing of it, because a
/// driver's message may quote addresses, statements and values.
#[derive(Debug)]
pub struct StoreError(Box<dyn Error + Send + Sync>);

impl StoreError {
    /// Wraps what went wrong: any error, or a text.
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(source.into())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_kept_but_not_shown() {
        let error = StoreError::new("connection to 10.0.0.7 refused");
        assert_eq!(error.to_string(), "the store did not answer");
        let source = error.source().map(ToString::to_string);
        assert_eq!(source.as_deref(), Some("connection to 10.0.0.7 refused"));
    }
}
