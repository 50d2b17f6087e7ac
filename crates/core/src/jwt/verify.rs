//! The verifier: every rule of the module, in the order in which it is checked.

use std::{fmt, marker::PhantomData, sync::Arc, time::Duration};

use serde::de::DeserializeOwned;

use super::{
    Claims, JwtConfigError, JwtConfigErrorKind, JwtFault, VerifyingKey,
    claims::Registered,
    header::Header,
    keys::Keys,
    rules::{Profile, Rules},
    token::Token,
    verified::{Verified, VerifyJwt},
};
use crate::Timestamp;

const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);
const MAX_LEEWAY: Duration = Duration::from_secs(5 * 60);
const DEFAULT_MAX_LEN: usize = 8 * 1024;

/// Verifies one issuer's tokens for one audience and hands out their claims as `C`.
///
/// See the [module](super) for the rules and an example.
pub struct JwtVerifier<C = Claims> {
    rules: Rules,
    keys: Keys,
    max_len: usize,
    claims: PhantomData<fn() -> C>,
}

impl<C> JwtVerifier<C> {
    /// Verifies access tokens in the profile of RFC 9068: `typ` is `at+jwt`; `iss`, `exp`, `aud`, `sub`,
    /// `client_id`, `iat` and `jti` are required.
    ///
    /// # Errors
    /// [`JwtConfigError`] if issuer or audience are empty, if there is no key, if HMAC and public keys are
    /// mixed, if two keys share a `kid`, or if one of several keys of an algorithm has none.
    pub fn new(
        issuer: impl Into<String>,
        audience: impl Into<String>,
        keys: impl IntoIterator<Item = VerifyingKey>,
    ) -> Result<Self, JwtConfigError> {
        let (issuer, audience) = (issuer.into(), audience.into());
        if issuer.is_empty() {
            return Err(JwtConfigError::new(JwtConfigErrorKind::Issuer));
        }
        if audience.is_empty() {
            return Err(JwtConfigError::new(JwtConfigErrorKind::Audience));
        }
        let (profile, leeway) = (Profile::AccessToken, DEFAULT_LEEWAY);
        Ok(Self {
            rules: Rules { issuer, audience, profile, leeway },
            keys: Keys::new(keys.into_iter().collect())?,
            max_len: DEFAULT_MAX_LEN,
            claims: PhantomData,
        })
    }

    /// How far the clocks may differ, from zero to five minutes; 30 seconds by default.
    ///
    /// # Errors
    /// [`JwtConfigErrorKind::Leeway`] above five minutes.
    pub fn leeway(mut self, leeway: Duration) -> Result<Self, JwtConfigError> {
        if leeway > MAX_LEEWAY {
            return Err(JwtConfigError::new(JwtConfigErrorKind::Leeway));
        }
        self.rules.leeway = leeway;
        Ok(self)
    }

    /// The longest token that is looked at, in bytes; 8 KiB by default.
    #[must_use]
    pub fn max_len(mut self, max_len: usize) -> Self {
        self.max_len = max_len;
        self
    }

    /// Accepts tokens outside the profile of RFC 9068: `typ` may be absent or be `JWT` or `at+jwt`, and only
    /// `iss`, `exp`, `aud` and `sub` are required.
    #[must_use]
    pub fn general(self) -> Self {
        self.general_types(["JWT", "at+jwt"])
    }

    /// As [`general`](Self::general), with an own list of what a present `typ` may be. Letter case and the
    /// prefix `application/` do not matter.
    #[must_use]
    pub fn general_types(mut self, types: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.rules.profile = Profile::General(types.into_iter().map(Into::into).collect());
        self
    }
}

impl<C: DeserializeOwned + Send + Sync + 'static> VerifyJwt for JwtVerifier<C> {
    fn verify(&self, token: &[u8], now: Timestamp) -> Result<Verified, JwtFault> {
        if token.len() > self.max_len {
            return Err(JwtFault::TooLong);
        }
        let token = Token::decode(token)?;
        let header = Header::read(token.header().ok_or(JwtFault::Header)?)?;
        let key = self.keys.select(&header)?;
        self.rules.typ(header.typ.as_deref())?;
        if !key.verifies(token.signed(), token.signature()) {
            return Err(JwtFault::Signature);
        }
        let payload = token.payload().ok_or(JwtFault::Claims)?;
        let registered = Registered::read(payload).ok_or(JwtFault::Claims)?;
        self.rules.claims(&registered, now)?;
        let claims: C = serde_json::from_str(payload).map_err(|_| JwtFault::Claims)?;
        let verified = Verified::new(registered, token.signed(), Arc::new(claims));
        let verified = verified.ok_or(JwtFault::Claims)?;
        self.rules.expiry(verified.expires_at, now)?;
        Ok(verified)
    }
}

impl<C> fmt::Debug for JwtVerifier<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtVerifier")
            .field("rules", &self.rules)
            .field("keys", &self.keys)
            .field("max_len", &self.max_len)
            .finish_non_exhaustive()
    }
}
