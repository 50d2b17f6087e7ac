//! Whom a route admits: a [`Rule`], and the type that carries it, [`Require`].
//!
//! A rule is a constant, checked by the compiler: an empty or contradictory one, or one that is wider than
//! the principal type that the handler receives, fails in `cargo check`.
//!
//! ```
//! use portcullis::{rule, Require, Principal, Rule, SessionPrincipal};
//!
//! rule!(pub ReadOrders -> Principal = Rule::any_of(&[Session, ApiKey, Jwt]).scope("orders:read"));
//! rule!(pub EndOthers -> SessionPrincipal = Rule::any_of(&[Session]).fresh());
//!
//! assert_eq!(ReadOrders::RULE.scopes().collect::<Vec<_>>(), ["orders:read"]);
//! ```

use std::time::Duration;

use crate::{Caller, Principal, Reason, Scheme, Schemes, Timestamp};

/// Whom a route admits. All requirements combine with AND; scopes and roles are all-of.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    name: &'static str,
    schemes: Schemes,
    scopes: Names,
    roles: Names,
    fresh: Fresh,
    mfa: bool,
    page: bool,
}

impl Rule {
    /// Admits a caller with a good credential of any of these schemes.
    ///
    /// # Panics
    /// When there is none: in a constant, the build fails.
    pub const fn any_of(schemes: &[Scheme]) -> Self {
        assert!(!schemes.is_empty(), "a rule must accept at least one scheme");
        let (scopes, roles) = (Names::NONE, Names::NONE);
        let schemes = Schemes::of(schemes);
        Self { name: "", schemes, scopes, roles, fresh: Fresh::Any, mfa: false, page: false }
    }

    /// Also demands this scope, compared byte for byte.
    ///
    /// # Panics
    /// When it is empty, has a character outside RFC 6749's `scope-token`, or is the ninth: in a constant,
    /// the build fails.
    #[must_use]
    pub const fn scope(mut self, scope: &'static str) -> Self {
        assert!(is_scope(scope), "a scope is 1 or more of %x21 %x23-5B %x5D-7E (RFC 6749 section 3.3)");
        self.scopes = self.scopes.and(scope);
        self
    }

    /// Also demands this role, compared byte for byte.
    ///
    /// # Panics
    /// When it is empty or the ninth: in a constant, the build fails.
    #[must_use]
    pub const fn role(mut self, role: &'static str) -> Self {
        self.roles = self.roles.and(role);
        self
    }

    /// Also demands that the caller logged in within the gate's `fresh_for` (5 minutes by default).
    ///
    /// # Panics
    /// When only API keys are accepted, which never log in: in a constant, the build fails.
    #[must_use]
    pub const fn fresh(mut self) -> Self {
        self.demands_a_person();
        self.fresh = Fresh::Gate;
        self
    }

    /// Also demands that the caller logged in within `period`.
    ///
    /// # Panics
    /// When only API keys are accepted, or `period` is zero: in a constant, the build fails.
    #[must_use]
    pub const fn fresh_within(mut self, period: Duration) -> Self {
        self.demands_a_person();
        assert!(!period.is_zero(), "nobody logs in within no time");
        self.fresh = Fresh::Within(period);
        self
    }

    /// Also demands that two factors were proven.
    ///
    /// # Panics
    /// When only API keys are accepted, which have no factors: in a constant, the build fails.
    #[must_use]
    pub const fn mfa(mut self) -> Self {
        self.demands_a_person();
        self.mfa = true;
        self
    }

    /// Says that the route is a page: a browser without a login is sent to the gate's login page.
    #[must_use]
    pub const fn page(mut self) -> Self {
        self.page = true;
        self
    }

    /// Names the rule, for events and the route list. [`rule!`](crate::rule) gives it its type's name.
    #[must_use]
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// The rule's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The schemes that it accepts.
    pub const fn schemes(&self) -> Schemes {
        self.schemes
    }

    /// The scopes that it demands, in the order in which they were named.
    pub fn scopes(&self) -> impl Iterator<Item = &'static str> {
        self.scopes.iter()
    }

    /// The roles that it demands, in the order in which they were named.
    pub fn roles(&self) -> impl Iterator<Item = &'static str> {
        self.roles.iter()
    }

    /// How recent a login must be, at a gate whose `fresh_for` is given. `None` where it does not matter.
    pub fn max_age(&self, fresh_for: Duration) -> Option<Duration> {
        match self.fresh {
            Fresh::Any => None,
            Fresh::Gate => Some(fresh_for),
            Fresh::Within(period) => Some(period),
        }
    }

    /// Whether it demands two factors.
    pub const fn demands_mfa(&self) -> bool {
        self.mfa
    }

    /// Whether the route is a page.
    pub const fn is_page(&self) -> bool {
        self.page
    }

    const fn demands_a_person(&self) {
        let person = self.schemes.has(Scheme::Session) || self.schemes.has(Scheme::Jwt);
        assert!(person, "an API key neither logs in nor has factors: accept a session or a token too");
    }

    /// Evaluates the rule for a caller whose scheme it accepts. What no step-up can mend comes first.
    pub(crate) fn evaluate(
        &self,
        caller: &Principal,
        fresh_for: Duration,
        now: Timestamp,
    ) -> Result<(), Reason> {
        if !self.scopes().all(|scope| caller.has_scope(scope)) {
            return Err(Reason::InsufficientScope);
        }
        if !self.roles().all(|role| caller.has_role(role)) {
            return Err(Reason::Forbidden);
        }
        let fresh = self.max_age(fresh_for).is_none_or(|age| caller.is_fresh(age, now));
        if fresh && (!self.mfa || caller.is_multi_factor()) { Ok(()) } else { Err(Reason::StepUp) }
    }
}

#[derive(Clone, Copy, Debug)]
enum Fresh {
    Any,
    Gate,
    Within(Duration),
}

/// At most eight names, kept in a constant.
#[derive(Clone, Copy, Debug)]
struct Names {
    names: [&'static str; 8],
    count: usize,
}

impl Names {
    const NONE: Self = Self { names: [""; 8], count: 0 };

    const fn and(mut self, name: &'static str) -> Self {
        assert!(!name.is_empty(), "an empty name is never granted");
        assert!(self.count < self.names.len(), "a rule names at most eight scopes and eight roles");
        self.names[self.count] = name;
        self.count += 1;
        self
    }

    fn iter(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.names.into_iter().take(self.count)
    }
}

/// RFC 6749 section 3.3: `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`.
pub(crate) const fn is_scope(scope: &str) -> bool {
    let (bytes, mut next) = (scope.as_bytes(), 0);
    while next < bytes.len() {
        if !matches!(bytes[next], 0x21 | 0x23..=0x5b | 0x5d..=0x7e) {
            return false;
        }
        next += 1;
    }
    !bytes.is_empty()
}

/// Each scope once, in the order in which they are named first.
pub(crate) fn distinct(mut scopes: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    scopes.retain(|scope| seen.insert(scope.clone()));
    scopes
}

/// A route's demand: its rule, and what the handler receives of the caller.
///
/// Written by [`rule!`](crate::rule), which also checks at compile time that the rule is not wider than the
/// principal type.
pub trait Require: Send + Sync + 'static {
    /// What the handler receives.
    type Principal: Caller;

    /// Whom the route admits.
    const RULE: Rule;
}

/// Fails the build when a rule accepts a scheme that its principal type cannot hold.
#[doc(hidden)]
pub const fn check<R: Require>() {
    assert!(
        R::RULE.schemes.within(<R::Principal as Caller>::SCHEMES),
        "the rule accepts a scheme that its principal type cannot hold"
    );
}

/// Declares a type that implements [`Require`], and checks its rule at compile time.
///
/// `rule!(pub Name -> PrincipalType = Rule::any_of(&[Session, ApiKey]).scope("a"));`. Inside, the schemes
/// `Session`, `ApiKey` and `Jwt` are in scope. Attributes and a doc comment may stand before the visibility.
#[macro_export]
macro_rules! rule {
    ($(#[$meta:meta])* $vis:vis $name:ident -> $principal:ty = $rule:expr) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        $vis struct $name;

        impl $crate::Require for $name {
            type Principal = $principal;
            const RULE: $crate::Rule = {
                #[allow(unused_imports, reason = "a rule may name its schemes by their path")]
                use $crate::Scheme::*;
                $crate::Rule::named($rule, ::core::stringify!($name))
            };
        }

        const _: () = $crate::check::<$name>();
    };
}

rule!(
    /// Any good credential.
    pub Authenticated -> Principal = Rule::any_of(&[Session, ApiKey, Jwt])
);
rule!(
    /// A session.
    pub SessionOnly -> crate::SessionPrincipal = Rule::any_of(&[Session])
);
rule!(
    /// An API key.
    pub ApiKeyOnly -> crate::ApiKeyPrincipal = Rule::any_of(&[ApiKey])
);
rule!(
    /// A token, with the claims of [`Claims`](crate::Claims).
    pub JwtOnly -> crate::JwtPrincipal = Rule::any_of(&[Jwt])
);
