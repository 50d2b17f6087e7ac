//! What an adapter must be able to do for the suite: serve the fixture.

use std::sync::Arc;

use crate::{Server, World};

/// A framework's adapter, bound to the fixture.
pub trait Adapter: Send + Sync + 'static {
    /// The framework's name: the first part of the names of its tests.
    fn name(&self) -> &'static str;

    /// Serves the fixture behind the world's gate, on a loopback port.
    fn serve(&self, world: Arc<World>) -> Server;
}
