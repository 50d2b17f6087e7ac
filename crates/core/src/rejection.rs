//! A refusal on its way to the client: reason + rule + realm, made per guard.

use std::{fmt, sync::Arc, time::Duration};

use crate::{
    Answer, Reason, Rule, Scheme, Schemes,
    challenge::{Challenge, error_code},
    problem,
};

/// Seconds after which a client may try again when a store was down.
const RETRY_AFTER: &str = "5";

/// Why a guard did not admit the caller, and all that the answer needs. Cheap to clone.
#[derive(Clone)]
pub struct Rejection {
    reason: Reason,
    parts: Arc<Parts>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    pub(crate) realm: Arc<str>,
    /// What may be offered: the rule's schemes that the gate knows.
    pub(crate) offered: Schemes,
    /// The scheme of the credential that was presented and judged.
    pub(crate) presented: Option<Scheme>,
    pub(crate) rule: Option<&'static Rule>,
    pub(crate) max_age: Option<Duration>,
    /// Whether the client would rather have a page.
    pub(crate) html: bool,
    /// Where a page's visitor is sent to log in.
    pub(crate) login: Option<String>,
}

impl Rejection {
    pub(crate) fn new(reason: Reason, parts: Parts) -> Self {
        Self { reason, parts: Arc::new(parts) }
    }

    /// The refusal of a guard that stands outside every gate.
    pub fn no_gate() -> Self {
        Self::new(Reason::NoGate, Parts::default())
    }

    /// The refusal of a route that two gates wrap.
    pub fn two_gates() -> Self {
        Self::new(Reason::TwoGates, Parts::default())
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The status code of the answer.
    pub fn status(&self) -> u16 {
        if self.parts.login.is_some() { 303 } else { problem::status(self.reason) }
    }

    /// The answer, but for the visit's effects, which the adapter's layer flushes.
    pub fn answer(&self) -> Answer {
        let challenges = self.challenges();
        let answer = match &self.parts.login {
            Some(location) => see_other(location),
            None => self.problem(),
        };
        challenges.into_iter().fold(answer, |answer, c| answer.header("www-authenticate", c.to_string()))
    }

    fn problem(&self) -> Answer {
        let answer = problem::of(self.reason).answer(self.parts.html);
        match self.reason {
            Reason::Unavailable => answer.header("retry-after", RETRY_AFTER),
            _ => answer,
        }
    }

    /// In the order JWT, API key, session. What is not a 401 challenges only the scheme that has an error
    /// code for it.
    fn challenges(&self) -> Vec<Challenge> {
        if !problem::challenges_all(self.reason) || self.parts.login.is_some() {
            return Vec::new();
        }
        let only_errors = self.status() != 401;
        let offered = self.parts.offered.iter();
        offered.filter(|s| !only_errors || self.error(*s).is_some()).map(|s| self.challenge(s)).collect()
    }

    fn challenge(&self, scheme: Scheme) -> Challenge {
        let challenge = Challenge::new(scheme, &self.parts.realm);
        let Some(code) = self.error(scheme) else { return challenge };
        let challenge = challenge.with("error", code);
        match self.reason {
            Reason::Expired => challenge.with("error_description", problem::EXPIRED),
            Reason::InsufficientScope => challenge.with("scope", self.scope()),
            Reason::StepUp => match self.parts.max_age {
                Some(age) => challenge.with("max_age", age.as_secs().to_string()),
                None => challenge,
            },
            _ => challenge,
        }
    }

    fn error(&self, scheme: Scheme) -> Option<&'static str> {
        // A malformed Authorization was never judged, yet RFC 6750 section 3.1 names its error.
        let judged = self.parts.presented == Some(scheme) || self.reason == Reason::Malformed;
        error_code(self.reason, scheme).filter(|_| judged)
    }

    fn scope(&self) -> String {
        self.parts.rule.map(|rule| rule.scopes().collect::<Vec<_>>().join(" ")).unwrap_or_default()
    }
}

fn see_other(location: &str) -> Answer {
    let headers = vec![
        ("location", location.to_owned()),
        ("cache-control", "no-store".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
    ];
    Answer { status: 303, headers, body: Vec::new() }
}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rejection").field(&self.reason).finish()
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the caller is not admitted: {:?}", self.reason)
    }
}

impl std::error::Error for Rejection {}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenges(reason: Reason, presented: Option<Scheme>) -> Vec<String> {
        static RULE: Rule = Rule::any_of(&[Scheme::Jwt]).scope("a").scope("b");
        let parts = Parts {
            realm: "r".into(),
            offered: Schemes::ALL,
            presented,
            rule: Some(&RULE),
            max_age: Some(Duration::from_secs(300)),
            ..Parts::default()
        };
        let answer = Rejection::new(reason, parts).answer();
        let lines = answer.headers().iter().filter(|(name, _)| *name == "www-authenticate");
        lines.map(|(_, value)| value.clone()).collect()
    }

    const BARE: [&str; 3] =
        [r#"Bearer realm="r""#, r#"ApiKey realm="r", header="X-API-Key""#, r#"Session realm="r""#];

    /// H-01, H-12: one challenge a line, in the fixed order, without an error when nothing was judged.
    #[test]
    fn nothing_presented_challenges_everything() {
        assert_eq!(challenges(Reason::Missing, None), BARE);
        assert_eq!(challenges(Reason::Invalid, Some(Scheme::ApiKey)), BARE);
    }

    /// H-03, H-06, H-32: the error stands in the presented scheme's challenge only.
    #[test]
    fn errors_stand_where_they_belong() {
        let invalid = r#"Bearer realm="r", error="invalid_token""#;
        assert_eq!(challenges(Reason::Invalid, Some(Scheme::Jwt)), [invalid, BARE[1], BARE[2]]);
        let scope = r#"Bearer realm="r", error="insufficient_scope", scope="a b""#;
        assert_eq!(challenges(Reason::InsufficientScope, Some(Scheme::Jwt)), [scope]);
        assert_eq!(challenges(Reason::InsufficientScope, Some(Scheme::Session)), [""; 0]);
        let step_up = r#"Session realm="r", error="insufficient_user_authentication", max_age="300""#;
        assert_eq!(challenges(Reason::StepUp, Some(Scheme::Session)), [BARE[0], BARE[1], step_up]);
    }

    /// H-04: a malformed request names its error although nothing was judged.
    #[test]
    fn malformed_is_an_invalid_request() {
        assert_eq!(challenges(Reason::Malformed, None), [r#"Bearer realm="r", error="invalid_request""#]);
        assert_eq!(challenges(Reason::TooLarge, None), [""; 0]);
    }
}
