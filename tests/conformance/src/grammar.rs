//! Strict parsers for what the library writes: they accept less than clients do.

use std::collections::HashSet;

/// Parses one challenge: a scheme, then `name="value"` separated by a comma and a space, each name once
/// (RFC 9110 sections 11.2 and 11.6.1, RFC 6750 section 3). Returns the scheme and the parameters.
pub(crate) fn challenge(line: &str) -> Option<(&str, Vec<(&str, String)>)> {
    let (scheme, mut rest) = line.split_once(' ')?;
    let mut parameters: Vec<(&str, String)> = Vec::new();
    loop {
        let (name, quoted) = rest.split_once("=\"")?;
        let (value, after) = quoted_string(quoted)?;
        let raw = quoted.get(..quoted.len() - after.len() - 1)?;
        if !is_token(name) || !allows(name, raw) || parameters.iter().any(|(other, _)| *other == name) {
            return None;
        }
        parameters.push((name, value));
        match after.strip_prefix(", ") {
            Some(more) => rest = more,
            None => return (after.is_empty() && is_token(scheme)).then_some((scheme, parameters)),
        }
    }
}

/// What stands before the closing quotation mark, unescaped, and what comes after it.
fn quoted_string(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, text.get(at + 1..)?)),
            '\\' => value.push(characters.next()?.1),
            _ => value.push(character),
        }
    }
    None
}

/// RFC 6750 section 3 for its own parameters, in which nothing is escaped; printable ASCII for the others.
fn allows(name: &str, value: &str) -> bool {
    let printable = |byte: u8| (0x20..=0x7e).contains(&byte);
    let plain = |byte: u8| printable(byte) && byte != b'"' && byte != b'\\';
    match name {
        "error" | "error_description" | "error_uri" | "scope" => {
            !value.is_empty() && value.bytes().all(plain)
        }
        _ => value.bytes().all(printable),
    }
}

/// Parses one `Set-Cookie` by the grammar for servers (RFC 6265bis section 4.1.1), each attribute once.
/// Returns its name and its attributes, whose names are in lower case.
pub(crate) fn set_cookie(line: &str) -> Option<(&str, Vec<(String, &str)>)> {
    let mut parts = line.split("; ");
    let (name, value) = parts.next()?.split_once('=')?;
    let octet = |byte: u8| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte);
    let mut seen = HashSet::new();
    let mut attributes = Vec::new();
    for part in parts {
        let (attribute, value) = part.split_once('=').unwrap_or((part, ""));
        let attribute = attribute.to_ascii_lowercase();
        if !seen.insert(attribute.clone()) || !is_attribute(&attribute, value) {
            return None;
        }
        attributes.push((attribute, value));
    }
    (is_token(name) && value.bytes().all(octet)).then_some((name, attributes))
}

fn is_attribute(name: &str, value: &str) -> bool {
    match name {
        "secure" | "httponly" => value.is_empty(),
        "path" => value.starts_with('/'),
        "domain" => !value.is_empty() && !value.starts_with('.'),
        "samesite" => matches!(value, "Strict" | "Lax" | "None"),
        "max-age" => !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()),
        "expires" => is_imf_fixdate(value),
        _ => false,
    }
}

/// The shape of `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
fn is_imf_fixdate(value: &str) -> bool {
    let shape = |byte: u8| match byte {
        b'0'..=b'9' => b'0',
        b'A'..=b'Z' => b'A',
        b'a'..=b'z' => b'a',
        other => other,
    };
    value.bytes().map(shape).eq(*b"Aaa, 00 Aaa 0000 00:00:00 AAA") && value.ends_with("GMT")
}

/// Whether a browser on `https://site.example` keeps the cookie, as far as its prefix goes.
pub(crate) fn keeps_its_prefix(line: &str) -> bool {
    let Some((name, attributes)) = set_cookie(line) else { return false };
    let of = |wanted: &str| attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
    let name = name.to_ascii_lowercase();
    let secure = of("secure").is_some();
    if name.starts_with("__host-") {
        return secure && of("domain").is_none() && of("path") == Some("/");
    }
    !name.starts_with("__secure-") || secure
}

/// RFC 9110 section 5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn texts(file: &str, list: &str) -> Vec<String> {
        let value: Value = serde_json::from_str(file).unwrap();
        value[list].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    }

    /// H-10: what is malformed is refused, and what is well-formed and quoted is read.
    #[test]
    fn challenges() {
        let file = include_str!("../vectors/challenges.json");
        for text in texts(file, "malformed") {
            assert!(challenge(&text).is_none(), "{text}");
        }
        // Unquoted values and several challenges in a line are well-formed, and never written here.
        for text in texts(file, "well_formed").iter().filter(|text| !text.contains("type=1")) {
            assert!(challenge(text).is_some(), "{text}");
        }
        let (scheme, parameters) = challenge(r#"Bearer realm="a\\b", error="x""#).unwrap();
        assert_eq!(
            (scheme, &parameters[0], parameters[1].0),
            ("Bearer", &("realm", r"a\b".to_owned()), "error")
        );
    }

    /// C-02: one spelling of each attribute, each once.
    #[test]
    fn set_cookies() {
        assert!(set_cookie("a=b; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT").is_some());
        for bad in [
            "a",
            "a b=c",
            "a=b c",
            "a=\"b\"",
            "a=b; Path=/; Path=/",
            "a=b; Max-Age=-1",
            "a=b; Odd",
            "a=b;Path=/",
        ] {
            assert!(set_cookie(bad).is_none(), "{bad}");
        }
    }

    /// The examples of RFC 6265bis.
    #[test]
    fn prefixes() {
        let file = include_str!("../vectors/cookie_prefix.json");
        for text in texts(file, "reject") {
            assert!(!keeps_its_prefix(&text), "{text}");
        }
        for text in texts(file, "accept") {
            assert!(keeps_its_prefix(&text), "{text}");
        }
    }
}
