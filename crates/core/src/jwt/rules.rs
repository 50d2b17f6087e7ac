//! What is asked of a token whose signature is good.

use std::time::Duration;

use super::{
    JwtFault,
    claims::Registered,
    json::{Date, Text, Texts},
};
use crate::Timestamp;

/// The longest `jti` in bytes: it becomes an event field and a key of the revocation stores.
const MAX_JTI: usize = 256;

/// What one issuer's tokens must say to be good here.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) issuer: String,
    pub(super) audience: String,
    pub(super) profile: Profile,
    pub(super) leeway: Duration,
}

/// Which tokens are meant.
#[derive(Debug)]
pub(super) enum Profile {
    /// The access tokens of RFC 9068.
    AccessToken,
    /// Any token whose `typ` is absent or one of these.
    General(Vec<String>),
}

impl Rules {
    /// Judges the header's `typ`, a media type whose letter case and `application/` do not matter.
    pub(super) fn typ(&self, typ: Option<&str>) -> Result<(), JwtFault> {
        let accepted = match (&self.profile, typ) {
            (Profile::AccessToken, typ) => typ.is_some_and(|typ| same_type(typ, "at+jwt")),
            (Profile::General(_), None) => true,
            (Profile::General(types), Some(typ)) => types.iter().any(|one| same_type(typ, one)),
        };
        accepted.then_some(()).ok_or(JwtFault::Type)
    }

    /// Judges every claim but `exp`, which must only be there.
    pub(super) fn claims(&self, claims: &Registered<'_>, now: Timestamp) -> Result<(), JwtFault> {
        self.presence(claims)?;
        if claims.iss.as_ref().is_none_or(|Text(issuer)| *issuer != self.issuer) {
            return Err(JwtFault::Issuer);
        }
        let Some(Texts(audiences)) = &claims.aud else {
            return Err(JwtFault::Claims);
        };
        if !audiences.iter().any(|Text(audience)| *audience == self.audience) {
            return Err(JwtFault::Audience);
        }
        let latest = now.after(self.leeway);
        if claims.nbf.is_some_and(|Date(start)| start > latest) {
            return Err(JwtFault::NotYetValid);
        }
        if claims.iat.is_some_and(|Date(issued)| issued > latest) {
            return Err(JwtFault::IssuedInFuture);
        }
        Ok(())
    }

    /// Judges `exp`, last of all.
    pub(super) fn expiry(&self, expires_at: Timestamp, now: Timestamp) -> Result<(), JwtFault> {
        if now >= expires_at.after(self.leeway) {
            return Err(JwtFault::Expired);
        }
        Ok(())
    }

    fn presence(&self, claims: &Registered<'_>) -> Result<(), JwtFault> {
        let always = claims.iss.is_some() && claims.aud.is_some() && claims.exp.is_some();
        let in_profile = match self.profile {
            Profile::AccessToken => {
                filled(claims.client_id.as_ref()) && claims.jti.is_some() && claims.iat.is_some()
            }
            Profile::General(_) => true,
        };
        let jti = claims.jti.as_ref();
        let bounded = jti.is_none_or(|Text(jti)| (1..=MAX_JTI).contains(&jti.len()));
        let complete = always && in_profile && filled(claims.sub.as_ref()) && bounded;
        complete.then_some(()).ok_or(JwtFault::Claims)
    }
}

fn filled(claim: Option<&Text<'_>>) -> bool {
    claim.is_some_and(|Text(text)| !text.is_empty())
}

fn same_type(one: &str, other: &str) -> bool {
    subtype(one).eq_ignore_ascii_case(subtype(other))
}

/// RFC 7515 section 4.1.9: `application/` may be left out where no other `/` follows.
fn subtype(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
        _ => typ,
    }
}
