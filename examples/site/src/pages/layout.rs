//! What every page has in common.

use std::sync::OnceLock;

use data_encoding::BASE64;
use portcullis::Answer;

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}\
nav a{margin-right:1rem}table{border-collapse:collapse}th,td{text-align:left;padding:.25rem .75rem .25rem 0}\
label{display:block}:focus-visible{outline:3px solid #1a56db;outline-offset:2px}[role=alert]{color:#9b1c1c}\
code{overflow-wrap:anywhere}";

/// A page. It runs no script, is framed by nobody, and is not to be stored.
pub(super) fn page(status: u16, title: &str, body: &str) -> Answer {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         </head>\n<body>\n<header>\n<nav aria-label=\"Site\"><a href=\"/\">Orders</a><a href=\"/account\">Account</a>\
         <a href=\"/account/keys\">Keys</a><a href=\"/account/activity\">Activity</a></nav>\n</header>\n\
         <main>\n<h1>{title}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    );
    Answer::new(status, "text/html; charset=utf-8", html)
        .header("cache-control", "no-store")
        .header("content-security-policy", policy())
        .header("referrer-policy", "same-origin")
        .header("x-content-type-options", "nosniff")
}

/// Nothing may be loaded but the one style sheet that is in the page.
fn policy() -> &'static str {
    static POLICY: OnceLock<String> = OnceLock::new();
    POLICY.get_or_init(|| {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, STYLE.as_bytes());
        format!(
            "default-src 'none'; style-src 'sha256-{}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            BASE64.encode(digest.as_ref())
        )
    })
}

/// Text that is safe between tags and in quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped() {
        assert_eq!(escape("<a href='x'>\"&\""), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;");
    }
}
