//! A case at work: it sends requests, and what it sees is written down.

use std::{
    any::Any,
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
};

use serde_json::{Value, json};

use crate::{
    Adapter, Case, Reply, Server, World,
    transcript::{Compared, Exchange, Transcript},
    wire::exchange,
    world::PASSWORD,
};

/// Header fields of a request.
pub type Fields<'a> = &'a [(&'a str, &'a str)];

/// A case's hands: the wire, and the world behind it.
#[derive(Debug)]
pub struct Run {
    world: Arc<World>,
    address: SocketAddr,
    exchanges: Vec<Exchange>,
    racing: bool,
}

impl Run {
    /// The case's world.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// `GET path`.
    pub fn get(&mut self, path: &str, fields: Fields<'_>) -> Reply {
        self.send("GET", path, fields, None)
    }

    /// `POST path` with a JSON body.
    pub fn post(&mut self, path: &str, fields: Fields<'_>, body: &Value) -> Reply {
        self.send("POST", path, fields, Some(body))
    }

    /// `DELETE path`.
    pub fn delete(&mut self, path: &str, fields: Fields<'_>) -> Reply {
        self.send("DELETE", path, fields, None)
    }

    /// Any request.
    pub fn send(&mut self, method: &str, path: &str, fields: Fields<'_>, body: Option<&Value>) -> Reply {
        self.raw(&request(method, path, fields, body))
    }

    /// Any bytes at all.
    pub fn raw(&mut self, request: &[u8]) -> Reply {
        self.exchange(request, Compared::All)
    }

    /// A request that a framework answers by itself: only the status is compared.
    pub fn own(&mut self, method: &str, path: &str, fields: Fields<'_>) -> Reply {
        self.exchange(&request(method, path, fields, None), Compared::Status)
    }

    /// As [`own`](Self::own), any bytes at all.
    pub fn own_raw(&mut self, request: &[u8]) -> Reply {
        self.exchange(request, Compared::Status)
    }

    /// Requests at the same time. Who comes first is open, so nothing of this case is compared from here on.
    pub fn parallel(&mut self, requests: &[Vec<u8>]) -> Vec<Reply> {
        self.racing = true;
        let address = self.address;
        thread::scope(|scope| {
            let sent: Vec<_> =
                requests.iter().map(|request| scope.spawn(move || exchange(address, request))).collect();
            sent.into_iter().map(|reply| reply.join().expect("no panic").expect("an answer")).collect()
        })
    }

    /// A request that waits at that store operation, between its call and its effect, while something else
    /// happens: a race that always ends alike.
    pub fn held(
        &mut self,
        operation: &'static str,
        request: &[u8],
        meanwhile: impl FnOnce(&mut Self),
    ) -> Reply {
        let hold = self.world.hold(operation);
        let (address, bytes) = (self.address, request.to_vec());
        let waiting = thread::spawn(move || exchange(address, &bytes));
        hold.await_call();
        meanwhile(self);
        hold.release();
        let reply = waiting.join().expect("no panic").expect("an answer");
        self.note(request, reply, Compared::All)
    }

    fn exchange(&mut self, request: &[u8], compared: Compared) -> Reply {
        let reply = exchange(self.address, request);
        let reply = reply.unwrap_or_else(|error| panic!("{}: {error}", first_line(request)));
        self.note(request, reply, compared)
    }

    fn note(&mut self, request: &[u8], reply: Reply, compared: Compared) -> Reply {
        let line = first_line(request);
        let compared = if self.racing { Compared::Nothing } else { compared };
        self.exchanges.push(Exchange { line, reply: reply.clone(), compared });
        reply
    }

    /// Logs in as `login`, and returns the session cookie, `name=value`.
    pub fn log_in(&mut self, login: &str) -> String {
        self.log_in_with(login, &[])
    }

    /// As [`log_in`](Self::log_in), with these header fields.
    pub fn log_in_with(&mut self, login: &str, fields: Fields<'_>) -> String {
        let reply = self.post("/login", fields, &credentials(login));
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.cookie("__Host-id").unwrap_or_else(|| panic!("no session cookie: {reply:?}"))
    }
}

fn first_line(request: &[u8]) -> String {
    String::from_utf8_lossy(request).lines().next().unwrap_or_default().to_owned()
}

/// What `login` logs in with.
pub fn credentials(login: &str) -> Value {
    json!({ "login": login, "password": PASSWORD })
}

/// A request's bytes.
pub fn request(method: &str, path: &str, fields: Fields<'_>, body: Option<&Value>) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: conformance.test\r\nconnection: close\r\n");
    for (name, value) in fields {
        text.extend([name, ": ", value, "\r\n"]);
    }
    match body {
        None => text.push_str("\r\n"),
        Some(body) => {
            let body = body.to_string();
            let length = body.len().to_string();
            text.extend(["content-type: application/json\r\ncontent-length: ", &length, "\r\n\r\n", &body]);
        }
    }
    text.into_bytes()
}

/// Runs a case on a server, and tells what was seen and whether the case was content.
pub(crate) fn perform(
    case: &Case,
    serve: impl FnOnce(Arc<World>) -> Server,
) -> (Transcript, Result<(), String>) {
    let world = World::new(case.setup);
    let server = serve(world.clone());
    let mut run =
        Run { world: world.clone(), address: server.address(), exchanges: Vec::new(), racing: false };
    let outcome = catch_unwind(AssertUnwindSafe(|| (case.run)(&mut run))).map_err(|panic| message(&*panic));
    drop(server);
    (Transcript::of(run.exchanges, &world, run.racing), outcome)
}

pub(crate) fn perform_on<A: Adapter>(case: &Case) -> (Transcript, Result<(), String>) {
    perform(case, A::serve)
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("the case panicked").to_owned()
}
