//! The ways to prove who is calling, and sets of them.

/// One way to prove who is calling.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[repr(u8)]
pub enum Scheme {
    /// A session cookie: ambient, sent by the browser of its own accord.
    Session = 1,
    /// An API key: explicit.
    ApiKey = 2,
    /// A JSON Web Token: explicit.
    Jwt = 4,
}

impl Scheme {
    /// `session`, `api_key` or `jwt`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::ApiKey => "api_key",
            Self::Jwt => "jwt",
        }
    }
}

/// A set of [`Scheme`]s.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Schemes(u8);

impl Schemes {
    /// Every scheme.
    pub const ALL: Self = Self::of(&[Scheme::Session, Scheme::ApiKey, Scheme::Jwt]);

    /// The set of these.
    pub const fn of(schemes: &[Scheme]) -> Self {
        let (mut bits, mut next) = (0, 0);
        while next < schemes.len() {
            bits |= schemes[next] as u8;
            next += 1;
        }
        Self(bits)
    }

    /// Whether `scheme` is one of them.
    pub const fn has(self, scheme: Scheme) -> bool {
        self.0 & scheme as u8 != 0
    }

    /// Whether all of them are in `wider`.
    pub const fn within(self, wider: Self) -> bool {
        self.0 & !wider.0 == 0
    }

    /// Those that are in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) const fn with(self, scheme: Scheme) -> Self {
        Self(self.0 | scheme as u8)
    }

    /// Those in the set, in the order of the challenges: JWT, API key, session.
    pub fn iter(self) -> impl Iterator<Item = Scheme> {
        [Scheme::Jwt, Scheme::ApiKey, Scheme::Session].into_iter().filter(move |s| self.has(*s))
    }
}
