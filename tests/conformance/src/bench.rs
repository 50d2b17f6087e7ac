use std::cell::RefCell;

use crate::{Adapter, Exception, Response, Setting, Site, World, compare::Exchange};

/// One run of one case on one adapter.
pub struct Bench<'a> {
    adapter: &'a dyn Adapter,
    exceptions: Vec<&'a Exception>,
    exchanges: RefCell<Vec<Exchange>>,
}

impl<'a> Bench<'a> {
    pub(crate) fn new(adapter: &'a dyn Adapter, exceptions: Vec<&'a Exception>) -> Self {
        Self { adapter, exceptions, exchanges: RefCell::default() }
    }

    /// Serves the fixture in a world as usual.
    pub fn open(&self) -> Site<'_> {
        self.open_with(&Setting::new())
    }

    /// Serves the fixture in a world as `setting` says.
    pub fn open_with(&self, setting: &Setting) -> Site<'_> {
        let world = World::new(setting);
        let server = self.adapter.serve(world.clone());
        Site::new(self, world, server)
    }

    pub(crate) fn record(&self, mut response: Response) -> Response {
        let exception = self.exceptions.iter().find(|exception| exception.exchange == response.label);
        response.excepted = exception.is_some();
        self.exchanges.borrow_mut().push(Exchange::new(&response, exception.copied()));
        response
    }

    pub(crate) fn into_exchanges(self) -> Vec<Exchange> {
        self.exchanges.into_inner()
    }
}

impl std::fmt::Debug for Bench<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bench").field("adapter", &self.adapter.name()).finish_non_exhaustive()
    }
}
