//! The frameworkless adapter that all others are compared with, and ways to break it.
//!
//! It is as plain as can be: a head that is a list, one function per step of the road. Broken on purpose, it
//! proves that the suite can fail.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

use portcullis::{
    Answer, ApiKeyOnly, Authenticated, JwtOnly, Problem, Rejection, Require, SessionOnly, SessionPrincipal,
    Visit,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};

use crate::{
    Adapter, Server, World,
    fixture::{self, Admin, Fresh, Machine, Own, Page, Read, Vault, Write},
};

/// The reference adapter.
#[derive(Debug)]
pub struct Reference;

impl Adapter for Reference {
    const NAME: &'static str = "reference";

    fn serve(world: Arc<World>) -> Server {
        serve(world, None)
    }
}

/// A way to break the reference adapter.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Flaw {
    /// A status is one too high, on `/machine`.
    Status,
    /// A challenge lacks a quotation mark, on `/machine`.
    Challenge,
    /// The new session cookie loses `HttpOnly`, on `/reauthenticate`.
    Cookie,
    /// The removal of the session cookie loses `Secure`, on `/logout`.
    Removal,
    /// `/read` may be cached.
    CacheHeader,
    /// A body ends with a space more, on `/optional`.
    Body,
    /// `/theme` is verified once more, by another visit: store operations and events double.
    StoreOperation,
    /// A denied cross-site request is reported twice.
    Event,
    /// The origin is not checked.
    NoOriginCheck,
    /// A guard's refusal does not replace what the handler answers.
    RefusalSwallowed,
    /// The first of several `Authorization` lines is believed.
    FirstAuthorization,
    /// Only the first `Cookie` line is read.
    FirstCookieLine,
    /// Effects are not flushed where the handler failed.
    EffectsLost,
    /// Our cookie replaces the handler's own.
    CookieReplaced,
    /// A second guard has a visit of its own.
    NoMemory,
    /// A bad credential is nobody on an optional route.
    BadIsNobody,
    /// Several challenges stand in one line, on `/machine`.
    OneChallengeLine,
    /// A rule for a whole router is not asked.
    RuleSkipped,
    /// The handler's `Vary` is lost.
    VaryReplaced,
    /// What the handler says to caches stands.
    CacheHeaderOfHandler,
    /// The peer is whom `X-Forwarded-For` names.
    ForwardedPeer,
    /// `HEAD` is answered without a guard.
    HeadUnguarded,
}

impl Flaw {
    /// Every one of them.
    pub const ALL: [Self; 22] = [
        Self::Status,
        Self::Challenge,
        Self::Cookie,
        Self::Removal,
        Self::CacheHeader,
        Self::Body,
        Self::StoreOperation,
        Self::Event,
        Self::NoOriginCheck,
        Self::RefusalSwallowed,
        Self::FirstAuthorization,
        Self::FirstCookieLine,
        Self::EffectsLost,
        Self::CookieReplaced,
        Self::NoMemory,
        Self::BadIsNobody,
        Self::OneChallengeLine,
        Self::RuleSkipped,
        Self::VaryReplaced,
        Self::CacheHeaderOfHandler,
        Self::ForwardedPeer,
        Self::HeadUnguarded,
    ];
}

/// Serves the fixture by the reference adapter, broken in one way.
pub fn flawed(world: Arc<World>, flaw: Flaw) -> Server {
    serve(world, Some(flaw))
}

fn serve(world: Arc<World>, flaw: Option<Flaw>) -> Server {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("a bound address");
    listener.set_nonblocking(true).expect("a socket that need not block");
    let accepting = runtime().spawn(async move {
        let listener = TcpListener::from_std(listener).expect("a listener");
        while let Ok((stream, peer)) = listener.accept().await {
            tokio::spawn(connection(stream, peer, world.clone(), flaw));
        }
    });
    Server::new(address, move || accepting.abort())
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("a runtime"))
}

async fn connection(mut stream: TcpStream, peer: SocketAddr, world: Arc<World>, flaw: Option<Flaw>) {
    let Some((request, body)) = read(&mut stream, peer, flaw).await else { return };
    let answer = Road { world, flaw, request }.answer(&body).await;
    let bytes = answer.bytes();
    // A client that has gone needs no answer.
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}

async fn read(stream: &mut TcpStream, peer: SocketAddr, flaw: Option<Flaw>) -> Option<(Request, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let mut request = Request::parse(bytes.get(..end)?, peer)?;
    let length =
        request.first("content-length").and_then(|value| std::str::from_utf8(value).ok()?.parse().ok());
    let mut body = bytes.split_off(end + 4);
    while body.len() < length.unwrap_or(0) {
        stream.read_buf(&mut body).await.ok().filter(|read| *read > 0)?;
    }
    match flaw {
        Some(Flaw::FirstAuthorization) => request.keep_first("authorization"),
        Some(Flaw::FirstCookieLine) => request.keep_first("cookie"),
        Some(Flaw::ForwardedPeer) => request.believe_forwarding(),
        _ => {}
    }
    Some((request, body))
}

/// A request's head, as a list.
struct Request {
    method: String,
    path: String,
    peer: SocketAddr,
    fields: Vec<(String, Vec<u8>)>,
}

impl Request {
    fn parse(head: &[u8], peer: SocketAddr) -> Option<Self> {
        let mut lines =
            head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let first = String::from_utf8_lossy(lines.next()?).into_owned();
        let mut words = first.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?);
        let path = target.split('?').next()?.to_owned();
        let fields = lines.filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let (name, value) = (line.get(..colon)?, line.get(colon + 1..)?);
            Some((String::from_utf8_lossy(name).to_ascii_lowercase(), value.trim_ascii().to_vec()))
        });
        Some(Self { method, path, peer, fields: fields.collect() })
    }

    fn first(&self, name: &str) -> Option<&[u8]> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_slice())
    }

    fn believe_forwarding(&mut self) {
        let named = self.first("x-forwarded-for").and_then(|value| std::str::from_utf8(value).ok());
        let address = named.and_then(|value| value.split(',').next()?.trim().parse().ok());
        if let Some(address) = address {
            self.peer.set_ip(address);
        }
    }

    fn keep_first(&mut self, name: &str) {
        let mut seen = false;
        self.fields.retain(|(n, _)| n != name || !std::mem::replace(&mut seen, true));
    }
}

impl portcullis::Head for Request {
    fn method(&self) -> &str {
        &self.method
    }

    fn path(&self) -> &str {
        &self.path
    }

    fn authority(&self) -> Option<&str> {
        None
    }

    fn peer(&self) -> Option<SocketAddr> {
        Some(self.peer)
    }

    fn header<'h>(&'h self, name: &str, each: &mut dyn FnMut(&'h [u8])) {
        self.fields.iter().filter(|(n, _)| n == name).for_each(|(_, value)| each(value));
    }
}

/// A response, as a list.
struct Response {
    status: u16,
    fields: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Response {
    fn of(answer: &Answer) -> Self {
        let fields =
            answer.headers().iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Self { status: answer.status(), fields, body: answer.body().to_vec() }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut text = format!("HTTP/1.1 {} .\r\ncontent-length: {}\r\n", self.status, self.body.len());
        for (name, value) in &self.fields {
            text.extend([name, ": ", value, "\r\n"]);
        }
        text.push_str("connection: close\r\n\r\n");
        [text.as_bytes(), &self.body].concat()
    }
}

impl portcullis::Reply for Response {
    fn values(&self, name: &str, each: &mut dyn FnMut(&[u8])) {
        self.fields.iter().filter(|(n, _)| n == name).for_each(|(_, value)| each(value.as_bytes()));
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.fields.retain(|(n, _)| n != name);
        self.append(name, value);
    }

    fn append(&mut self, name: &'static str, value: &str) {
        self.fields.push((name.to_owned(), value.to_owned()));
    }
}

/// The road of one request.
struct Road {
    world: Arc<World>,
    flaw: Option<Flaw>,
    request: Request,
}

impl Road {
    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    async fn answer(&self, body: &[u8]) -> Response {
        let visit = Visit::open(&self.world.gate());
        let answer = match self.check_origin(&visit) {
            Ok(()) => self.route(&visit, body).await.unwrap_or_else(|rejection| rejection.answer()),
            Err(rejection) => rejection.answer(),
        };
        let refusal = visit.refusal().filter(|_| !self.has(Flaw::RefusalSwallowed));
        let mut response = Response::of(&refusal.unwrap_or(answer));
        if self.request.method == "HEAD" {
            response.body.clear();
        }
        self.flush(&visit, &mut response);
        self.spoil(&mut response);
        response
    }

    fn check_origin(&self, visit: &Visit) -> Result<(), Rejection> {
        if self.has(Flaw::NoOriginCheck) {
            return Ok(());
        }
        let checked = visit.check_origin(&self.request);
        if checked.is_err() && self.has(Flaw::Event) {
            return visit.check_origin(&self.request);
        }
        checked
    }

    fn flush(&self, visit: &Visit, response: &mut Response) {
        if self.has(Flaw::EffectsLost) && response.status == 500 {
            return;
        }
        if self.has(Flaw::CookieReplaced) {
            response.fields.retain(|(name, _)| name != "set-cookie");
        }
        if self.has(Flaw::VaryReplaced) {
            response.fields.retain(|(name, _)| name != "vary");
        }
        let said = response.fields.iter().find(|(name, _)| name == "cache-control").cloned();
        visit.flush(response);
        if let Some((_, value)) = said.filter(|_| self.has(Flaw::CacheHeaderOfHandler)) {
            change(response, "cache-control", |_| value.clone());
        }
    }

    /// The flaws of one byte.
    fn spoil(&self, response: &mut Response) {
        let path = self.request.path.as_str();
        match (self.flaw, path) {
            (Some(Flaw::Status), "/machine") => response.status += 1,
            (Some(Flaw::Body), "/optional") => response.body.push(b' '),
            (Some(Flaw::CacheHeader), "/read") => response.fields.retain(|(name, _)| name != "cache-control"),
            (Some(Flaw::Challenge), "/machine") => {
                change(response, "www-authenticate", |v| v.replacen('"', "", 1));
            }
            (Some(Flaw::Cookie), "/reauthenticate") => {
                change(response, "set-cookie", |v| v.replace("; HttpOnly", ""));
            }
            (Some(Flaw::Removal), "/logout") => {
                change(response, "set-cookie", |v| v.replace("; Secure", ""));
            }
            (Some(Flaw::OneChallengeLine), "/machine") => fold_challenges(response),
            _ => {}
        }
    }

    async fn admit<R: Require>(&self, visit: &Visit) -> Result<R::Principal, Rejection> {
        visit.admit::<R>(&self.request).await
    }

    async fn session<R>(&self, visit: &Visit) -> Result<SessionPrincipal, Rejection>
    where
        R: Require<Principal = SessionPrincipal>,
    {
        let caller = self.admit::<R>(visit).await?;
        visit.attend(&self.request)?;
        Ok(caller)
    }

    async fn route(&self, visit: &Visit, body: &[u8]) -> Result<Answer, Rejection> {
        let path = self.request.path.as_str();
        if let Some(rest) = path.strip_prefix("/ruled/") {
            if !self.has(Flaw::RuleSkipped) {
                self.admit::<Read>(visit).await?;
            }
            return Ok(self.ruled(rest));
        }
        match self.request.method.as_str() {
            "HEAD" if self.has(Flaw::HeadUnguarded) => Ok(fixture::public()),
            "GET" | "HEAD" => self.get(visit, path).await,
            "POST" => self.post(visit, path, body).await,
            "DELETE" => self.delete(visit, path).await,
            _ => Ok(missing(path)),
        }
    }

    fn ruled(&self, rest: &str) -> Answer {
        if !matches!(rest, "count" | "deep/count") {
            return Problem::new(404).answer(false);
        }
        self.world.count();
        fixture::public()
    }

    async fn get(&self, visit: &Visit, path: &str) -> Result<Answer, Rejection> {
        Ok(match path {
            "/public" => fixture::public(),
            "/optional" => fixture::optional(self.optional(visit).await?.as_ref()),
            "/me" => fixture::who(&self.admit::<Authenticated>(visit).await?),
            "/read" => fixture::who(&self.admit::<Read>(visit).await?),
            "/session" => fixture::who(&*self.admit::<SessionOnly>(visit).await?),
            "/key" => fixture::who(&*self.admit::<ApiKeyOnly>(visit).await?),
            "/token" => fixture::who(&*self.admit::<JwtOnly>(visit).await?),
            "/machine" => fixture::who(self.admit::<Machine>(visit).await?.principal()),
            "/admin" => fixture::who(&self.admit::<Admin>(visit).await?),
            "/fresh" => fixture::who(&self.admit::<Fresh>(visit).await?),
            "/vault" => fixture::who(&self.admit::<Vault>(visit).await?),
            "/page" => fixture::who(&*self.admit::<Page>(visit).await?),
            "/twice" => {
                self.admit::<Read>(visit).await?;
                let again = if self.has(Flaw::NoMemory) { &Visit::open(visit.gate()) } else { visit };
                fixture::who(&self.admit::<Authenticated>(again).await?)
            }
            "/swallow" => fixture::swallow(self.admit::<Read>(visit).await.is_ok()),
            "/theme" => {
                self.admit::<SessionOnly>(visit).await?;
                if self.has(Flaw::StoreOperation) {
                    Visit::open(visit.gate()).admit::<SessionOnly>(&self.request).await?;
                }
                fixture::theme()
            }
            "/sessions" => fixture::list_sessions(visit, &self.session::<SessionOnly>(visit).await?).await?,
            "/keys" => fixture::list_keys(visit, &self.session::<SessionOnly>(visit).await?).await?,
            _ => missing(path),
        })
    }

    async fn optional(&self, visit: &Visit) -> Result<Option<portcullis::Principal>, Rejection> {
        let visit = if self.has(Flaw::BadIsNobody) { &Visit::open(visit.gate()) } else { visit };
        match visit.admit_optional::<Authenticated>(&self.request).await {
            Err(_) if self.has(Flaw::BadIsNobody) => Ok(None),
            caller => caller,
        }
    }

    async fn post(&self, visit: &Visit, path: &str, body: &[u8]) -> Result<Answer, Rejection> {
        match path {
            "/write" => Ok(fixture::who(&self.admit::<Write>(visit).await?)),
            "/login" | "/logout" | "/fails" => {
                visit.attend(&self.request)?;
                match path {
                    "/login" => fixture::log_in(visit, body).await,
                    "/fails" => fixture::fail(visit, body).await,
                    _ => fixture::log_out(visit).await,
                }
            }
            "/reauthenticate" => {
                fixture::reauthenticate(visit, &self.session::<SessionOnly>(visit).await?, body).await
            }
            "/keys" => fixture::create_key(visit, &self.session::<Own>(visit).await?, body).await,
            "/tokens" => fixture::mint(&self.world, visit, &self.session::<Own>(visit).await?, body).await,
            _ => Ok(missing(path)),
        }
    }

    async fn delete(&self, visit: &Visit, path: &str) -> Result<Answer, Rejection> {
        if path == "/sessions" {
            return fixture::end_others(visit, &self.session::<Own>(visit).await?).await;
        }
        if let Some(handle) = path.strip_prefix("/sessions/") {
            return fixture::end_session(visit, &self.session::<Own>(visit).await?, handle).await;
        }
        if let Some(id) = path.strip_prefix("/keys/") {
            return fixture::revoke_key(visit, &self.session::<SessionOnly>(visit).await?, id).await;
        }
        Ok(missing(path))
    }
}

/// No such path, or no such method on it.
fn missing(path: &str) -> Answer {
    const KNOWN: [&str; 23] = [
        "/public",
        "/optional",
        "/me",
        "/read",
        "/write",
        "/session",
        "/key",
        "/token",
        "/machine",
        "/admin",
        "/fresh",
        "/vault",
        "/page",
        "/twice",
        "/swallow",
        "/theme",
        "/login",
        "/logout",
        "/fails",
        "/reauthenticate",
        "/sessions",
        "/keys",
        "/tokens",
    ];
    Problem::new(if KNOWN.contains(&path) { 405 } else { 404 }).answer(false)
}

fn change(response: &mut Response, name: &str, f: impl Fn(&str) -> String) {
    for (_, value) in response.fields.iter_mut().filter(|(n, _)| n == name) {
        *value = f(value);
    }
}

fn fold_challenges(response: &mut Response) {
    let (challenges, rest): (Vec<_>, Vec<_>) =
        response.fields.drain(..).partition(|(name, _)| name == "www-authenticate");
    response.fields = rest;
    let line = challenges.into_iter().map(|(_, value)| value).collect::<Vec<_>>().join(", ");
    if !line.is_empty() {
        response.fields.push(("www-authenticate".to_owned(), line));
    }
}
