//! A head that is only data, and a few gates to send it through.

use std::net::SocketAddr;

use portcullis::{
    Algorithm, ApiKeys, Authenticated, Claims, Gate, GateBuilder, Head, JwtIssuer, JwtVerifier, KeyFormat,
    ManualClock, MemoryApiKeys, MemorySessions, Principal, Rejection, Secret, Sessions, SigningKey,
    Timestamp, Visit,
};

pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
pub(crate) const ISSUER: &str = "https://id.example";

#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, Vec<u8>)>,
}

impl Request {
    pub(crate) fn get(headers: &[(&'static str, &str)]) -> Self {
        let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes().to_vec())).collect();
        Self { method: "GET".to_owned(), path: "/".to_owned(), headers }
    }
}

impl Head for Request {
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
        None
    }

    fn header<'h>(&'h self, name: &str, each: &mut dyn FnMut(&'h [u8])) {
        self.headers.iter().filter(|(other, _)| *other == name).for_each(|(_, value)| each(value));
    }
}

/// A builder with every scheme, whose tokens are for `audience`.
pub(crate) fn builder(audience: &str) -> GateBuilder {
    let keys = ApiKeys::new(MemoryApiKeys::new(), KeyFormat::new("tst", "live").unwrap());
    Gate::builder()
        .clock(ManualClock::at(NOW))
        .sessions(Sessions::new(MemorySessions::new()))
        .api_keys(keys)
        .jwt(JwtVerifier::<Claims>::new(ISSUER, audience, [key().verifying_key()]).unwrap())
}

pub(crate) fn issuer(audience: &str) -> JwtIssuer {
    JwtIssuer::new(ISSUER, audience, key())
}

fn key() -> SigningKey {
    SigningKey::from_secret(Algorithm::HS256, &Secret::new([7; 32])).unwrap().with_kid("one")
}

/// One request, judged for a route that admits everybody who is known.
pub(crate) async fn judge(gate: &Gate, request: &Request) -> Result<Principal, Rejection> {
    Visit::open(gate).admit::<Authenticated>(request).await
}
