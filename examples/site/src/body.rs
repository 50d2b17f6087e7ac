//! What a client sent: JSON, or a form where the route takes one.

use std::fmt;

use portcullis::{Answer, Problem};
use serde::de::DeserializeOwned;

/// The largest body, in bytes: 64 KiB.
pub const LIMIT: usize = 64 * 1024;

/// A body and its `Content-Type`. The framework has read at most [`LIMIT`] bytes of it. `Debug` shows nothing
/// of the bytes: they may hold a password.
#[derive(Clone, Default)]
pub struct Body {
    media: String,
    bytes: Vec<u8>,
    too_large: bool,
}

impl Body {
    /// A body of that `Content-Type`.
    pub fn new(media: Option<&str>, bytes: impl Into<Vec<u8>>) -> Self {
        let media = media.unwrap_or_default().split(';').next().unwrap_or_default();
        Self { media: media.trim().to_ascii_lowercase(), bytes: bytes.into(), too_large: false }
    }

    /// A body that could not be read to its end within [`LIMIT`]. Whoever reads it gets 413.
    pub fn too_large(media: Option<&str>) -> Self {
        Self { too_large: true, ..Self::new(media, []) }
    }

    /// Whether all of it is there.
    ///
    /// # Errors
    /// The answer: 413.
    pub fn whole(&self, html: bool) -> Result<(), Answer> {
        if !self.too_large {
            return Ok(());
        }
        Err(Problem::new(413).detail("a body is at most 65536 bytes long").answer(html))
    }

    /// Whether it is an HTML form.
    pub fn is_form(&self) -> bool {
        self.media == "application/x-www-form-urlencoded"
    }

    /// Reads JSON.
    ///
    /// # Errors
    /// The answer: 413 where it is too large, 415 for another type, 400 for what is no JSON, 422 for other JSON
    /// than the route takes. An unknown member is ignored, a repeated one refused.
    pub fn json<T: DeserializeOwned>(&self, html: bool) -> Result<T, Answer> {
        self.whole(html)?;
        if !self.bytes.is_empty() && self.media != "application/json" {
            return Err(Problem::new(415).detail("send application/json").answer(html));
        }
        serde_json::from_slice(&self.bytes).map_err(|error| {
            if error.is_data() {
                unprocessable(html)
            } else {
                Problem::new(400).detail("the body is no JSON").answer(html)
            }
        })
    }

    /// Reads JSON; no body at all is the default.
    ///
    /// # Errors
    /// As [`json`](Self::json).
    pub fn json_or_nothing<T: DeserializeOwned + Default>(&self, html: bool) -> Result<T, Answer> {
        if self.bytes.is_empty() && !self.too_large { Ok(T::default()) } else { self.json(html) }
    }

    /// Reads JSON, or a form.
    ///
    /// # Errors
    /// As [`json`](Self::json).
    pub fn json_or_form<T: DeserializeOwned>(&self, html: bool) -> Result<T, Answer> {
        if self.is_form() { self.form() } else { self.json(html) }
    }

    /// Reads a form.
    ///
    /// # Errors
    /// The answer: 413 where it is too large, 415 for another type, 422 for other fields than the route takes.
    pub fn form<T: DeserializeOwned>(&self) -> Result<T, Answer> {
        self.whole(true)?;
        if !self.bytes.is_empty() && !self.is_form() {
            return Err(Problem::new(415).detail("send a form").answer(true));
        }
        serde_urlencoded::from_bytes(&self.bytes).map_err(|_| unprocessable(true))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").field("media", &self.media).finish_non_exhaustive()
    }
}

fn unprocessable(html: bool) -> Answer {
    Problem::new(422).detail("the body does not hold what this route takes").answer(html)
}

/// An unknown path.
pub fn not_found(html: bool) -> Answer {
    Problem::new(404).answer(html)
}

/// A known path, and a method that it does not have.
pub fn not_allowed(html: bool) -> Answer {
    Problem::new(405).answer(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Item {
        item: String,
    }

    fn status(media: Option<&str>, bytes: &str) -> u16 {
        match Body::new(media, bytes).json::<Item>(false) {
            Ok(Item { item }) => u16::try_from(item.len()).unwrap(),
            Err(answer) => answer.status(),
        }
    }

    /// X-10: only JSON is JSON.
    #[test]
    fn bodies() {
        assert_eq!(status(Some("application/json; charset=utf-8"), r#"{"item":"tea"}"#), 3);
        for media in
            [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonx")]
        {
            assert_eq!(status(media, r#"{"item":"tea"}"#), 415, "{media:?}");
        }
        assert_eq!(status(Some("application/json"), "{"), 400);
        assert_eq!(status(None, ""), 400);
        for other in ["{}", "[]", r#"{"item":7}"#, r#"{"item":["tea"]}"#, r#"{"item":"a","item":"b"}"#] {
            assert_eq!(status(Some("application/json"), other), 422, "{other}");
        }
    }

    /// Also where a route takes no body at all for an answer.
    #[test]
    fn a_body_that_is_too_large_says_so() {
        let body = Body::too_large(Some("application/json"));
        assert_eq!(body.json::<Item>(false).unwrap_err().status(), 413);
        assert_eq!(body.json_or_nothing::<String>(false).unwrap_err().status(), 413);
        assert_eq!(body.form::<Item>().unwrap_err().status(), 413);
        assert_eq!(body.whole(true).unwrap_err().status(), 413);
    }

    #[test]
    fn forms() {
        let form = |bytes| Body::new(Some("application/x-www-form-urlencoded"), bytes).form::<Item>();
        assert_eq!(form("item=a+b%26").unwrap().item, "a b&");
        assert_eq!(form("item=a&item=b").unwrap_err().status(), 422);
    }
}
