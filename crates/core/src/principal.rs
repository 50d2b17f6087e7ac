//! Who is calling: a [`Principal`], and the types in which a handler may receive one.

use std::{any::Any, fmt, sync::Arc, time::Duration};

use crate::{Reason, Scheme, Schemes, Timestamp};

/// A known caller. Cheap to clone.
#[derive(Clone)]
pub struct Principal(Arc<Known>);

/// What verification found out, filled in by each scheme.
pub(crate) struct Known {
    pub(crate) scheme: Scheme,
    pub(crate) subject: String,
    pub(crate) credential: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) factors: Vec<Factor>,
    pub(crate) authenticated_at: Option<Timestamp>,
    /// The application's typed claims, when the credential was a token.
    pub(crate) claims: Option<Arc<dyn Any + Send + Sync>>,
}

impl Principal {
    pub(crate) fn new(known: Known) -> Self {
        Self(Arc::new(known))
    }

    /// Whom the caller acts for: the account's subject, or a token's `sub`.
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// How the caller proved it.
    pub fn scheme(&self) -> Scheme {
        self.0.scheme
    }

    /// The credential's name that may be shown and logged: the session's handle, the key's id, the token's
    /// `jti`. Never a secret.
    pub fn credential(&self) -> &str {
        &self.0.credential
    }

    /// The scopes granted to this credential.
    pub fn scopes(&self) -> &[String] {
        &self.0.scopes
    }

    /// Whether `scope` is granted, compared byte for byte.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.0.scopes.iter().any(|granted| granted == scope)
    }

    /// The roles of the subject. API keys and tokens carry none.
    pub fn roles(&self) -> &[String] {
        &self.0.roles
    }

    /// Whether the subject has `role`, compared byte for byte.
    pub fn has_role(&self, role: &str) -> bool {
        self.0.roles.iter().any(|granted| granted == role)
    }

    /// The factors proven at login. Empty for an API key.
    pub fn factors(&self) -> &[Factor] {
        &self.0.factors
    }

    /// When the person behind this credential last logged in. `None` for an API key, or a token that does
    /// not say.
    pub fn authenticated_at(&self) -> Option<Timestamp> {
        self.0.authenticated_at
    }

    /// Whether the login is no older than `age`.
    pub(crate) fn is_fresh(&self, age: Duration, now: Timestamp) -> bool {
        self.0.authenticated_at.is_some_and(|at| now.since(at) <= age)
    }

    /// Whether two factors were proven.
    pub(crate) fn is_multi_factor(&self) -> bool {
        let mut proven = self.0.factors.clone();
        proven.sort_unstable();
        proven.dedup();
        proven.len() >= 2 || proven.contains(&Factor::Multiple)
    }
}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Principal")
            .field("scheme", &self.0.scheme)
            .field("subject", &self.0.subject)
            .field("credential", &self.0.credential)
            .finish_non_exhaustive()
    }
}

/// A way in which a person proved who they are, named as in RFC 8176 (`amr`).
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Factor {
    /// `pwd`: a password.
    Password,
    /// `otp`: a one-time code.
    OneTimePassword,
    /// `hwk`: a key held in hardware.
    HardwareKey,
    /// `mfa`: several, as another issuer says.
    Multiple,
}

impl Factor {
    /// The RFC 8176 name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::OneTimePassword => "otp",
            Self::HardwareKey => "hwk",
            Self::Multiple => "mfa",
        }
    }

    /// The factor of that RFC 8176 name; `None` for a name that is not known here.
    pub fn from_amr(name: &str) -> Option<Self> {
        [Self::Password, Self::OneTimePassword, Self::HardwareKey, Self::Multiple]
            .into_iter()
            .find(|factor| factor.as_str() == name)
    }
}

/// What a handler may receive of a caller.
///
/// Implemented by [`Principal`] for every scheme, by the types of one scheme, and by enums of exactly the
/// accepted ones through [`one_of!`](crate::one_of).
pub trait Caller: Sized + Send + 'static {
    /// The schemes that a value of this type can hold.
    const SCHEMES: Schemes;

    /// Receives the caller. `None` when it is not of one of those schemes, or its claims are of another type.
    fn receive(principal: &Principal) -> Option<Self>;
}

impl Caller for Principal {
    const SCHEMES: Schemes = Schemes::ALL;

    fn receive(principal: &Principal) -> Option<Self> {
        Some(principal.clone())
    }
}

/// A caller with a session.
#[derive(Clone, Debug)]
pub struct SessionPrincipal(Principal);

impl SessionPrincipal {
    /// The session's handle: random, fit to be shown, not its id.
    pub fn handle(&self) -> &str {
        self.0.credential()
    }
}

/// A caller with an API key.
#[derive(Clone, Debug)]
pub struct ApiKeyPrincipal(Principal);

impl ApiKeyPrincipal {
    /// The key's id, which is no secret.
    pub fn key_id(&self) -> &str {
        self.0.credential()
    }
}

/// A caller with a token whose claims are `C`, parsed once, at verification.
pub struct JwtPrincipal<C = crate::Claims> {
    principal: Principal,
    claims: Arc<C>,
}

impl<C> JwtPrincipal<C> {
    /// The token's claims.
    pub fn claims(&self) -> &C {
        &self.claims
    }
}

impl<C> Clone for JwtPrincipal<C> {
    fn clone(&self) -> Self {
        Self { principal: self.principal.clone(), claims: self.claims.clone() }
    }
}

/// Shows the caller, not the claims: they are the application's, and may be personal.
impl<C> fmt::Debug for JwtPrincipal<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JwtPrincipal").field(&self.principal).finish()
    }
}

impl<C: Send + Sync + 'static> Caller for JwtPrincipal<C> {
    const SCHEMES: Schemes = Schemes::of(&[Scheme::Jwt]);

    fn receive(principal: &Principal) -> Option<Self> {
        let claims = principal.0.claims.clone()?.downcast().ok()?;
        Some(Self { principal: principal.clone(), claims })
    }
}

impl<C> std::ops::Deref for JwtPrincipal<C> {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.principal
    }
}

/// A principal type of one scheme: a wrapper that only [`Caller::receive`] fills.
macro_rules! wraps {
    ($name:ident, $scheme:ident) => {
        impl Caller for $name {
            const SCHEMES: Schemes = Schemes::of(&[Scheme::$scheme]);

            fn receive(principal: &Principal) -> Option<Self> {
                (principal.scheme() == Scheme::$scheme).then(|| Self(principal.clone()))
            }
        }

        impl std::ops::Deref for $name {
            type Target = Principal;

            fn deref(&self) -> &Principal {
                &self.0
            }
        }
    };
}

wraps!(SessionPrincipal, Session);
wraps!(ApiKeyPrincipal, ApiKey);

/// Declares an enum of exactly the schemes that a rule accepts, one variant each, and implements
/// [`Caller`] for it.
///
/// ```
/// use portcullis::{one_of, rule, Rule, JwtPrincipal, SessionPrincipal};
///
/// one_of!(pub enum Person { Session(SessionPrincipal), Jwt(JwtPrincipal) });
/// rule!(pub AnyPerson -> Person = Rule::any_of(&[Session, Jwt]));
/// ```
#[macro_export]
macro_rules! one_of {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($scheme:ident($held:ty)),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        $vis enum $name {
            $(#[doc = concat!("A caller of the scheme `", stringify!($scheme), "`.")] $scheme($held)),+
        }

        impl $crate::Caller for $name {
            const SCHEMES: $crate::Schemes = $crate::Schemes::of(&[$($crate::Scheme::$scheme),+]);

            fn receive(principal: &$crate::Principal) -> ::core::option::Option<Self> {
                $(if principal.scheme() == $crate::Scheme::$scheme {
                    return <$held as $crate::Caller>::receive(principal).map(Self::$scheme);
                })+
                ::core::option::Option::None
            }
        }
    };
}

/// A token whose claims are not of the type that the rule's principal holds is the application's mistake.
pub(crate) fn receive<C: Caller>(principal: &Principal) -> Result<C, Reason> {
    C::receive(principal).ok_or(Reason::Misconfigured)
}
