//! What verification says of a request, and why a caller is not admitted.

use crate::{Principal, Scheme};

/// What a gate's verification says of a request; remembered for the rest of it.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// A good credential.
    Known(Principal),
    /// No credential at all.
    Anonymous,
    /// A credential that is present and bad, or that could not be judged.
    Refused(Refused),
}

/// A refusal: why, for the client, and through which scheme.
#[derive(Clone, Copy, Debug)]
pub struct Refused {
    /// Why the caller is refused.
    pub reason: Reason,
    /// The scheme of the credential that was presented, where one was.
    pub scheme: Option<Scheme>,
}

impl Refused {
    pub(crate) const fn new(reason: Reason, scheme: Scheme) -> Self {
        Self { reason, scheme: Some(scheme) }
    }
}

impl From<Reason> for Refused {
    fn from(reason: Reason) -> Self {
        Self { reason, scheme: None }
    }
}

/// Why a caller is not admitted. The exact cause is in the event only.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// 401: no credential.
    Missing,
    /// 401: a credential of a scheme that the rule does not accept; it was not looked at.
    Unaccepted,
    /// 400: a malformed `Authorization`, or more than one explicit credential.
    Malformed,
    /// 431: a credential header over the limit.
    TooLarge,
    /// 401: the credential is bad.
    Invalid,
    /// 401: a token that is good in everything but its expiry.
    Expired,
    /// 403: a scope is missing.
    InsufficientScope,
    /// 403: the caller may not do this.
    Forbidden,
    /// 401: the login is not recent or strong enough.
    StepUp,
    /// 403: a request that another site's page caused.
    CrossSite,
    /// 401: a wrong login name or password.
    LoginFailed,
    /// 503: a store did not answer, so nothing could be decided.
    Unavailable,
    /// 500: verification panicked, or the system gave no random bytes.
    Internal,
    /// 500: a guard ran where no gate's layer wraps the route.
    NoGate,
    /// 500: two gates wrap one route.
    TwoGates,
    /// 500: the rule asks for what this gate cannot give.
    Misconfigured,
}
