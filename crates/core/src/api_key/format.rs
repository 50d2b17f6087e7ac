//! What a key looks like, so that it can be told from everything else without a store.

use zeroize::Zeroizing;

use crate::{ConfigError, NoEntropy, Secret, config::ConfigErrorKind, fault::Fault, secret::random};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Characters of the id: 95 bits, so that ids never meet.
const ID: usize = 16;
/// Characters of the secret: 190 bits (ASVS 11.5.1 wants 128).
const SECRET: usize = 32;
/// Characters of the CRC-32 of all that stands before it.
const CHECKSUM: usize = 6;

/// The form of an application's keys: `{prefix}_{environment}_{id}{secret}{checksum}`, the last three in
/// base62, 16, 32 and 6 characters long.
///
/// A secret scanner finds them by `\b{prefix}_{environment}_[0-9A-Za-z]{54}\b`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyFormat {
    /// `{prefix}_`: by this a bearer token is known to be a key.
    prefix: String,
    /// `{prefix}_{environment}_`.
    lead: String,
}

impl KeyFormat {
    /// Keys of this prefix (of the application) and environment (`live`, `test`): each 1 to 16 lower-case
    /// letters and digits, beginning with a letter.
    ///
    /// # Errors
    /// [`ConfigError`] for anything else.
    pub fn new(prefix: &str, environment: &str) -> Result<Self, ConfigError> {
        if !is_name(prefix) || !is_name(environment) {
            let message = "an API key's prefix and environment are 1 to 16 lower-case letters and digits each, a letter first";
            return Err(ConfigError::new(ConfigErrorKind::KeyFormat, message));
        }
        Ok(Self { prefix: format!("{prefix}_"), lead: format!("{prefix}_{environment}_") })
    }

    /// What every key of the application begins with, `_` included.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// A new key, and its id within it. [`Visit::create_key`](crate::Visit::create_key) also stores it.
    ///
    /// # Errors
    /// [`NoEntropy`] if the operating system gives no random bytes.
    pub fn generate(&self) -> Result<(String, Secret), NoEntropy> {
        let id = base62::<ID>()?;
        let secret = base62::<SECRET>()?;
        let mut key = Zeroizing::new(format!("{}{}{}", self.lead, *id, *secret));
        let checksum = checksum(key.as_bytes());
        key.push_str(&String::from_utf8_lossy(&checksum));
        Ok(((*id).clone(), Secret::from(key.as_str())))
    }

    /// The id in a well-formed key.
    pub(crate) fn parse<'k>(&self, text: &'k [u8]) -> Result<&'k str, Fault> {
        let Some(body) = text.strip_prefix(self.lead.as_bytes()) else {
            return Err(Fault::invalid(self.strange(text)));
        };
        if body.len() != ID + SECRET + CHECKSUM || !body.iter().all(u8::is_ascii_alphanumeric) {
            return Err(Fault::invalid("malformed_key"));
        }
        let (head, tail) = text.split_at(text.len() - CHECKSUM);
        if checksum(head) != tail {
            return Err(Fault::invalid("wrong_checksum"));
        }
        let id = body.get(..ID).and_then(|id| std::str::from_utf8(id).ok());
        id.ok_or(Fault::invalid("malformed_key"))
    }

    /// The first characters of a key, which may be shown again: up to a quarter of its id.
    pub(crate) fn start(&self, key: &str) -> String {
        key.chars().take(self.lead.len() + ID / 4).collect()
    }

    fn strange(&self, text: &[u8]) -> &'static str {
        if text.starts_with(self.prefix.as_bytes()) { "other_environment" } else { "other_prefix" }
    }
}

fn is_name(name: &str) -> bool {
    (1..=16).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// Uniform: bytes that would favour the first characters are drawn again.
fn base62<const N: usize>() -> Result<Zeroizing<String>, NoEntropy> {
    const FAIR: u8 = 62 * 4;
    let mut text = Zeroizing::new(String::with_capacity(N));
    while text.len() < N {
        let bytes = Zeroizing::new(random::<N>()?);
        let fair = bytes.iter().filter(|b| **b < FAIR);
        let characters = fair.filter_map(|b| BASE62.get(usize::from(b % 62)).copied().map(char::from));
        let missing = N - text.len();
        text.extend(characters.take(missing));
    }
    Ok(text)
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    let mut rest = crc32fast::hash(bytes);
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62.get((rest % 62) as usize).copied().unwrap_or(b'0');
        rest /= 62;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format() -> KeyFormat {
        KeyFormat::new("ord", "live").unwrap()
    }

    fn text(key: &Secret) -> &str {
        std::str::from_utf8(key.expose()).unwrap()
    }

    /// Names are plain, so a key can be no JWT (decision 4).
    #[test]
    fn names() {
        for bad in ["", "Ord", "o.d", "o_d", "eyJ", "1rd", "seventeenletters1"] {
            assert!(KeyFormat::new(bad, "live").is_err(), "{bad}");
            assert!(KeyFormat::new("ord", bad).is_err(), "{bad}");
        }
    }

    /// 190 random bits, and the id found again.
    #[test]
    fn generated_keys_parse() {
        let (id, key) = format().generate().unwrap();
        let key = text(&key);
        assert_eq!(key.len(), "ord_live_".len() + 54);
        assert_eq!(format().parse(key.as_bytes()).unwrap(), id);
        assert_ne!(text(&format().generate().unwrap().1), key);
        assert_eq!(format().start(key), key[..13]);
    }

    /// every flaw is found without a store.
    #[test]
    fn flaws() {
        let (_, key) = format().generate().unwrap();
        let key = text(&key);
        let mut flipped = key.as_bytes().to_vec();
        flipped[20] = if flipped[20] == b'a' { b'b' } else { b'a' };
        let longer = format!("{key}x");
        let other = key.replace("live", "test");
        for bad in
            [&flipped[..], &key.as_bytes()[1..], longer.as_bytes(), other.as_bytes(), b"", b"ord_live_"]
        {
            assert!(format().parse(bad).is_err(), "{}", String::from_utf8_lossy(bad));
        }
        assert!(format().parse(format!("ord_live_{}", "\u{e9}".repeat(27)).as_bytes()).is_err());
    }
}
