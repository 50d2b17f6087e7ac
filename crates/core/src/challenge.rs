//! `WWW-Authenticate`: one challenge for each scheme that the rule accepts (RFC 9110 section 11.6.1).

use std::fmt;

use crate::{Reason, Scheme};

/// The header in which an API key travels.
pub(crate) const API_KEY_HEADER: &str = "X-API-Key";

/// One challenge: a scheme's name and its parameters, always quoted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Challenge {
    name: &'static str,
    parameters: Vec<(&'static str, String)>,
}

impl Challenge {
    pub(crate) fn new(scheme: Scheme, realm: &str) -> Self {
        let name = match scheme {
            Scheme::Jwt => "Bearer",
            Scheme::ApiKey => "ApiKey",
            Scheme::Session => "Session",
        };
        let challenge = Self { name, parameters: Vec::new() }.with("realm", realm);
        if scheme == Scheme::ApiKey { challenge.with("header", API_KEY_HEADER) } else { challenge }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.parameters.push((name, value.into()));
        self
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        for (n, (name, value)) in self.parameters.iter().enumerate() {
            let comma = if n == 0 { "" } else { "," };
            write!(f, "{comma} {name}=\"{}\"", Quoted(value))?;
        }
        Ok(())
    }
}

/// RFC 9110 section 5.6.4: `"` and `\` are escaped.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.split_inclusive(['"', '\\']).try_for_each(|piece| {
            let plain = piece.trim_end_matches(['"', '\\']);
            f.write_str(plain)?;
            piece.strip_prefix(plain).filter(|s| !s.is_empty()).map_or(Ok(()), |s| write!(f, "\\{s}"))
        })
    }
}

/// Whether `realm` can stand in a quoted-string: printable ASCII only, so it can never split a header.
pub(crate) fn is_realm(realm: &str) -> bool {
    !realm.is_empty() && realm.len() <= 256 && realm.bytes().all(|b| (0x20..=0x7e).contains(&b))
}

/// RFC 6750 section 3.1 and RFC 9470 section 3: the error code that goes into the presented scheme's
/// challenge, where there is one.
pub(crate) const fn error_code(reason: Reason, scheme: Scheme) -> Option<&'static str> {
    match (reason, scheme) {
        (Reason::StepUp, _) => Some("insufficient_user_authentication"),
        (Reason::Malformed, Scheme::Jwt) => Some("invalid_request"),
        (Reason::Invalid | Reason::Expired, Scheme::Jwt) => Some("invalid_token"),
        (Reason::InsufficientScope, Scheme::Jwt) => Some("insufficient_scope"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// H-10, H-11: parameters are quoted, and quotes inside them escaped.
    #[test]
    fn quotes() {
        let challenge = Challenge::new(Scheme::Jwt, r#"a"b\c"#).with("error", "x");
        assert_eq!(challenge.to_string(), r#"Bearer realm="a\"b\\c", error="x""#);
        let challenge = Challenge::new(Scheme::ApiKey, r"\\");
        assert_eq!(challenge.to_string(), r#"ApiKey realm="\\\\", header="X-API-Key""#);
    }

    /// H-11: a realm that could split a header is refused.
    #[test]
    fn realms() {
        assert!(is_realm(r#"orders "x" \"#));
        for bad in ["", "a\r\nb", "caf\u{e9}", "tab\t"] {
            assert!(!is_realm(bad), "{bad:?}");
        }
    }
}
