//! What a service has registered, and what guards it: a list to read, print and compare.

use std::fmt;

use crate::Rule;

/// What stands before a handler.
#[derive(Clone, Copy, Debug)]
pub enum Guard {
    /// A caller that the rule admits.
    Required(&'static Rule),
    /// Nobody, or a caller that the rule admits.
    Optional(&'static Rule),
    /// Nothing.
    Open,
}

/// One registered route.
///
/// `Display` is one line: method, path, then the rule's name, `optional` and the rule's name, or `open`.
#[derive(Clone, Debug)]
pub struct Route {
    method: String,
    path: String,
    guard: Guard,
}

impl Route {
    /// A route, for adapters.
    pub fn new(method: impl Into<String>, path: impl Into<String>, guard: Guard) -> Self {
        Self { method: method.into(), path: path.into(), guard }
    }

    /// The method, in upper case.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path, as the framework spells it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What guards it.
    pub fn guard(&self) -> Guard {
        self.guard
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.method, self.path)?;
        match self.guard {
            Guard::Required(rule) => f.write_str(rule.name()),
            Guard::Optional(rule) => write!(f, "optional {}", rule.name()),
            Guard::Open => f.write_str("open"),
        }
    }
}
