//! Why a token was refused: for the event only, the client hears `invalid_token`, or that it expired.

use std::fmt;

/// Why a token was refused.
///
/// Only [`Expired`](Self::Expired) is told apart to the client; it means that everything else was good.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
#[non_exhaustive]
pub enum JwtFault {
    /// Not three parts of canonical base64url without padding.
    Malformed,
    /// Longer than the verifier reads.
    TooLong,
    /// The header is not one JSON object of unique members with the right types.
    Header,
    /// The `alg` is absent, unknown, or not the one of the key.
    Algorithm,
    /// The `kid` names no key, or is absent where several keys could be meant.
    UnknownKey,
    /// The header holds `crit` or `b64`; no extension is implemented.
    Critical,
    /// The `typ` is not one that is accepted.
    Type,
    /// The signature is not the key's.
    Signature,
    /// The claims are not one JSON object of unique members, or a claim is absent or of the wrong type.
    Claims,
    /// The `iss` is not the expected one.
    Issuer,
    /// No `aud` is the expected one.
    Audience,
    /// The `nbf` is still to come.
    NotYetValid,
    /// The `iat` is still to come.
    IssuedInFuture,
    /// The `exp` has passed; everything else was good.
    Expired,
}

impl JwtFault {
    /// The name in an event, in `snake_case`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLong => "too_long",
            Self::Header => "header",
            Self::Algorithm => "algorithm",
            Self::UnknownKey => "unknown_key",
            Self::Critical => "critical",
            Self::Type => "type",
            Self::Signature => "signature",
            Self::Claims => "claims",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::NotYetValid => "not_yet_valid",
            Self::IssuedInFuture => "issued_in_future",
            Self::Expired => "expired",
        }
    }
}

impl fmt::Display for JwtFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
