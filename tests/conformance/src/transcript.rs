//! What was seen of a case, without what is random in it, and how two of them differ.

use std::fmt::Write;

use portcullis::Event;
use serde_json::Value;

use crate::{Reply, World};

/// A request's first line, and its answer.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) line: String,
    pub(crate) reply: Reply,
    pub(crate) compared: Compared,
}

/// What of an answer every adapter must have alike.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Compared {
    All,
    /// The framework makes the answer: only its status.
    Status,
    /// Requests raced.
    Nothing,
}

/// Everything seen of a case.
#[derive(Clone, Debug)]
pub(crate) struct Transcript {
    pub(crate) exchanges: Vec<Exchange>,
    operations: Vec<String>,
    events: Vec<String>,
}

impl Transcript {
    /// Of a case whose requests raced, the order of operations and events is open.
    pub(crate) fn of(exchanges: Vec<Exchange>, world: &World, raced: bool) -> Self {
        if raced {
            return Self { exchanges, operations: Vec::new(), events: Vec::new() };
        }
        let events = world.events().iter().map(shown).collect();
        Self { exchanges, operations: world.operations(), events }
    }

    /// What differs from the reference, one line each: dimension, ours, the reference's.
    pub(crate) fn differences(&self, reference: &Self) -> Vec<String> {
        let mut found = Vec::new();
        if self.exchanges.len() != reference.exchanges.len() {
            found.push(differs("exchanges", "", &self.exchanges.len(), &reference.exchanges.len()));
        }
        for (ours, theirs) in self.exchanges.iter().zip(&reference.exchanges) {
            compare(ours, theirs, &mut found);
        }
        found.extend(parting("store operations", &self.operations, &reference.operations));
        found.extend(parting("events", &self.events, &reference.events));
        found
    }
}

/// Where two lists part: what each has from there on, as far as the eye can follow.
fn parting(dimension: &str, ours: &[String], theirs: &[String]) -> Option<String> {
    let common = ours.iter().zip(theirs).take_while(|(a, b)| a == b).count();
    let rest = |list: &[String]| list.iter().skip(common).take(3).cloned().collect::<Vec<_>>();
    let place = format!("number {}", common + 1);
    (ours != theirs).then(|| differs(dimension, &place, &rest(ours), &rest(theirs)))
}

/// The dimensions of an answer that core decides.
fn compare(ours: &Exchange, theirs: &Exchange, found: &mut Vec<String>) {
    let line = ours.line.as_str();
    let (a, b) = (&ours.reply, &theirs.reply);
    if ours.compared != Compared::Nothing && a.status != b.status {
        found.push(differs("status", line, &a.status, &b.status));
    }
    if ours.compared != Compared::All {
        return;
    }
    for (dimension, names) in [
        ("challenge", &["www-authenticate"][..]),
        ("cookie", &["set-cookie"]),
        ("cache header", &["cache-control", "vary", "clear-site-data"]),
        ("other header", &["location", "retry-after", "content-type"]),
    ] {
        let (a, b) = (fields(a, names), fields(b, names));
        if a != b {
            found.push(differs(dimension, line, &a, &b));
        }
    }
    let (a, b) = (body(a), body(b));
    if a != b {
        found.push(differs("body", line, &a, &b));
    }
}

fn differs(dimension: &str, line: &str, ours: &dyn std::fmt::Debug, theirs: &dyn std::fmt::Debug) -> String {
    let mut text = format!("{dimension} differs");
    if !line.is_empty() {
        let _ = write!(text, " at {line}");
    }
    let _ = write!(text, "\n       here: {ours:?}\n  reference: {theirs:?}");
    text
}

fn fields(reply: &Reply, names: &[&str]) -> Vec<(String, String)> {
    let wanted = reply.headers.iter().filter(|(name, _)| names.contains(&name.as_str()));
    let mut fields: Vec<_> = wanted.map(|(name, value)| (name.clone(), without_ids(name, value))).collect();
    // Lines of one name keep their order; a server may sort the names.
    fields.sort_by(|(a, _), (b, _)| a.cmp(b));
    fields
}

/// A session id in a cookie is random.
fn without_ids(name: &str, value: &str) -> String {
    let cookie = || value.split_once('=').zip(value.split_once(';'));
    match cookie().filter(|_| name == "set-cookie" && value.contains("id=")) {
        Some(((cookie, rest), (_, attributes))) if !rest.starts_with(';') => {
            format!("{cookie}=*;{attributes}")
        }
        _ => value.to_owned(),
    }
}

/// A body without what is random in it, and otherwise byte for byte.
fn body(reply: &Reply) -> String {
    let mut random = Vec::new();
    if let Ok(value) = serde_json::from_slice(&reply.body) {
        find_random(&value, &mut random);
    }
    random.iter().fold(reply.text(), |text, value| text.replace(&format!("\"{value}\""), "\"*\""))
}

fn find_random(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| find_random(item, found)),
        Value::Object(members) => {
            for (name, member) in members {
                let random = matches!(
                    name.as_str(),
                    "credential" | "handle" | "id" | "key" | "start" | "access_token"
                );
                match member {
                    Value::String(text) if random => found.push(text.clone()),
                    member => find_random(member, found),
                }
            }
        }
        _ => {}
    }
}

fn shown(event: &Event) -> String {
    let Event {
        at, kind, cause, scheme, subject, credential, factors, client, user_agent, method, rule, ..
    } = event;
    let credential = credential.as_ref().map(|_| "*");
    format!(
        "{at} {} cause={cause:?} scheme={scheme:?} subject={subject:?} credential={credential:?} factors={factors:?} \
         client={client:?} user_agent={user_agent:?} method={method:?} rule={rule:?}",
        kind.as_str()
    )
}
