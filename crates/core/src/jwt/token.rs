//! The compact form: three parts of base64url, and nothing else.

use data_encoding::BASE64URL_NOPAD;

use super::JwtFault;

/// The decoded parts of a token, and the text that its signature covers.
#[derive(Debug)]
pub(super) struct Token<'a> {
    signed: &'a [u8],
    decoded: Vec<u8>,
    payload: usize,
    signature: usize,
}

impl<'a> Token<'a> {
    /// Splits and decodes; one allocation holds all three parts.
    ///
    /// The encoding is strict: no padding, no white space, no `+` or `/`, and unused bits of the last
    /// character are zero, so that a token has exactly one text.
    pub(super) fn decode(text: &'a [u8]) -> Result<Self, JwtFault> {
        let mut dots = text.iter().enumerate().filter(|(_, byte)| **byte == b'.').map(|(at, _)| at);
        let (Some(first), Some(second), None) = (dots.next(), dots.next(), dots.next()) else {
            return Err(JwtFault::Malformed);
        };
        let mut decoded = Vec::with_capacity(text.len());
        append(&mut decoded, text.get(..first))?;
        let payload = decoded.len();
        append(&mut decoded, text.get(first + 1..second))?;
        let signature = decoded.len();
        append(&mut decoded, text.get(second + 1..))?;
        let signed = text.get(..second).ok_or(JwtFault::Malformed)?;
        Ok(Self { signed, decoded, payload, signature })
    }

    /// The text before the last dot.
    pub(super) fn signed(&self) -> &'a [u8] {
        self.signed
    }

    pub(super) fn header(&self) -> Option<&str> {
        text(self.decoded.get(..self.payload))
    }

    pub(super) fn payload(&self) -> Option<&str> {
        text(self.decoded.get(self.payload..self.signature))
    }

    pub(super) fn signature(&self) -> &[u8] {
        self.decoded.get(self.signature..).unwrap_or_default()
    }
}

fn append(decoded: &mut Vec<u8>, part: Option<&[u8]>) -> Result<(), JwtFault> {
    let part = part.filter(|part| !part.is_empty()).ok_or(JwtFault::Malformed)?;
    let length = BASE64URL_NOPAD.decode_len(part.len()).map_err(|_| JwtFault::Malformed)?;
    let start = decoded.len();
    decoded.resize(start + length, 0);
    let target = decoded.get_mut(start..).unwrap_or_default();
    BASE64URL_NOPAD.decode_mut(part, target).map_err(|_| JwtFault::Malformed)?;
    Ok(())
}

fn text(bytes: Option<&[u8]>) -> Option<&str> {
    std::str::from_utf8(bytes?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// J-10, J-11, J-12: three canonical parts, nothing else.
    #[test]
    fn one_text_only() {
        assert!(Token::decode(b"e30.e30.AA").is_ok());
        let bad: [&[u8]; 17] = [
            b"",
            b".",
            b"..",
            b"e30",
            b"e30.e30",
            b"e30.e30.",
            b".e30.AA",
            b"e30..AA",
            b"e30.e30.AA.AA",
            b"e30.e30.AA.AA.AA",
            b"e30.e30.AA==",
            b" e30.e30.AA",
            b"e30.e30.AA\n",
            b"e30.e30.+A",
            b"e30.e30./A",
            b"e30.e30.AB",
            b"{\"payload\":\"e30\"}",
        ];
        for text in bad {
            assert_eq!(Token::decode(text).err(), Some(JwtFault::Malformed), "{text:?}");
        }
    }
}
