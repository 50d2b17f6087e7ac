//! A request, as it came in.

use std::{io, net::SocketAddr};

use portcullis::Head;
use tokio::{io::AsyncReadExt, net::TcpStream};

use crate::wire::{headers, is_token, split};

/// How much of a head is read.
const LIMIT: usize = 1 << 18;

/// A request, as it came in.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method, in its own letter case.
    pub method: String,
    /// The target, as it was sent.
    pub target: String,
    /// The header lines: names in lower case, values without surrounding blanks.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body.
    pub body: Vec<u8>,
    /// The transport peer.
    pub peer: SocketAddr,
}

impl Request {
    /// Reads one request; `None` where the bytes are none.
    pub(super) async fn read(stream: &mut TcpStream, peer: SocketAddr) -> io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        loop {
            if let Some((lines, rest)) = split(&bytes) {
                let Some(mut request) = Self::parse(&lines, peer) else { return Ok(None) };
                request.body = rest.to_vec();
                request.read_body(stream).await?;
                return Ok(Some(request));
            }
            if bytes.len() > LIMIT || stream.read_buf(&mut bytes).await? == 0 {
                return Ok(None);
            }
        }
    }

    async fn read_body(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        let length = self.text("content-length").and_then(|text| text.parse().ok()).unwrap_or(0_usize);
        while self.body.len() < length.min(LIMIT) {
            if stream.read_buf(&mut self.body).await? == 0 {
                break;
            }
        }
        Ok(())
    }

    fn parse(lines: &[&[u8]], peer: SocketAddr) -> Option<Self> {
        let (first, rest) = lines.split_first()?;
        let mut words = std::str::from_utf8(first).ok()?.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        let good = is_token(method) && version == "HTTP/1.1" && words.next().is_none();
        good.then_some(())?;
        let (method, target) = (method.to_owned(), target.to_owned());
        Some(Self { method, target, headers: headers(rest)?, body: Vec::new(), peer })
    }

    /// The first value of a header, where it is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.and_then(|(_, value)| std::str::from_utf8(value).ok())
    }
}

impl Head for Request {
    fn method(&self) -> &str {
        &self.method
    }

    fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    fn authority(&self) -> Option<&str> {
        None
    }

    fn peer(&self) -> Option<SocketAddr> {
        Some(self.peer)
    }

    fn header<'h>(&'h self, name: &str, each: &mut dyn FnMut(&'h [u8])) {
        self.headers.iter().filter(|(n, _)| n == name).for_each(|(_, value)| each(value));
    }
}
