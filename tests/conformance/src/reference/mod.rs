//! The reference adapter: no framework, only a socket, core and the fixture.
//!
//! Every adapter is compared with it. It can also be broken on purpose, so that the suite can show that it
//! notices.

mod request;
mod routes;

use std::{fmt, net::SocketAddr, sync::Arc};

use portcullis::{Reply, Visit};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
};

pub use request::Request;

use crate::{Adapter, Server, World, fixture::Page};
use routes::Road;

/// What a broken adapter does wrong by itself. What it does to requests and answers is told by
/// [`Reference::begin`] and [`Reference::end`].
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Flaw {
    /// Nothing.
    #[default]
    None,
    /// It does not run the origin check.
    SkipsOrigin,
    /// Its handlers' visit does not check the origin for itself.
    SkipsAttention,
    /// Each guard opens a visit of its own, so nothing is remembered.
    ForgetsVerdicts,
    /// It answers what the handler answered although a guard refused.
    SwallowsRefusals,
    /// It takes a bad credential on an optional route for none.
    TakesBadForNone,
    /// It writes no effects into answers of a server error.
    DropsEffectsOfFailures,
    /// Its `Set-Cookie` replaces the others.
    OverwritesCookies,
    /// Its rule for a whole router guards `GET` only.
    GuardsGetOnly,
    /// Its rule for a whole router does not reach nested ones.
    GuardsShallowly,
    /// It writes no effects when nothing was guarded.
    FlushesNothing,
}

/// The frameworkless adapter.
#[derive(Clone)]
pub struct Reference {
    name: &'static str,
    flaw: Flaw,
    begin: fn(&World, &mut Request),
    end: fn(&Request, &mut Page),
}

impl Reference {
    /// The adapter that does everything right.
    pub fn new() -> Self {
        Self { name: "reference", flaw: Flaw::None, begin: |_, _| {}, end: |_, _| {} }
    }

    /// One that is broken on purpose.
    #[must_use]
    pub fn broken(name: &'static str) -> Self {
        Self { name, ..Self::new() }
    }

    /// With that flaw.
    #[must_use]
    pub fn flaw(mut self, flaw: Flaw) -> Self {
        self.flaw = flaw;
        self
    }

    /// Doing that to each request before it is looked at.
    #[must_use]
    pub fn begin(mut self, begin: fn(&World, &mut Request)) -> Self {
        self.begin = begin;
        self
    }

    /// Doing that to each answer before it is sent.
    #[must_use]
    pub fn end(mut self, end: fn(&Request, &mut Page)) -> Self {
        self.end = end;
        self
    }

    async fn accept(self: Arc<Self>, listener: TcpListener, world: Arc<World>) {
        while let Ok((stream, peer)) = listener.accept().await {
            let (adapter, world) = (self.clone(), world.clone());
            tokio::spawn(async move { adapter.serve_one(stream, peer, &world).await });
        }
    }

    async fn serve_one(&self, mut stream: TcpStream, peer: SocketAddr, world: &World) {
        let Ok(request) = Request::read(&mut stream, peer).await else { return };
        let bodiless = request.as_ref().is_some_and(|request| request.method == "HEAD");
        let page = match request {
            Some(mut request) => {
                (self.begin)(world, &mut request);
                let mut page = self.answer(world, &request).await;
                (self.end)(&request, &mut page);
                page
            }
            None => plain(400),
        };
        // A client that has gone needs no answer.
        let _ = stream.write_all(&bytes(&page, bodiless)).await;
        let _ = stream.shutdown().await;
    }

    /// The whole of an adapter: origin check, guards and handler, refusal, effects.
    async fn answer(&self, world: &World, request: &Request) -> Page {
        let visit = Visit::open(world.gate());
        let road = Road { world, visit: &visit, request, flaw: self.flaw };
        let mut page = match road.travel().await {
            Ok(page) => page,
            Err(rejection) => rejection.answer().into(),
        };
        if let Some(refusal) = visit.refusal().filter(|_| self.flaw != Flaw::SwallowsRefusals) {
            page = refusal.into();
        }
        let dropped = match self.flaw {
            Flaw::DropsEffectsOfFailures => page.status >= 500,
            Flaw::FlushesNothing => true,
            _ => false,
        };
        if !dropped {
            visit.flush(&mut Lent { page: &mut page, flaw: self.flaw });
        }
        page
    }
}

impl Default for Reference {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reference").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Adapter for Reference {
    fn name(&self) -> &'static str {
        self.name
    }

    fn serve(&self, world: Arc<World>) -> Server {
        let adapter = Arc::new(self.clone());
        Server::tokio(move |listener| adapter.accept(listener, world))
    }
}

/// A page's header, lent to core.
struct Lent<'p> {
    page: &'p mut Page,
    flaw: Flaw,
}

impl Reply for Lent<'_> {
    fn values(&self, name: &str, each: &mut dyn FnMut(&[u8])) {
        self.page.headers.iter().filter(|(n, _)| *n == name).for_each(|(_, value)| each(value.as_bytes()));
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.page.headers.retain(|(n, _)| *n != name);
        self.page.headers.push((name, value.to_owned()));
    }

    fn append(&mut self, name: &'static str, value: &str) {
        if self.flaw == Flaw::OverwritesCookies && name == "set-cookie" {
            return self.set(name, value);
        }
        self.page.headers.push((name, value.to_owned()));
    }
}

/// What a server answers of its own accord.
pub(crate) fn plain(status: u16) -> Page {
    Page { status, headers: Vec::new(), body: Vec::new() }
}

fn bytes(page: &Page, bodiless: bool) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {} \r\n", page.status);
    for (name, value) in &page.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\nconnection: close\r\n\r\n", page.body.len()));
    let body = if bodiless { &[][..] } else { &page.body };
    [text.as_bytes(), body].concat()
}
