//! What a binding provides: the fixture, served by an adapter.

use std::{fmt, net::SocketAddr, sync::Arc};

use crate::World;

/// An adapter under test.
pub trait Adapter: 'static {
    /// Its name: the prefix of its cases.
    const NAME: &'static str;

    /// Serves the fixture behind the world's gate on `127.0.0.1`, port 0, and returns when it accepts
    /// connections.
    fn serve(world: Arc<World>) -> Server;
}

/// A fixture that is being served. Dropping it stops it.
pub struct Server {
    address: SocketAddr,
    stop: Option<Box<dyn FnOnce() + Send>>,
}

impl Server {
    /// A server at `address`, which `stop` stops.
    pub fn new(address: SocketAddr, stop: impl FnOnce() + Send + 'static) -> Self {
        Self { address, stop: Some(Box::new(stop)) }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}
