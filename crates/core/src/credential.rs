//! Which credential a request's head carries, and so which scheme decides.
//!
//! 1. An `Authorization: Bearer` or an `X-API-Key` is explicit. Two explicit credentials, a repeated header
//!    or a malformed one are refused.
//! 2. A bearer token that begins with the gate's key prefix is an API key, any other one a JWT.
//! 3. Every other `Authorization` scheme is no credential.
//! 4. The session cookie is ambient: it decides only where nothing explicit stands.

use crate::{
    Head, Reason, Scheme,
    cookie::{Crumb, crumb, is_token},
    head::{Lines, lines},
};

/// The longest header value that is looked at, in bytes (the limit that most servers set for a header).
pub(crate) const LIMIT: usize = 8_192;

/// What a gate knows of credentials, as far as finding them goes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Finder {
    /// The session cookie's name on the wire, where the gate has sessions.
    pub(crate) cookie: Option<String>,
    /// What a key begins with, `_` included, where the gate has API keys.
    pub(crate) key_prefix: Option<String>,
}

/// What a head carries. Borrowed, and `Send` even where the head is not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Found<'h> {
    Nothing,
    One(Scheme, &'h [u8]),
    /// Present and bad on sight.
    Bad(Reason, Option<Scheme>),
}

impl Found<'_> {
    pub(crate) fn scheme(self) -> Option<Scheme> {
        match self {
            Found::Nothing => None,
            Found::One(scheme, _) => Some(scheme),
            Found::Bad(_, scheme) => scheme,
        }
    }
}

impl Finder {
    /// The credential that decides.
    pub(crate) fn find<'h>(&self, head: &'h impl Head) -> Found<'h> {
        match self.explicit(head) {
            Found::Nothing => self.ambient(head),
            found => found,
        }
    }

    /// The explicit credential, if one stands in the head.
    pub(crate) fn explicit<'h>(&self, head: &'h impl Head) -> Found<'h> {
        match (self.bearer(head), self.key(head)) {
            (Found::Nothing, found) | (found, Found::Nothing) => found,
            _ => Found::Bad(Reason::Malformed, None),
        }
    }

    /// The session cookie, whatever else stands in the head.
    pub(crate) fn ambient<'h>(&self, head: &'h impl Head) -> Found<'h> {
        let Some(name) = &self.cookie else { return Found::Nothing };
        match crumb(head, name, LIMIT) {
            Crumb::None => Found::Nothing,
            Crumb::One(value) => Found::One(Scheme::Session, value),
            Crumb::Many => Found::Bad(Reason::Invalid, Some(Scheme::Session)),
            Crumb::TooLong => Found::Bad(Reason::TooLarge, Some(Scheme::Session)),
        }
    }

    fn bearer<'h>(&self, head: &'h impl Head) -> Found<'h> {
        let value = match lines(head, "authorization") {
            Lines::None => return Found::Nothing,
            Lines::Many => return Found::Bad(Reason::Malformed, None),
            Lines::One(value) if value.len() > LIMIT => return Found::Bad(Reason::TooLarge, None),
            Lines::One(value) => value,
        };
        let (scheme, rest) = value.split_at(value.iter().position(|b| !is_token(*b)).unwrap_or(value.len()));
        if !scheme.eq_ignore_ascii_case(b"bearer") {
            return Found::Nothing;
        }
        match token68(rest) {
            None => Found::Bad(Reason::Malformed, None),
            Some(token) if self.is_key(token) => Found::One(Scheme::ApiKey, token),
            Some(token) => Found::One(Scheme::Jwt, token),
        }
    }

    fn key<'h>(&self, head: &'h impl Head) -> Found<'h> {
        if self.key_prefix.is_none() {
            return Found::Nothing;
        }
        match lines(head, "x-api-key") {
            Lines::None => Found::Nothing,
            Lines::Many => Found::Bad(Reason::Malformed, None),
            Lines::One(value) if value.len() > LIMIT => Found::Bad(Reason::TooLarge, None),
            Lines::One(value) => Found::One(Scheme::ApiKey, value),
        }
    }

    fn is_key(&self, token: &[u8]) -> bool {
        self.key_prefix.as_ref().is_some_and(|prefix| token.starts_with(prefix.as_bytes()))
    }
}

/// RFC 9110 section 11.4: one or more spaces, then a `token68`, then nothing.
fn token68(rest: &[u8]) -> Option<&[u8]> {
    let spaces = rest.iter().take_while(|b| **b == b' ').count();
    let token = rest.get(spaces..).filter(|token| spaces > 0 && !token.is_empty())?;
    let padding = token.iter().rev().take_while(|b| **b == b'=').count();
    let body = token.get(..token.len() - padding)?;
    let good = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
    (!body.is_empty() && body.iter().all(good)).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::tests::Plain;

    fn find(headers: &[(&'static str, &str)]) -> String {
        let finder = Finder { cookie: Some("__Host-id".into()), key_prefix: Some("ord_".into()) };
        match finder.find(&Plain::get(headers)) {
            Found::One(scheme, value) => format!("{} {}", scheme.as_str(), String::from_utf8_lossy(value)),
            Found::Bad(reason, _) => format!("{reason:?}"),
            Found::Nothing => "nothing".into(),
        }
    }

    /// H-08, H-09: the scheme's name in any case, one or more spaces, a token68.
    #[test]
    fn bearer() {
        for value in ["Bearer t", "bearer t", "BEARER   t", "bEaReR t"] {
            assert_eq!(find(&[("authorization", value)]), "jwt t");
        }
        for value in
            ["Bearer", "Bearer ", "Bearer a b", "Bearer\tt", "Bearer\u{a0}t", "Bearer ===", "Bearer t,u"]
        {
            assert_eq!(find(&[("authorization", value)]), "Malformed", "{value:?}");
        }
    }

    /// H-02, decision 2: no other scheme is a credential.
    #[test]
    fn other_schemes() {
        for value in ["Basic eDp5", "Digest x", "Token t", "", "\u{ff}", "Bearers t"] {
            assert_eq!(find(&[("authorization", value)]), "nothing", "{value:?}");
        }
        assert_eq!(find(&[("authorization", "Basic eDp5"), ("cookie", "__Host-id=s")]), "session s");
        assert_eq!(find(&[("authorization", "Basic eDp5"), ("x-api-key", "k")]), "api_key k");
    }

    /// A-02, decision 4: a key comes in its own header, or as a bearer token with the prefix.
    #[test]
    fn keys() {
        assert_eq!(find(&[("x-api-key", "k")]), "api_key k");
        assert_eq!(find(&[("authorization", "Bearer ord_k")]), "api_key ord_k");
        assert_eq!(find(&[("authorization", "Bearer ordk")]), "jwt ordk");
    }

    /// H-04, H-21, A-10: one credential; the explicit one outranks the cookie.
    #[test]
    fn one_decides() {
        assert_eq!(find(&[("authorization", "Bearer t"), ("cookie", "__Host-id=s")]), "jwt t");
        assert_eq!(find(&[("authorization", "Bearer t"), ("x-api-key", "k")]), "Malformed");
        assert_eq!(find(&[("authorization", "Bearer t"), ("authorization", "Bearer t")]), "Malformed");
        assert_eq!(find(&[("x-api-key", "k"), ("x-api-key", "l")]), "Malformed");
    }

    /// H-23: over the limit, nothing is looked at.
    #[test]
    fn limits() {
        let long = "x".repeat(LIMIT);
        assert_eq!(find(&[("authorization", &format!("Bearer {long}"))]), "TooLarge");
        assert_eq!(find(&[("x-api-key", &format!("{long}x"))]), "TooLarge");
        assert_eq!(find(&[("cookie", &format!("__Host-id={long}"))]), "TooLarge");
    }
}
