//! What core sees of a request: its head, borrowed, never copied, never interpreted on the way.

use std::net::SocketAddr;

/// A request's head, as an adapter lends it to core.
///
/// An adapter implements this on a one-field wrapper around its framework's own request. Nothing is
/// decoded, trimmed, joined or dropped here: that is core's business.
pub trait Head {
    /// The method as it was sent, in its own letter case.
    fn method(&self) -> &str;

    /// The path of the request target as it was sent, without the query.
    fn path(&self) -> &str;

    /// The authority of the request target (HTTP/2 `:authority`, or the absolute form). `None` where the
    /// target has none: core then reads the `Host` header itself.
    fn authority(&self) -> Option<&str>;

    /// The transport peer, never a forwarded address. `None` where the transport has none.
    fn peer(&self) -> Option<SocketAddr>;

    /// Calls `each` with every value of the header `name` (lower case), one call per field line, in order.
    fn header<'h>(&'h self, name: &str, each: &mut dyn FnMut(&'h [u8]));
}

/// The values of one header, as far as core cares.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Lines<'h> {
    None,
    One(&'h [u8]),
    Many,
}

/// Reads a header that may stand in a request once.
pub(crate) fn lines<'h>(head: &'h (impl Head + ?Sized), name: &str) -> Lines<'h> {
    let mut found = Lines::None;
    head.header(name, &mut |value| {
        found = if found == Lines::None { Lines::One(value) } else { Lines::Many };
    });
    found
}

/// The first value of a header that decides nothing, as text of at most `limit` bytes without control
/// characters.
pub(crate) fn shown(head: &(impl Head + ?Sized), name: &str, limit: usize) -> Option<String> {
    let mut found = None;
    head.header(name, &mut |value| {
        found.get_or_insert(value);
    });
    found.map(|value| printable(value, limit))
}

/// Text that is safe to keep and print: at most `limit` bytes long, control characters shown as U+FFFD.
pub(crate) fn printable(bytes: &[u8], limit: usize) -> String {
    let bytes = bytes.get(..limit).unwrap_or(bytes);
    let mut text = String::new();
    for c in String::from_utf8_lossy(bytes).chars() {
        let c = if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
        if text.len() + c.len_utf8() > limit {
            break;
        }
        text.push(c);
    }
    text
}

/// Whether a browser asked for a page: `text/html` is named in `Accept`, and no JSON ranks as high.
pub(crate) fn prefers_html(head: &(impl Head + ?Sized)) -> bool {
    let (mut html, mut json) = (0, 0);
    head.header("accept", &mut |value| {
        for range in value.split(|b| *b == b',') {
            let mut parts = range.split(|b| *b == b';').map(<[u8]>::trim_ascii);
            let media = parts.next().unwrap_or_default().to_ascii_lowercase();
            let weight = parts.find_map(quality).unwrap_or(1_000);
            match media.as_slice() {
                b"text/html" => html = html.max(weight),
                b"application/json" | b"application/problem+json" => json = json.max(weight),
                _ => {}
            }
        }
    });
    html > json
}

/// `q=0.5` in thousandths; a malformed weight counts as 0.
fn quality(parameter: &[u8]) -> Option<u16> {
    let digits = parameter.strip_prefix(b"q=").or_else(|| parameter.strip_prefix(b"Q="))?;
    let text = std::str::from_utf8(digits).unwrap_or_default();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let thousandths = format!("{whole}{fraction:0<3.3}").parse().unwrap_or(0);
    Some(std::cmp::min(thousandths, 1_000))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A head for unit tests.
    #[derive(Default)]
    pub(crate) struct Plain {
        pub(crate) method: &'static str,
        pub(crate) authority: Option<&'static str>,
        pub(crate) headers: Vec<(&'static str, Vec<u8>)>,
    }

    impl Plain {
        pub(crate) fn get(headers: &[(&'static str, &str)]) -> Self {
            Self::of("GET", headers)
        }

        pub(crate) fn of(method: &'static str, headers: &[(&'static str, &str)]) -> Self {
            let headers = headers.iter().map(|(n, v)| (*n, v.as_bytes().to_vec())).collect();
            Self { method, authority: None, headers }
        }
    }

    impl Head for Plain {
        fn method(&self) -> &str {
            self.method
        }

        fn path(&self) -> &'static str {
            "/"
        }

        fn authority(&self) -> Option<&str> {
            self.authority
        }

        fn peer(&self) -> Option<SocketAddr> {
            None
        }

        fn header<'h>(&'h self, name: &str, each: &mut dyn FnMut(&'h [u8])) {
            self.headers.iter().filter(|(n, _)| *n == name).for_each(|(_, v)| each(v));
        }
    }

    #[test]
    fn html_must_outrank_json() {
        for (accept, html) in [
            ("text/html", true),
            ("text/html,application/xhtml+xml,*/*;q=0.8", true),
            ("application/json, text/html", false),
            ("application/json;q=0.5, text/html;q=0.9", true),
            ("text/html;q=0", false),
            ("*/*", false),
            ("text/html;q=x", false),
        ] {
            assert_eq!(prefers_html(&Plain::get(&[("accept", accept)])), html, "{accept}");
        }
    }

    #[test]
    fn shown_values_carry_no_control_characters() {
        let head = Plain::get(&[("user-agent", "a\r\nb\u{1b}[31m")]);
        assert_eq!(shown(&head, "user-agent", 9).as_deref(), Some("a\u{fffd}\u{fffd}b"));
        assert_eq!(shown(&head, "user-agent", 5).as_deref(), Some("a\u{fffd}"));
    }
}
