//! The request's head and the response's, lent to core.

use std::net::SocketAddr;

use http::{HeaderMap, HeaderName, HeaderValue, request::Parts, uri::Authority};

/// The head of a request, and the peer that the layer found.
pub(crate) struct Head<'r> {
    pub(crate) parts: &'r Parts,
    pub(crate) peer: Option<SocketAddr>,
}

impl portcullis::Head for Head<'_> {
    fn method(&self) -> &str {
        self.parts.method.as_str()
    }

    fn path(&self) -> &str {
        self.parts.uri.path()
    }

    fn authority(&self) -> Option<&str> {
        self.parts.uri.authority().map(Authority::as_str)
    }

    fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }

    fn header<'h>(&'h self, name: &str, each: &mut dyn FnMut(&'h [u8])) {
        self.parts.headers.get_all(name).iter().for_each(|value| each(value.as_bytes()));
    }
}

/// The header of a response.
pub(crate) struct Reply<'r>(pub(crate) &'r mut HeaderMap);

impl portcullis::Reply for Reply<'_> {
    fn values(&self, name: &str, each: &mut dyn FnMut(&[u8])) {
        self.0.get_all(name).iter().for_each(|value| each(value.as_bytes()));
    }

    fn set(&mut self, name: &'static str, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.insert(HeaderName::from_static(name), value);
        }
    }

    fn append(&mut self, name: &'static str, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.append(HeaderName::from_static(name), value);
        }
    }
}
