//! What a good token says, for the road.

use std::{any::Any, fmt, sync::Arc};

use data_encoding::BASE64URL_NOPAD;

use super::{
    JwtFault,
    claims::{Registered, all, moment, owned},
};
use crate::{Timestamp, secret::sha256};

/// Verifies tokens; what the gate holds, whatever the type of the claims.
pub(crate) trait VerifyJwt: fmt::Debug + Send + Sync {
    /// Judges `token` at the moment `now`.
    fn verify(&self, token: &[u8], now: Timestamp) -> Result<Verified, JwtFault>;
}

/// What a good token says.
#[derive(Debug)]
pub(crate) struct Verified {
    /// The `sub`, never empty; an identity only together with the issuer, of which a verifier has one.
    pub(crate) subject: String,
    /// The scope-tokens of `scope`.
    pub(crate) scopes: Vec<String>,
    /// The `exp`, without leeway.
    pub(crate) expires_at: Timestamp,
    /// The `auth_time`.
    pub(crate) authenticated_at: Option<Timestamp>,
    /// The `amr`.
    pub(crate) factors: Vec<String>,
    /// The `jti`, at most 256 bytes; where there is none, a digest of what was signed.
    pub(crate) credential: String,
    /// The application's claims, an `Arc<C>` inside.
    pub(crate) claims: Arc<dyn Any + Send + Sync>,
}

impl Verified {
    pub(super) fn new(
        registered: Registered<'_>,
        signed: &[u8],
        claims: Arc<dyn Any + Send + Sync>,
    ) -> Option<Self> {
        Some(Self {
            subject: owned(registered.sub?),
            scopes: registered.scope.map(|scope| scopes(&scope.0)).unwrap_or_default(),
            expires_at: moment(registered.exp?),
            authenticated_at: registered.auth_time.map(moment),
            factors: registered.amr.map(all).unwrap_or_default(),
            credential: registered.jti.map_or_else(|| digest(signed), owned),
            claims,
        })
    }
}

/// The scope-tokens of RFC 6749 section 3.3, each to be compared whole.
fn scopes(scope: &str) -> Vec<String> {
    scope.split(' ').filter(|token| !token.is_empty()).map(str::to_owned).collect()
}

/// Covers no signature: a second signature over the same claims is the same credential.
fn digest(signed: &[u8]) -> String {
    BASE64URL_NOPAD.encode(&sha256(signed))
}
