//! Where a browser may be sent after a login: to a path of this site, and nowhere else.

use std::fmt::Write;

/// `path` if it is a path of this site, else `/`.
///
/// Accepted is only what begins with `/`, goes on with neither `/` nor `\`, and holds visible ASCII without
/// `\`: everything else might be read as another host by some browser.
///
/// ```
/// use portcullis::return_path;
///
/// assert_eq!(return_path("/account?tab=keys"), "/account?tab=keys");
/// assert_eq!(return_path("//evil.test"), "/");
/// assert_eq!(return_path("/\\evil.test"), "/");
/// ```
pub fn return_path(path: &str) -> &str {
    let bytes = path.as_bytes();
    let local = bytes.first() == Some(&b'/') && bytes.get(1) != Some(&b'/');
    let plain = bytes.iter().all(|b| (0x21..=0x7e).contains(b) && *b != b'\\');
    if local && plain { path } else { "/" }
}

/// The login page's address, with the path to come back to. A query is not carried along: it may hold
/// secrets.
pub(crate) fn login_url(page: &str, path: &str) -> String {
    let mut url = format!("{page}?return_to=");
    for byte in return_path(path).bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~') {
            url.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    /// H-15: everything that a browser could read as another host becomes `/`.
    #[test]
    fn open_redirects() {
        for bad in [
            "",
            "x",
            "//evil.test",
            "https://evil.test",
            "/\\evil.test",
            "/\t/evil.test",
            "/a\\b",
            "/caf\u{e9}",
            "/a b",
        ] {
            assert_eq!(return_path(bad), "/", "{bad:?}");
        }
        assert_eq!(return_path("/"), "/");
        assert_eq!(login_url("/login", "/a&b"), "/login?return_to=/a%26b");
        assert_eq!(login_url("/login", "//evil.test"), "/login?return_to=/");
    }
}
