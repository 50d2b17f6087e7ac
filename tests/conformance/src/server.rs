//! A served fixture: where it listens, and how to end it.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    thread,
};

use tokio::sync::oneshot;

/// A running server. It ends when it is dropped.
pub struct Server {
    addr: SocketAddr,
    stop: Option<Box<dyn FnOnce() + Send>>,
}

impl Server {
    /// A server that listens at `addr`, and that `stop` ends at once.
    pub fn new(addr: SocketAddr, stop: impl FnOnce() + Send + 'static) -> Self {
        Self { addr, stop: Some(Box::new(stop)) }
    }

    /// Runs `serve` on a tokio runtime of one thread of its own, with a listener of a free port. Dropping the
    /// server drops the future, its connections and the runtime.
    ///
    /// # Panics
    /// When the system gives no port or no thread.
    pub fn tokio<F: Future>(serve: impl FnOnce(tokio::net::TcpListener) -> F + Send + 'static) -> Self {
        let listener = listen().expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                tokio::select! { _ = serve(listener) => {}, _ = stopped => {} }
            });
            runtime.shutdown_background();
        });
        Self::new(addr, move || drop(stop))
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
}

/// A listener on the loopback interface, on a free port.
fn listen() -> io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
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
        f.debug_struct("Server").field("addr", &self.addr).finish_non_exhaustive()
    }
}
