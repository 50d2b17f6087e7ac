//! What it takes to walk through a gate without a framework and without a socket.

use std::net::SocketAddr;

use portcullis::{Head, Reply};

/// Runs a future to its end, outside of every runtime.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}

/// A request with a cookie and nothing else.
pub(crate) struct Plain(String);

impl Plain {
    pub(crate) fn with_cookie(jar: &Jar) -> Self {
        Self(jar.0.clone())
    }
}

impl Head for Plain {
    fn method(&self) -> &'static str {
        "GET"
    }

    fn path(&self) -> &'static str {
        "/"
    }

    fn authority(&self) -> Option<&str> {
        None
    }

    fn peer(&self) -> Option<SocketAddr> {
        None
    }

    fn header<'h>(&'h self, name: &str, each: &mut dyn FnMut(&'h [u8])) {
        if name == "cookie" {
            each(self.0.as_bytes());
        }
    }
}

/// The header of a response, of which only the cookie is kept, as `name=value`.
#[derive(Default)]
pub(crate) struct Jar(String);

impl Jar {
    pub(crate) fn value(&self) -> &str {
        self.0.split_once('=').map_or("", |(_, value)| value)
    }
}

impl Reply for Jar {
    fn values(&self, _: &str, _: &mut dyn FnMut(&[u8])) {}

    fn set(&mut self, _: &'static str, _: &str) {}

    fn append(&mut self, name: &'static str, value: &str) {
        if name == "set-cookie" {
            value.split(';').next().unwrap_or_default().clone_into(&mut self.0);
        }
    }
}
