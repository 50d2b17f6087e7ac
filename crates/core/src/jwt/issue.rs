//! Minting access tokens.

use std::{fmt, time::Duration};

use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;

use super::{MintError, MintErrorKind, SigningKey};
use crate::{Timestamp, rule::is_scope, secret::random};

const DEFAULT_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// Mints access tokens in the profile of RFC 9068, for one issuer and one audience.
///
/// See the [module](super) for an example.
#[derive(Debug)]
pub struct JwtIssuer {
    issuer: String,
    audience: String,
    key: SigningKey,
    lifetime: Duration,
}

impl JwtIssuer {
    /// Mints as `issuer` for `audience`; a token lives five minutes.
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>, key: SigningKey) -> Self {
        Self { issuer: issuer.into(), audience: audience.into(), key, lifetime: DEFAULT_LIFETIME }
    }

    /// How long a token lives, in whole seconds. It cannot be called back before, so keep it short.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Mints a token for `grant`, issued at `now`, with a fresh random `jti`.
    ///
    /// # Errors
    /// [`MintError`] if a mandatory text is empty or a scope is no scope-token, and if randomness or
    /// cryptography fail.
    pub fn mint(&self, grant: &TokenGrant, now: Timestamp) -> Result<MintedToken, MintError> {
        let mandatory = [&self.issuer, &self.audience, &grant.subject, &grant.client_id];
        if mandatory.into_iter().any(String::is_empty) {
            return Err(MintError::new(MintErrorKind::Empty));
        }
        if !grant.scopes.iter().all(|scope| is_scope(scope)) {
            return Err(MintError::new(MintErrorKind::Scope));
        }
        let id: [u8; 16] = random().map_err(|_| MintError::new(MintErrorKind::NoEntropy))?;
        let id = BASE64URL_NOPAD.encode(&id);
        let payload = Payload {
            iss: &self.issuer,
            sub: &grant.subject,
            aud: &self.audience,
            exp: now.after(self.lifetime).as_secs(),
            iat: now.as_secs(),
            jti: &id,
            client_id: &grant.client_id,
            scope: (!grant.scopes.is_empty()).then(|| grant.scopes.join(" ")),
            auth_time: grant.authenticated_at.map(Timestamp::as_secs),
            amr: &grant.factors,
            acr: grant.acr.as_deref(),
        };
        let token = self.seal(&payload).ok_or(MintError::new(MintErrorKind::Signing))?;
        Ok(MintedToken { token, id, lifetime: self.lifetime })
    }

    fn seal(&self, payload: &Payload<'_>) -> Option<String> {
        let header = Header { alg: self.key.algorithm().as_str(), typ: "at+jwt", kid: self.key.kid() };
        let mut token = String::new();
        BASE64URL_NOPAD.encode_append(&serde_json::to_vec(&header).ok()?, &mut token);
        token.push('.');
        BASE64URL_NOPAD.encode_append(&serde_json::to_vec(payload).ok()?, &mut token);
        let signature = self.key.sign(token.as_bytes())?;
        token.push('.');
        BASE64URL_NOPAD.encode_append(&signature, &mut token);
        Some(token)
    }
}

/// A minted token. `Debug` keeps the token to itself.
#[derive(Clone)]
pub struct MintedToken {
    token: String,
    id: String,
    lifetime: Duration,
}

impl MintedToken {
    /// The token: whoever has it is its subject.
    pub fn expose(&self) -> &str {
        &self.token
    }

    /// Its `jti`, which may be shown and logged.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How long it lives.
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }
}

impl fmt::Debug for MintedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MintedToken").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What a token will say of its bearer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenGrant {
    subject: String,
    client_id: String,
    scopes: Vec<String>,
    authenticated_at: Option<Timestamp>,
    factors: Vec<String>,
    acr: Option<String>,
}

impl TokenGrant {
    /// A token for `subject`, to be used by the client `client_id`, without any scope.
    pub fn new(subject: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            client_id: client_id.into(),
            scopes: Vec::new(),
            authenticated_at: None,
            factors: Vec::new(),
            acr: None,
        }
    }

    /// What the token permits.
    #[must_use]
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// When the subject logged in (`auth_time`).
    #[must_use]
    pub fn authenticated_at(mut self, moment: Timestamp) -> Self {
        self.authenticated_at = Some(moment);
        self
    }

    /// How the subject logged in: the values of `amr`, by RFC 8176, such as `pwd` and `otp`.
    #[must_use]
    pub fn factors(mut self, factors: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.factors = factors.into_iter().map(Into::into).collect();
        self
    }

    /// The assurance that the login reached (`acr`).
    #[must_use]
    pub fn acr(mut self, acr: impl Into<String>) -> Self {
        self.acr = Some(acr.into());
        self
    }
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    typ: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
}

#[derive(Serialize)]
struct Payload<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: u64,
    iat: u64,
    jti: &'a str,
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    amr: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'a str>,
}
