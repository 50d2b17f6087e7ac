//! One served fixture, and requests to it.

use std::{cell::RefCell, sync::Arc, thread::JoinHandle};

use crate::{
    Bench, Response, Server, User, World,
    wire::{self, Message},
};

/// A world and the adapter's server in it.
#[derive(Debug)]
pub struct Site<'b> {
    bench: &'b Bench<'b>,
    world: Arc<World>,
    server: Server,
    /// How many operations and events earlier exchanges have accounted for.
    seen: RefCell<(usize, usize)>,
}

impl<'b> Site<'b> {
    pub(crate) fn new(bench: &'b Bench<'b>, world: Arc<World>, server: Server) -> Self {
        Self { bench, world, server, seen: RefCell::default() }
    }

    /// The site's surroundings.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// A request: its method and target as they are to be sent.
    pub fn ask(&self, method: &str, target: &str) -> Ask<'_> {
        Ask::new(self, method, target)
    }

    /// A `GET`.
    pub fn get(&self, target: &str) -> Ask<'_> {
        self.ask("GET", target)
    }

    /// A `POST`.
    pub fn post(&self, target: &str) -> Ask<'_> {
        self.ask("POST", target)
    }

    /// A `DELETE`.
    pub fn delete(&self, target: &str) -> Ask<'_> {
        self.ask("DELETE", target)
    }

    /// A `POST /login` with the user's own password.
    pub fn login(&self, user: User) -> Ask<'_> {
        self.login_with(user.login(), user.password())
    }

    /// A `POST /login`.
    pub fn login_with(&self, login: &str, password: &str) -> Ask<'_> {
        self.post("/login").json(&serde_json::json!({ "login": login, "password": password }))
    }

    fn receive(&self, label: String, method: &str, message: Message) -> Response {
        let (operations, events) = (self.world.journal().operations(), self.world.events());
        let seen = self.seen.replace((operations.len(), events.len()));
        let response = Response::new(
            self.world.clone(),
            label,
            method == "HEAD",
            message,
            operations.into_iter().skip(seen.0).collect(),
            events.into_iter().skip(seen.1).collect(),
        );
        self.bench.record(response)
    }
}

/// A request in the making.
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct Ask<'s> {
    site: &'s Site<'s>,
    label: String,
    method: String,
    target: String,
    host: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Option<Vec<u8>>,
}

impl<'s> Ask<'s> {
    fn new(site: &'s Site<'_>, method: &str, target: &str) -> Self {
        Self {
            site,
            label: format!("{method} {target}"),
            method: method.to_owned(),
            target: target.to_owned(),
            host: "conformance.test".to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// Names the exchange, for messages and exceptions.
    pub fn named(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds a header line. The value is sent as it is.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Another host than `conformance.test`.
    pub fn host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    /// With the session cookie of that value.
    pub fn session(self, value: &str) -> Self {
        self.header("cookie", format!("__Host-id={value}"))
    }

    /// With a bearer token.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// With an API key in its own header.
    pub fn key(self, key: &str) -> Self {
        self.header("x-api-key", key)
    }

    /// From a page of another site.
    pub fn cross_site(self) -> Self {
        self.header("sec-fetch-site", "cross-site")
    }

    /// From a browser that wants a page.
    pub fn browsing(self) -> Self {
        self.header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
    }

    /// With a body of that media type.
    pub fn body(self, media: &str, body: impl AsRef<[u8]>) -> Self {
        self.header("content-type", media).payload(body)
    }

    /// With a body and no media type.
    pub fn payload(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = Some(body.as_ref().to_vec());
        self
    }

    /// With a JSON body.
    pub fn json(self, value: &serde_json::Value) -> Self {
        self.body("application/json", value.to_string())
    }

    /// Sends it and reads the answer.
    pub fn send(self) -> Response {
        let message = wire::exchange(self.site.server.addr(), &self.bytes());
        self.site.receive(self.label, &self.method, message)
    }

    /// Sends it from another thread, so that others can be sent before its answer has come.
    pub fn begin(self) -> Flight<'s> {
        let (addr, bytes) = (self.site.server.addr(), self.bytes());
        let thread = std::thread::spawn(move || wire::exchange(addr, &bytes));
        Flight { site: self.site, label: self.label, method: self.method, thread }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes =
            format!("{} {} HTTP/1.1\r\nhost: {}\r\n", self.method, self.target, self.host).into_bytes();
        let mut line = |name: &str, value: &[u8]| {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        };
        line("user-agent", b"conformance/1");
        line("connection", b"close");
        self.headers.iter().for_each(|(name, value)| line(name, value));
        if let Some(body) = &self.body {
            line("content-length", body.len().to_string().as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        bytes
    }
}

/// A request that is on its way.
#[derive(Debug)]
#[must_use = "its answer must be read"]
pub struct Flight<'s> {
    site: &'s Site<'s>,
    label: String,
    method: String,
    thread: JoinHandle<Message>,
}

impl Flight<'_> {
    /// Waits for the answer.
    pub fn land(self) -> Response {
        let message = self.thread.join().unwrap_or_default();
        self.site.receive(self.label, &self.method, message)
    }
}
