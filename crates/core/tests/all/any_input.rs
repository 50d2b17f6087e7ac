//! Whatever a client sends, it gets an answer: no panic, nothing of the 500s, nobody let in.

use portcullis::{Gate, TokenGrant, Visit};

use super::head::{NOW, Request, builder, issuer, judge};

/// xorshift64: the same inputs in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.roll(most)).map(|_| u8::try_from(self.roll(256)).unwrap()).collect()
    }
}

const NAMES: [&str; 9] = [
    "authorization",
    "x-api-key",
    "cookie",
    "origin",
    "sec-fetch-site",
    "host",
    "accept",
    "upgrade",
    "content-type",
];

const PIECES: [&str; 24] = [
    "Bearer ",
    "bearer",
    "Basic ",
    "__Host-id=",
    "; ",
    "=",
    "tst_live_",
    "tst_",
    "eyJ",
    ".",
    "e30",
    "AAAA",
    "%00",
    "\"",
    "\\",
    "text/html",
    ";q=",
    "0.5",
    "https://",
    "null",
    "same-origin",
    "websocket",
    ",",
    " ",
];

/// A request put together from what the code looks for, and noise.
fn request(dice: &mut Dice, good: &str) -> Request {
    let method = dice.pick(&["GET", "POST", "JEFF", "", "\u{1b}[0m"]).to_owned();
    let path = dice.pick(&["/", "//evil.test", "", "/\\", "/a/b"]).to_owned();
    let count = dice.roll(5);
    let headers = (0..count).map(|_| (dice.pick(&NAMES), value(dice, good))).collect();
    Request { method, path, headers }
}

fn value(dice: &mut Dice, good: &str) -> Vec<u8> {
    let mut value = Vec::new();
    for _ in 0..dice.roll(6) {
        match dice.roll(4) {
            0 => value.extend(dice.bytes(40)),
            1 => value.extend(mutated(dice, good)),
            _ => value.extend(dice.pick(&PIECES).bytes()),
        }
    }
    value
}

/// A good token with one byte changed, cut or doubled.
fn mutated(dice: &mut Dice, good: &str) -> Vec<u8> {
    let mut text = good.as_bytes().to_vec();
    let at = dice.roll(text.len());
    match dice.roll(3) {
        0 => text[at] ^= 1 << dice.roll(7),
        1 => text.truncate(at),
        _ => text.insert(at, text[at]),
    }
    text
}

async fn status(gate: &Gate, request: &Request) -> u16 {
    let visit = Visit::open(gate);
    if let Err(rejection) = visit.check_origin(request) {
        return rejection.status();
    }
    let _ = visit.attend(request);
    judge(gate, request).await.map_or_else(|rejection| rejection.status(), |_| 200)
}

/// H-24, H-23, J-29, A-09, C-13: 100,000 requests made of fragments and noise.
#[tokio::test]
async fn any_head_gets_an_answer() {
    let gate = builder("a").login_page("/login").build().unwrap();
    let good = issuer("a").mint(&TokenGrant::new("ann", "web"), NOW).unwrap();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut seen = std::collections::BTreeMap::new();
    for _ in 0..100_000 {
        let request = request(&mut dice, good.expose());
        let status = status(&gate, &request).await;
        assert!(matches!(status, 303 | 400 | 401 | 403 | 431), "{status} {request:?}");
        *seen.entry(status).or_insert(0) += 1;
    }
    // The inputs reach every answer but 431, which needs more bytes than they have.
    assert!(seen.contains_key(&400) && seen.contains_key(&401) && seen.contains_key(&403), "{seen:?}");
}

/// J-29: a megabyte is refused before anything looks into it, 20,000 levels of nesting without a crash.
#[tokio::test]
async fn large_and_deep_tokens_are_refused() {
    let gate = builder("a").build().unwrap();
    let deep = data_encoding::BASE64URL_NOPAD.encode("[".repeat(5_000).as_bytes());
    for (token, expected) in [
        ("a".repeat(1 << 20), 431),
        (format!("{deep}.{deep}.AAAA"), 431),
        (format!("{}.e30.AAAA", &deep[..4_000]), 401),
    ] {
        let request = Request::get(&[("authorization", &format!("Bearer {token}"))]);
        assert_eq!(judge(&gate, &request).await.unwrap_err().status(), expected);
    }
}
