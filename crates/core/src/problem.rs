//! `application/problem+json` (RFC 9457): what a refusal looks like on the wire.

use std::borrow::Cow;

use serde::Serialize;

use crate::{Reason, challenge::error_code};

/// A complete answer, ready for any framework: an adapter only copies it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// An answer of the application's own: a status of 100 to 599, a media type in visible ASCII, a body.
    pub fn new(status: u16, media: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: vec![("content-type", media.to_owned())], body: body.into() }
    }

    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// Adds a header field: a name in lower case, a value in visible ASCII and spaces.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The status code, 100 to 599.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The header fields, names in lower case, values in visible ASCII and spaces; a name may repeat.
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.headers
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

/// A problem, as RFC 9457 describes one. Applications use it for their own errors, so that all look alike.
///
/// ```
/// let answer = portcullis::Problem::new(409).detail("that name is taken").answer(false);
/// assert_eq!(answer.status(), 409);
/// assert_eq!(
///     std::str::from_utf8(answer.body()).unwrap(),
///     r#"{"type":"about:blank","title":"Conflict","status":409,"detail":"that name is taken"}"#,
/// );
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: Cow<'static, str>,
    title: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<Cow<'static, str>>,
}

impl Problem {
    /// A problem of type `about:blank`, whose title is the status's reason phrase.
    pub fn new(status: u16) -> Self {
        Self { kind: "about:blank".into(), title: reason_phrase(status), status, detail: None }
    }

    /// Says what happened this time. Never put a cause, a path or an id here that the client did not send.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Names the kind of problem by a stable URI.
    #[must_use]
    pub fn kind(mut self, uri: impl Into<Cow<'static, str>>) -> Self {
        self.kind = uri.into();
        self
    }

    /// The answer, as a small page when `html`, else as JSON. Not to be stored, not to be sniffed.
    pub fn answer(&self, html: bool) -> Answer {
        let (media, body) = if html { self.page() } else { self.json() };
        let headers = vec![
            ("content-type", media.to_owned()),
            ("cache-control", "no-store".to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
        ];
        Answer { status: self.status, headers, body }
    }

    fn json(&self) -> (&'static str, Vec<u8>) {
        ("application/problem+json", serde_json::to_vec(self).unwrap_or_default())
    }

    fn page(&self) -> (&'static str, Vec<u8>) {
        let detail = self.detail.as_deref().map(escape).unwrap_or_default();
        let body = format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{0} {1}</title>\n\
             <main>\n<h1>{0} {1}</h1>\n<p>{detail}</p>\n</main>\n</html>\n",
            self.status, self.title,
        );
        ("text/html; charset=utf-8", body.into_bytes())
    }
}

/// Text that is safe between HTML tags.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The problem that a reason is shown as: the same bytes for every cause.
pub(crate) fn of(reason: Reason) -> Problem {
    let (status, name, detail) = describe(reason);
    let problem = Problem::new(status).detail(detail);
    if name.is_empty() { problem } else { problem.kind(format!("urn:portcullis:problem:{name}")) }
}

const fn describe(reason: Reason) -> (u16, &'static str, &'static str) {
    match reason {
        Reason::Missing | Reason::Unaccepted => (401, "", "this needs a credential that the route accepts"),
        Reason::Malformed => (400, "invalid-request", "send exactly one well-formed credential"),
        Reason::TooLarge => (431, "", "a credential header is longer than 8192 bytes"),
        Reason::Invalid => (401, "invalid-credential", "the credential is not valid"),
        Reason::Expired => (401, "token-expired", EXPIRED),
        Reason::InsufficientScope => (403, "insufficient-scope", "the credential lacks a scope"),
        Reason::Forbidden => (403, "", "the caller may not do this"),
        Reason::StepUp => (401, STEP_UP, "log in again, with every factor that the route asks for"),
        Reason::CrossSite => (403, "cross-site", "another site's page may not cause this request"),
        Reason::LoginFailed => (401, "login-failed", "the login name or the password is wrong"),
        Reason::Unavailable => (503, "unavailable", "the caller cannot be identified at the moment"),
        Reason::Internal => (500, "", "the caller could not be identified"),
        Reason::NoGate => {
            (500, "no-gate", "a guarded route stands outside the gate: wrap it in the gate's layer")
        }
        Reason::TwoGates => {
            (500, "two-gates", "two gates wrap this route: keep the inner or the outer layer")
        }
        Reason::Misconfigured => {
            (500, "misconfigured", "the route's rule asks for what its gate does not give")
        }
    }
}

const STEP_UP: &str = "insufficient-user-authentication";

/// RFC 6750 section 3's own example text.
pub(crate) const EXPIRED: &str = "The access token expired";

/// The status of a reason.
pub(crate) const fn status(reason: Reason) -> u16 {
    describe(reason).0
}

/// Whether a reason's answer carries challenges: every 401, and what RFC 6750 section 3.1 says of 400 and
/// 403 for a bearer token.
pub(crate) const fn challenges_all(reason: Reason) -> bool {
    status(reason) == 401 || error_code(reason, crate::Scheme::Jwt).is_some()
}

const fn reason_phrase(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Error",
    }
}
