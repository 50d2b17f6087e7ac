//! The JOSE header: which algorithm, which key, what kind of token.

use std::borrow::Cow;

use serde::de::MapAccess;

use super::{
    JwtFault,
    json::{self, Members, Text, once},
};

/// The members that decide. All others, `jwk`, `jku`, `x5u` and `x5c` among them, are read over.
#[derive(Debug)]
pub(super) struct Header<'a> {
    pub(super) alg: Cow<'a, str>,
    pub(super) kid: Option<Cow<'a, str>>,
    pub(super) typ: Option<Cow<'a, str>>,
}

impl<'a> Header<'a> {
    /// Reads a header strictly; an extension that must be understood is refused, for none is implemented.
    pub(super) fn read(json: &'a str) -> Result<Self, JwtFault> {
        let members: HeaderMembers<'a> = json::read(json).ok_or(JwtFault::Header)?;
        if members.critical {
            return Err(JwtFault::Critical);
        }
        let Some(Text(alg)) = members.alg else {
            return Err(JwtFault::Algorithm);
        };
        let kid = members.kid.map(|Text(kid)| kid);
        let typ = members.typ.map(|Text(typ)| typ);
        Ok(Self { alg, kid, typ })
    }
}

#[derive(Default)]
struct HeaderMembers<'a> {
    alg: Option<Text<'a>>,
    kid: Option<Text<'a>>,
    typ: Option<Text<'a>>,
    critical: bool,
}

impl<'de> Members<'de> for HeaderMembers<'de> {
    fn member<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "alg" => once(&mut self.alg, map),
            "kid" => once(&mut self.kid, map),
            "typ" => once(&mut self.typ, map),
            "crit" | "b64" => {
                self.critical = true;
                Ok(false)
            }
            _ => Ok(false),
        }
    }
}
