//! The registered claims of an access token, with their exact types.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, de::Error, de::MapAccess};

use super::json::{self, Date, Members, Text, Texts, once};
use crate::Timestamp;

/// The registered claims of an access token (RFC 9068 section 2.2), as the handler receives them.
///
/// An application with claims of its own writes its own `Deserialize` type and names it in
/// [`JwtVerifier`](super::JwtVerifier)`<C>`; what is judged here is judged there as well.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Claims {
    /// Who issued the token.
    pub iss: String,
    /// Whom it speaks of; unique only together with `iss`.
    pub sub: String,
    /// Whom it is for.
    pub aud: Vec<String>,
    /// When it ends.
    pub exp: Timestamp,
    /// When it begins.
    pub nbf: Option<Timestamp>,
    /// When it was issued; always there in the access token profile.
    pub iat: Option<Timestamp>,
    /// Its own id; always there in the access token profile.
    pub jti: Option<String>,
    /// The client it was issued to; always there in the access token profile.
    pub client_id: Option<String>,
    /// What it permits: scope-tokens separated by spaces.
    pub scope: Option<String>,
    /// When the subject last logged in.
    pub auth_time: Option<Timestamp>,
    /// How the subject logged in (RFC 8176).
    pub amr: Vec<String>,
    /// The assurance that the login reached.
    pub acr: Option<String>,
}

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members: Registered<'de> = json::object(deserializer)?;
        let absent = D::Error::missing_field;
        Claims::new(members).map_err(absent)
    }
}

/// The registered claims of one payload, each absent or of its exact type; `null` is no type.
#[derive(Debug, Default)]
pub(super) struct Registered<'a> {
    pub(super) iss: Option<Text<'a>>,
    pub(super) sub: Option<Text<'a>>,
    pub(super) aud: Option<Texts<'a>>,
    pub(super) exp: Option<Date>,
    pub(super) nbf: Option<Date>,
    pub(super) iat: Option<Date>,
    pub(super) jti: Option<Text<'a>>,
    pub(super) client_id: Option<Text<'a>>,
    pub(super) scope: Option<Text<'a>>,
    pub(super) auth_time: Option<Date>,
    pub(super) amr: Option<Vec<Text<'a>>>,
    pub(super) acr: Option<Text<'a>>,
}

impl<'a> Registered<'a> {
    /// Reads a payload strictly.
    pub(super) fn read(json: &'a str) -> Option<Self> {
        json::read(json)
    }
}

impl<'de> Members<'de> for Registered<'de> {
    fn member<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "iss" => once(&mut self.iss, map),
            "sub" => once(&mut self.sub, map),
            "aud" => once(&mut self.aud, map),
            "exp" => once(&mut self.exp, map),
            "nbf" => once(&mut self.nbf, map),
            "iat" => once(&mut self.iat, map),
            "jti" => once(&mut self.jti, map),
            "client_id" => once(&mut self.client_id, map),
            "scope" => once(&mut self.scope, map),
            "auth_time" => once(&mut self.auth_time, map),
            "amr" => once(&mut self.amr, map),
            "acr" => once(&mut self.acr, map),
            _ => Ok(false),
        }
    }
}

impl Claims {
    /// Or the name of the claim that is not there.
    fn new(from: Registered<'_>) -> Result<Self, &'static str> {
        Ok(Self {
            iss: from.iss.map(owned).ok_or("iss")?,
            sub: from.sub.map(owned).ok_or("sub")?,
            aud: from.aud.map(|Texts(aud)| all(aud)).ok_or("aud")?,
            exp: from.exp.map(moment).ok_or("exp")?,
            nbf: from.nbf.map(moment),
            iat: from.iat.map(moment),
            jti: from.jti.map(owned),
            client_id: from.client_id.map(owned),
            scope: from.scope.map(owned),
            auth_time: from.auth_time.map(moment),
            amr: from.amr.map(all).unwrap_or_default(),
            acr: from.acr.map(owned),
        })
    }
}

pub(super) fn owned(Text(text): Text<'_>) -> String {
    Cow::into_owned(text)
}

pub(super) fn all(texts: Vec<Text<'_>>) -> Vec<String> {
    texts.into_iter().map(owned).collect()
}

pub(super) fn moment(Date(moment): Date) -> Timestamp {
    moment
}
