//! A session's id, which only the cookie holds, and its key, which only the store holds.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use zeroize::Zeroizing;

use crate::secret::{NoEntropy, random, sha256};

/// Bytes of an id: 256 bits.
const BYTES: usize = 32;

/// Characters of its text: six bits each.
const LENGTH: usize = 43;

/// A session's id. Never stored, never shown.
#[derive(Clone)]
pub(crate) struct SessionId(Zeroizing<[u8; BYTES]>);

impl SessionId {
    pub(crate) fn generate() -> Result<Self, NoEntropy> {
        random().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// Reads a cookie's value: 43 characters of base64url and nothing else, with no unused bit set.
    pub(crate) fn parse(value: &[u8]) -> Option<Self> {
        let value = (value.len() == LENGTH).then_some(value)?;
        let bytes = Zeroizing::new(BASE64URL_NOPAD.decode(value).ok()?);
        <[u8; BYTES]>::try_from(bytes.as_slice()).ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The cookie's value.
    pub(crate) fn encode(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64URL_NOPAD.encode(&*self.0))
    }

    /// Under what the session is stored.
    pub(crate) fn key(&self) -> SessionKey {
        SessionKey(sha256(&*self.0))
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Under what a session is stored: the SHA-256 of its id.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct SessionKey([u8; 32]);

impl SessionKey {
    /// A key of these bytes: for stores that read one back, and for tests of stores.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key's bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// S-01, C-18: 256 random bits as 43 characters; every position but the last is uniform.
    #[test]
    fn ids_are_random() {
        const COUNT: usize = 100_000;
        let mut seen = HashSet::new();
        let mut counts = vec![[0_u32; 128]; 42];
        for _ in 0..COUNT {
            let id = SessionId::generate().unwrap().encode();
            assert_eq!(id.len(), 43);
            id.bytes().take(42).zip(&mut counts).for_each(|(b, count)| count[usize::from(b)] += 1);
            assert!(seen.insert(id.to_string()));
        }
        let expected = f64::from(u32::try_from(COUNT).unwrap()) / 64.0;
        for count in &counts {
            let alphabet = BASE64URL_NOPAD.specification().symbols;
            let chi: f64 = alphabet
                .bytes()
                .map(|b| (f64::from(count[usize::from(b)]) - expected).powi(2) / expected)
                .sum();
            // 63 degrees of freedom: 42 positions exceed 130 together once in 50,000 runs.
            assert!(chi < 130.0, "chi-square {chi}");
        }
    }

    /// C-13: only one spelling is read.
    #[test]
    fn one_spelling() {
        let id = SessionId::generate().unwrap();
        let text = id.encode();
        assert_eq!(SessionId::parse(text.as_bytes()).unwrap().key(), id.key());
        for bad in ["", "short", &format!("{}=", *text), &format!("{}A", *text), &format!(" {}", *text)] {
            assert!(SessionId::parse(bad.as_bytes()).is_none(), "{bad}");
        }
        // The last character carries four bits; a set unused bit would be a second spelling.
        assert!(SessionId::parse(format!("{}B", "A".repeat(42)).as_bytes()).is_none());
        assert!(SessionId::parse("A".repeat(1 << 20).as_bytes()).is_none());
    }
}
