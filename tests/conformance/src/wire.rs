//! HTTP/1.1 as bytes: requests are sent exactly as they are written, answers are read as they are.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// How long a case waits for a server.
const PATIENCE: Duration = Duration::from_secs(20);

/// Header lines: names in lower case, values as they were sent.
pub(crate) type Lines = Vec<(String, Vec<u8>)>;

/// An answer. Status 0 stands for a connection that was closed without one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Message {
    pub(crate) status: u16,
    pub(crate) headers: Lines,
    pub(crate) body: Vec<u8>,
}

/// Sends the bytes on a connection of their own and reads the answer to the connection's end.
pub(crate) fn exchange(addr: SocketAddr, request: &[u8]) -> Message {
    let mut answer = Vec::new();
    // A server may answer and close before it has read everything; what it said counts all the same.
    let _ = talk(addr, request, &mut answer);
    parse(&answer).unwrap_or_default()
}

fn talk(addr: SocketAddr, request: &[u8], answer: &mut Vec<u8>) -> io::Result<()> {
    let mut stream = TcpStream::connect_timeout(&addr, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let sent = stream.write_all(request);
    stream.read_to_end(answer)?;
    sent
}

/// Splits a message into its head's lines and the rest.
pub(crate) fn split(bytes: &[u8]) -> Option<(Vec<&[u8]>, &[u8])> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, rest) = bytes.split_at(end);
    let lines = head.split(|b| *b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect();
    Some((lines, rest.get(4..)?))
}

/// Reads header lines, or says that one of them is none.
pub(crate) fn headers(lines: &[&[u8]]) -> Option<Lines> {
    lines.iter().map(|line| header(line)).collect()
}

fn header(line: &[u8]) -> Option<(String, Vec<u8>)> {
    let colon = line.iter().position(|b| *b == b':')?;
    let (name, value) = line.split_at(colon);
    let value = trim(value.get(1..)?);
    let legal = value.iter().all(|b| *b == b'\t' || (*b >= b' ' && *b != 0x7f));
    let name = std::str::from_utf8(name).ok().filter(|name| is_token(name))?;
    legal.then(|| (name.to_ascii_lowercase(), value.to_vec()))
}

/// RFC 9110 section 5.6.2: `token`.
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// Only the optional white space of RFC 9110 section 5.6.3.
fn trim(value: &[u8]) -> &[u8] {
    let blank = |b: &u8| matches!(b, b' ' | b'\t');
    let start = value.iter().position(|b| !blank(b)).unwrap_or(value.len());
    let end = value.iter().rposition(|b| !blank(b)).map_or(start, |last| last + 1);
    value.get(start..end).unwrap_or_default()
}

fn parse(bytes: &[u8]) -> Option<Message> {
    let (lines, rest) = split(bytes)?;
    let (first, lines) = lines.split_first()?;
    let status = std::str::from_utf8(first).ok()?.split(' ').nth(1)?.parse().ok()?;
    let headers = headers(lines)?;
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == b"chunked");
    let body = if chunked { unchunk(rest)? } else { rest.to_vec() };
    Some(Message { status, headers, body })
}

fn unchunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n")?;
        let size = std::str::from_utf8(rest.get(..end)?).ok()?.split(';').next()?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        let data = rest.get(end + 2..)?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(data.get(..size)?);
        rest = data.get(size + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_answers() {
        let message = parse(b"HTTP/1.1 200 OK\r\nA: b \r\nA: c\r\n\r\nbody").unwrap();
        assert_eq!((message.status, message.body.as_slice()), (200, &b"body"[..]));
        assert_eq!(message.headers, [("a".to_owned(), b"b".to_vec()), ("a".to_owned(), b"c".to_vec())]);
        let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
        assert_eq!(parse(chunked).unwrap().body, b"abcd");
        assert!(parse(b"HTTP/1.1 200").is_none());
    }

    #[test]
    fn refuses_what_is_no_header() {
        for line in [&b"no colon"[..], b"a b: c", b"a: \0", b": c"] {
            assert!(header(line).is_none());
        }
        assert_eq!(header(b"A:\t b\xff ").unwrap(), ("a".to_owned(), b"b\xff".to_vec()));
    }
}
