//! The library's cookies: how they are named, read and set (RFC 6265bis).
//!
//! 1. A cookie's name carries the `__Host-` prefix (`__Secure-` when shared with subdomains), so that no
//!    other host and no plain-text page can plant it.
//! 2. Its value is compared as sent: nothing is decoded, unquoted or trimmed.
//! 3. Two cookies of that name are one too many: neither is believed.

use std::{fmt, time::Duration};

use crate::{ConfigError, Head, config::ConfigErrorKind};

/// RFC 6265bis section 5.5: browsers keep no cookie longer than 400 days.
const LONGEST: Duration = Duration::from_secs(34_560_000);

/// RFC 6265bis section 5.6: browsers drop cookies whose name and value are longer, in bytes.
const LARGEST: usize = 4_096;

/// The `SameSite` attribute. There is no `None`: a session cookie is for one's own site.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum SameSite {
    /// Sent along when another site links here. The default.
    #[default]
    Lax,
    /// Sent only from one's own pages.
    Strict,
}

/// How a cookie of the library is named and kept.
///
/// The default is `__Host-id`, `Path=/`, `Secure`, `HttpOnly`, `SameSite=Lax`, gone when the browser ends.
#[derive(Clone, Debug)]
pub struct CookiePolicy {
    name: String,
    domain: Option<String>,
    same_site: SameSite,
    persistent: bool,
    insecure: bool,
}

impl Default for CookiePolicy {
    fn default() -> Self {
        Self::new("id")
    }
}

impl CookiePolicy {
    /// A cookie of this name, which is written without a prefix.
    pub fn new(name: impl Into<String>) -> Self {
        let (domain, same_site) = (None, SameSite::Lax);
        Self { name: name.into(), domain, same_site, persistent: false, insecure: false }
    }

    /// Chooses `SameSite`.
    #[must_use]
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// Shares the cookie with every host below `domain`. Its prefix is `__Secure-` then.
    #[must_use]
    pub fn shared_with(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Keeps the cookie when the browser ends ("remember me"): for the session's absolute lifetime, at most
    /// 400 days. The server's own deadlines hold all the same.
    #[must_use]
    pub fn persistent(mut self) -> Self {
        self.persistent = true;
        self
    }

    /// Drops `Secure` and the prefix, for development over plain HTTP from another machine. Browsers treat
    /// `http://localhost` as secure: it does not need this.
    #[must_use]
    pub fn insecure_without_tls(mut self) -> Self {
        self.insecure = true;
        self
    }

    pub(crate) fn is_insecure(&self) -> bool {
        self.insecure
    }

    /// The name on the wire.
    pub(crate) fn full_name(&self) -> String {
        let prefix = match (self.insecure, &self.domain) {
            (true, _) => "",
            (false, None) => "__Host-",
            (false, Some(_)) => "__Secure-",
        };
        format!("{prefix}{}", self.name)
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let say = |what: &str| Err(ConfigError::new(ConfigErrorKind::Cookie, what));
        if !(1..=256).contains(&self.name.len()) || !self.name.bytes().all(is_token) {
            return say(
                "a cookie's name must be an HTTP token (RFC 9110 section 5.6.2) of at most 256 bytes",
            );
        }
        if self.name.starts_with("__") {
            return say(
                "leave the prefix out of the cookie's name: __Host- is set where no domain is shared, __Secure- where one is",
            );
        }
        match &self.domain {
            Some(domain) if !is_domain(domain) => {
                say("a shared cookie's domain is a host name without a leading dot")
            }
            Some(_) if self.insecure => say("a cookie without TLS cannot be shared with a domain"),
            _ => Ok(()),
        }
    }

    pub(crate) fn set(&self, value: &str, lifetime: Duration) -> SetCookie {
        let max_age = self.persistent.then(|| lifetime.min(LONGEST).as_secs());
        self.cookie(value.to_owned(), max_age)
    }

    /// The removal: the attributes of the cookie it removes, no value, no age.
    pub(crate) fn clear(&self) -> SetCookie {
        self.cookie(String::new(), Some(0))
    }

    fn cookie(&self, value: String, max_age: Option<u64>) -> SetCookie {
        SetCookie {
            name: self.full_name(),
            value,
            domain: self.domain.clone(),
            same_site: self.same_site,
            secure: !self.insecure,
            max_age,
        }
    }
}

/// One `Set-Cookie`. `Debug` keeps the value to itself.
#[derive(Clone)]
pub(crate) struct SetCookie {
    name: String,
    value: String,
    domain: Option<String>,
    same_site: SameSite,
    secure: bool,
    max_age: Option<u64>,
}

impl SetCookie {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// C-03: what a browser would drop is never sent.
    pub(crate) fn fits(&self) -> bool {
        self.name.len() + self.value.len() <= LARGEST
    }
}

impl fmt::Display for SetCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}; Path=/", self.name, self.value)?;
        if let Some(domain) = &self.domain {
            write!(f, "; Domain={domain}")?;
        }
        if self.secure {
            f.write_str("; Secure")?;
        }
        write!(f, "; HttpOnly; SameSite={:?}", self.same_site)?;
        match self.max_age {
            Some(0) => f.write_str("; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
            Some(seconds) => write!(f, "; Max-Age={seconds}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for SetCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetCookie").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a request holds under one cookie name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Crumb<'h> {
    None,
    One(&'h [u8]),
    Many,
    TooLong,
}

/// Looks for `name` in every `Cookie` line: HTTP/2 may have split the header (RFC 9113 section 8.2.3).
pub(crate) fn crumb<'h>(head: &'h (impl Head + ?Sized), name: &str, limit: usize) -> Crumb<'h> {
    let (mut found, mut length) = (Crumb::None, 0);
    head.header("cookie", &mut |line| {
        length += line.len();
        for pair in line.split(|b| *b == b';').map(<[u8]>::trim_ascii_start) {
            let Some(value) = pair.strip_prefix(name.as_bytes()).and_then(|rest| rest.strip_prefix(b"="))
            else {
                continue;
            };
            found = if found == Crumb::None { Crumb::One(value) } else { Crumb::Many };
        }
    });
    if length > limit { Crumb::TooLong } else { found }
}

/// RFC 9110 section 5.6.2: `tchar`.
pub(crate) const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

fn is_domain(domain: &str) -> bool {
    !domain.starts_with('.')
        && domain.contains('.')
        && domain.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::tests::Plain;

    fn found(lines: &[&str]) -> String {
        let headers: Vec<_> = lines.iter().map(|line| ("cookie", *line)).collect();
        match crumb(&Plain::get(&headers), "__Host-id", 8_192) {
            Crumb::One(value) => String::from_utf8_lossy(value).into_owned(),
            other => format!("{other:?}"),
        }
    }

    /// C-10, C-11, C-12, C-13: exact name, exact value, one of it, over any number of lines.
    #[test]
    fn crumbs() {
        assert_eq!(found(&["a=b; __Host-id=x; c=d"]), "x");
        assert_eq!(found(&["a=b", "__Host-id=x"]), "x");
        assert_eq!(found(&["__host-id=x"]), "None");
        assert_eq!(found(&["x__Host-id=x; __Host-id2=y"]), "None");
        assert_eq!(found(&["__Host-id=x; __Host-id=y"]), "Many");
        assert_eq!(found(&["__Host-id=x", "__Host-id=x"]), "Many");
        assert_eq!(found(&["__Host-id=\"x\""]), "\"x\"");
        assert_eq!(found(&["__Host-id=%78"]), "%78");
        assert_eq!(found(&["__Host-id=x "]), "x ");
        assert_eq!(found(&["__Host-id =x"]), "None");
        assert_eq!(found(&[&format!("a={}; __Host-id=x", "b".repeat(9_000))]), "TooLong");
    }

    /// C-01, C-04, C-17: the safe default.
    #[test]
    fn default_cookie() {
        let cookie = CookiePolicy::default().set("v", Duration::from_secs(60));
        assert_eq!(cookie.to_string(), "__Host-id=v; Path=/; Secure; HttpOnly; SameSite=Lax");
    }

    /// C-08: the removal carries the attributes of what it removes.
    #[test]
    fn removal() {
        let removed = CookiePolicy::default().clear().to_string();
        assert_eq!(
            removed,
            "__Host-id=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
        );
    }

    /// C-05: a persistent cookie lives as long as the session, at most 400 days.
    #[test]
    fn persistent() {
        let policy = CookiePolicy::default().persistent();
        assert!(policy.set("v", Duration::from_secs(60)).to_string().ends_with("; Max-Age=60"));
        assert!(policy.set("v", Duration::from_secs(34_560_001)).to_string().ends_with("; Max-Age=34560000"));
    }

    /// C-07, C-19: the prefix follows from what the cookie may do.
    #[test]
    fn prefixes() {
        assert_eq!(CookiePolicy::new("sid").shared_with("example.com").full_name(), "__Secure-sid");
        let plain = CookiePolicy::new("sid").insecure_without_tls();
        let cookie = plain.set("v", Duration::ZERO).to_string();
        assert_eq!(cookie, "sid=v; Path=/; HttpOnly; SameSite=Lax");
    }

    /// C-06: contradictions are configuration errors.
    #[test]
    fn contradictions() {
        for policy in [
            CookiePolicy::new(""),
            CookiePolicy::new("a b"),
            CookiePolicy::new("__Host-id"),
            CookiePolicy::new("__Host-id").shared_with("example.com"),
            CookiePolicy::new("id").shared_with(".example.com"),
            CookiePolicy::new("id").shared_with("a.b;c"),
            CookiePolicy::new("id").shared_with("example.com").insecure_without_tls(),
        ] {
            assert!(policy.check().is_err(), "{policy:?}");
        }
        assert!(CookiePolicy::new("id").shared_with("example.com").check().is_ok());
    }

    /// C-03: what a browser would drop is found out before it is sent.
    #[test]
    fn too_large() {
        let policy = CookiePolicy::default();
        assert!(policy.set(&"v".repeat(4_087), Duration::ZERO).fits());
        assert!(!policy.set(&"v".repeat(4_088), Duration::ZERO).fits());
    }
}
