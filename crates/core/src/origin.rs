//! Cross-site request forgery: which requests another site's page may not cause.
//!
//! The rules, in the order in which [`OriginPolicy::check`] applies them (after Go's `CrossOriginProtection`):
//!
//! 1. `GET`, `HEAD` and `OPTIONS` change nothing and pass, unless they carry a form (a framework may then
//!    read the method out of it) or upgrade to a WebSocket.
//! 2. `Sec-Fetch-Site: same-origin` or `none` passes. Any other value is refused, unless exempt.
//! 3. Without it, a request without `Origin` does not come from a browser and passes (not when strict).
//! 4. An `Origin` that equals the public origin passes; where none is configured, one whose host equals the
//!    request's own.
//! 5. Exempt is a trusted `Origin`, a bypassed path, and a request that carries an explicit credential,
//!    because then the cookie decides nothing.

use crate::{
    ConfigError, Head,
    config::ConfigErrorKind,
    head::{Lines, lines},
};

/// Who counts as one's own site.
#[derive(Clone, Debug, Default)]
pub(crate) struct OriginPolicy {
    public: Option<String>,
    trusted: Vec<String>,
    bypassed: Vec<String>,
    strict: bool,
}

impl OriginPolicy {
    pub(crate) fn set_public(&mut self, url: &str) -> Result<(), ConfigError> {
        self.public = Some(origin(url.strip_suffix('/').unwrap_or(url))?);
        Ok(())
    }

    pub(crate) fn trust(&mut self, text: &str) -> Result<(), ConfigError> {
        self.trusted.push(origin(text)?);
        Ok(())
    }

    pub(crate) fn bypass(&mut self, pattern: String) {
        self.bypassed.push(pattern);
    }

    pub(crate) fn strict(&mut self) {
        self.strict = true;
    }

    pub(crate) fn is_https(&self) -> bool {
        self.public.as_deref().is_some_and(|origin| origin.starts_with("https://"))
    }

    /// Whether the request may go on. `explicit` says whether it carries an explicit credential.
    pub(crate) fn check(&self, head: &impl Head, explicit: impl Fn() -> bool) -> bool {
        if !is_checked(head) {
            return true;
        }
        let origin = lines(head, "origin");
        let exempt = || explicit() || self.trusts(origin) || self.is_bypassed(head.path());
        match lines(head, "sec-fetch-site") {
            Lines::One(b"same-origin" | b"none") => true,
            Lines::None | Lines::One(b"") => match origin {
                Lines::None | Lines::One(b"") => !self.strict || exempt(),
                Lines::One(origin) => self.is_own(origin, head) || exempt(),
                Lines::Many => explicit(),
            },
            Lines::One(_) | Lines::Many => exempt(),
        }
    }

    fn trusts(&self, origin: Lines<'_>) -> bool {
        matches!(origin, Lines::One(origin) if self.trusted.iter().any(|t| t.as_bytes() == origin))
    }

    fn is_bypassed(&self, path: &str) -> bool {
        self.bypassed.iter().any(|pattern| matches_pattern(pattern, path))
    }

    fn is_own(&self, origin: &[u8], head: &impl Head) -> bool {
        if let Some(public) = &self.public {
            return public.as_bytes() == origin;
        }
        let host = origin.strip_prefix(b"https://").or_else(|| origin.strip_prefix(b"http://"));
        match (host, head.authority(), lines(head, "host")) {
            (Some(host), Some(authority), _) => host == authority.as_bytes(),
            (Some(host), None, Lines::One(own)) => !host.is_empty() && host == own,
            _ => false,
        }
    }
}

/// Whether a request may change something, or be turned into one that does.
pub(crate) fn is_checked(head: &impl Head) -> bool {
    !matches!(head.method(), "GET" | "HEAD" | "OPTIONS") || carries_form(head) || upgrades(head)
}

fn carries_form(head: &impl Head) -> bool {
    any(head, "content-type", |value| {
        let media = value.split(|b| *b == b';').next().unwrap_or_default().trim_ascii();
        media.eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
            || media.eq_ignore_ascii_case(b"multipart/form-data")
    })
}

fn upgrades(head: &impl Head) -> bool {
    any(head, "upgrade", |value| {
        value.split(|b| *b == b',').any(|token| token.trim_ascii().eq_ignore_ascii_case(b"websocket"))
    })
}

fn any(head: &impl Head, name: &str, test: impl Fn(&[u8]) -> bool) -> bool {
    let mut found = false;
    head.header(name, &mut |value| found |= test(value));
    found
}

/// A pattern's `{name}` stands for exactly one segment; everything else is compared byte for byte.
fn matches_pattern(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(p), Some(s)) if p == s || (p.starts_with('{') && p.ends_with('}') && !s.is_empty()) => {}
            _ => return false,
        }
    }
}

/// `scheme://host[:port]` and nothing after it, as browsers send it: in lower case.
fn origin(text: &str) -> Result<String, ConfigError> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let good = rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(is_authority));
    if good {
        return Ok(text.to_owned());
    }
    let message =
        format!("write the origin {text:?} as scheme://host[:port], in lower case, with nothing after it");
    Err(ConfigError::new(ConfigErrorKind::Origin, message))
}

const fn is_authority(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b':' | b'[' | b']')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::tests::Plain;

    fn allowed(policy: &OriginPolicy, method: &'static str, headers: &[(&'static str, &str)]) -> bool {
        let mut all = vec![("host", "example.com")];
        all.extend_from_slice(headers);
        policy.check(&Plain::of(method, &all), || false)
    }

    /// an origin is a scheme, a host and perhaps a port.
    #[test]
    fn trusted_origins() {
        for good in ["https://example.com", "https://example.com:8080", "http://example.com"] {
            assert!(OriginPolicy::default().trust(good).is_ok(), "{good}");
        }
        for bad in [
            "example.com",
            "https://",
            "https://example.com/",
            "https://example.com/path",
            "https://example.com?query=value",
            "https://example.com#fragment",
            "https://ex ample.com",
            "",
            "null",
        ] {
            assert!(OriginPolicy::default().trust(bad).is_err(), "{bad}");
        }
    }

    /// without `Sec-Fetch-Site`, the origin must be one's own.
    #[test]
    fn origins() {
        let policy = OriginPolicy::default();
        assert!(allowed(&policy, "POST", &[("origin", "https://example.com")]));
        assert!(!allowed(&policy, "POST", &[("origin", "https://example.com.evil.test")]));
        assert!(!allowed(&policy, "POST", &[("origin", "null")]));
        assert!(!allowed(
            &policy,
            "POST",
            &[("origin", "https://example.com"), ("origin", "https://example.com")]
        ));
    }

    /// X-14, decision 9: a configured public origin is compared whole, and `Host` no longer counts.
    #[test]
    fn public_origin() {
        let mut policy = OriginPolicy::default();
        policy.set_public("https://shop.test/").unwrap();
        assert!(allowed(&policy, "POST", &[("origin", "https://shop.test")]));
        assert!(!allowed(&policy, "POST", &[("origin", "http://shop.test")]));
        assert!(!allowed(&policy, "POST", &[("origin", "https://example.com")]));
    }

    /// Decision 9: strict refuses what no browser sent.
    #[test]
    fn strict() {
        let mut policy = OriginPolicy::default();
        assert!(allowed(&policy, "POST", &[]));
        policy.strict();
        assert!(!allowed(&policy, "POST", &[]));
        assert!(allowed(&policy, "POST", &[("sec-fetch-site", "same-origin")]));
    }

    /// only three methods are safe, and not when they carry a form.
    #[test]
    fn safe_methods() {
        let cross = ("sec-fetch-site", "cross-site");
        let policy = OriginPolicy::default();
        for method in ["GET", "HEAD", "OPTIONS"] {
            assert!(allowed(&policy, method, &[cross]), "{method}");
        }
        for method in ["TRACE", "JEFF", "get", "DELETE"] {
            assert!(!allowed(&policy, method, &[cross]), "{method}");
        }
        let form = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        assert!(!allowed(&policy, "GET", &[cross, form]));
    }

    /// H-28: a page of another site opens no WebSocket.
    #[test]
    fn websockets() {
        let policy = OriginPolicy::default();
        let upgrade = ("upgrade", "WebSocket");
        assert!(!allowed(&policy, "GET", &[upgrade, ("origin", "https://evil.test")]));
        assert!(allowed(&policy, "GET", &[upgrade, ("origin", "https://example.com")]));
    }

    /// A bypass matches the paths that it names and no other (CVE-2025-47910).
    #[test]
    fn bypasses() {
        for (pattern, path, matches) in [
            ("/hook", "/hook", true),
            ("/hook", "/hook/", false),
            ("/hook", "/hook/x", false),
            ("/only/{foo}", "/only/123", true),
            ("/only/{foo}", "/only/", false),
            ("/only/{foo}", "/only/123/foo", false),
        ] {
            assert_eq!(matches_pattern(pattern, path), matches, "{pattern} {path}");
        }
    }
}
