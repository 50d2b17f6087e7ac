//! The request's head and the response's, lent to core.

use std::net::SocketAddr;

use actix_web::{
    HttpRequest,
    http::{
        header::{HeaderMap, HeaderName, HeaderValue},
        uri::Authority,
    },
};

/// The head of a request.
pub(crate) struct Head<'r>(pub(crate) &'r HttpRequest);

impl portcullis::Head for Head<'_> {
    fn method(&self) -> &str {
        self.0.method().as_str()
    }

    fn path(&self) -> &str {
        self.0.path()
    }

    fn authority(&self) -> Option<&str> {
        self.0.uri().authority().map(Authority::as_str)
    }

    fn peer(&self) -> Option<SocketAddr> {
        self.0.peer_addr()
    }

    fn header<'h>(&'h self, name: &str, each: &mut dyn FnMut(&'h [u8])) {
        self.0.headers().get_all(name).for_each(|value| each(value.as_bytes()));
    }
}

/// The header of a response.
pub(crate) struct Reply<'r>(pub(crate) &'r mut HeaderMap);

impl portcullis::Reply for Reply<'_> {
    fn values(&self, name: &str, each: &mut dyn FnMut(&[u8])) {
        self.0.get_all(name).for_each(|value| each(value.as_bytes()));
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
