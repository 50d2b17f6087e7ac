//! The request's head and the response's, lent to core.

use std::net::SocketAddr;

use rocket::{Request, Response, http::Method};

/// The head of a request.
pub(crate) struct Head<'h, 'r> {
    pub(crate) request: &'h Request<'r>,
    pub(crate) sent: &'h Sent,
}

/// What Rocket does not keep, or does not lend, of a head.
pub(crate) struct Sent {
    method: Method,
    authority: Option<String>,
}

impl Sent {
    pub(crate) fn new(request: &Request<'_>) -> Self {
        // Rocket says its host in HTTP/2 by the target's authority, and in HTTP/1 by the header, which core
        // reads itself.
        let host = request.host().filter(|_| !request.headers().contains("host"));
        Self { method: request.method(), authority: host.map(ToString::to_string) }
    }
}

impl portcullis::Head for Head<'_, '_> {
    fn method(&self) -> &str {
        // Rocket makes a `GET` of a `HEAD` for which it finds no route.
        match (self.sent.method, self.request.method()) {
            (Method::Head, Method::Get) => Method::Head.as_str(),
            (_, method) => method.as_str(),
        }
    }

    fn path(&self) -> &str {
        self.request.uri().path().as_str()
    }

    fn authority(&self) -> Option<&str> {
        self.sent.authority.as_deref()
    }

    fn peer(&self) -> Option<SocketAddr> {
        self.request.remote()
    }

    fn header<'h>(&'h self, name: &str, each: &mut dyn FnMut(&'h [u8])) {
        self.request.headers().get(name).for_each(|value| each(value.as_bytes()));
    }
}

/// The header of a response.
pub(crate) struct Reply<'a, 'r>(pub(crate) &'a mut Response<'r>);

impl portcullis::Reply for Reply<'_, '_> {
    fn values(&self, name: &str, each: &mut dyn FnMut(&[u8])) {
        self.0.headers().get(name).for_each(|value| each(value.as_bytes()));
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.0.set_raw_header(name, value.to_owned());
    }

    fn append(&mut self, name: &'static str, value: &str) {
        self.0.adjoin_raw_header(name, value.to_owned());
    }
}
