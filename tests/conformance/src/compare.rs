//! Two runs of one case, exchange by exchange, dimension by dimension.

use std::fmt;

use crate::{Exception, Response};

/// What is compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Dimension {
    /// The status code.
    Status,
    /// The `WWW-Authenticate` lines, in order.
    Challenges,
    /// The `Set-Cookie` lines, random values aside.
    Cookies,
    /// `Cache-Control` and `Vary`.
    Caching,
    /// The other header lines that the library decides.
    Headers,
    /// The body, where it is not the framework's own.
    Body,
    /// The steps of stores and handlers.
    Operations,
    /// The events.
    Events,
}

/// What is kept of an exchange.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    label: String,
    sides: Vec<(Dimension, String)>,
    status: u16,
    exception: Option<Exception>,
}

impl Exchange {
    pub(crate) fn new(response: &Response, exception: Option<&Exception>) -> Self {
        let lines = |names: &[&str]| {
            let all = names.iter().flat_map(|name| {
                response.lines(name).into_iter().map(move |value| format!("{name}: {value}"))
            });
            response.world.journal().normalised(&all.collect::<Vec<_>>().join("\n"))
        };
        let others = ["content-type", "location", "retry-after", "clear-site-data"];
        let normalised = |text: &str| response.world.journal().normalised(text);
        let own = response.is_own();
        let body =
            if own && !response.bodiless { normalised(&response.text()) } else { format!("own: {own}") };
        let sides = vec![
            (Dimension::Status, response.status().to_string()),
            (Dimension::Challenges, lines(&["www-authenticate"])),
            (Dimension::Cookies, lines(&["set-cookie"])),
            (Dimension::Caching, lines(&["cache-control", "vary"])),
            (Dimension::Headers, if own { lines(&others) } else { String::new() }),
            (Dimension::Body, body),
            (Dimension::Operations, response.operations.join(" ")),
            (Dimension::Events, normalised(&response.events.join("\n"))),
        ];
        let exception = exception.copied();
        Self { label: response.label.clone(), sides, status: response.status(), exception }
    }
}

/// One dimension of one exchange in which an adapter is not as the reference.
#[derive(Clone, Debug)]
pub struct Difference {
    exchange: String,
    /// In what.
    pub dimension: Dimension,
    reference: String,
    adapter: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?} differ at {}", self.dimension, self.exchange)?;
        self.reference.lines().try_for_each(|line| writeln!(f, "  reference  {line}"))?;
        self.adapter.lines().try_for_each(|line| writeln!(f, "  adapter    {line}"))
    }
}

/// Where the adapter is not as the reference, exceptions aside.
pub(crate) fn differences(reference: &[Exchange], adapter: &[Exchange]) -> Vec<Difference> {
    let pairs = reference.iter().zip(adapter).filter(|(_, adapter)| adapter.exception.is_none());
    let mut found: Vec<_> = pairs.flat_map(|(reference, adapter)| between(reference, adapter)).collect();
    if reference.len() != adapter.len() {
        found.push(Difference {
            exchange: "the end".to_owned(),
            dimension: Dimension::Status,
            reference: format!("{} exchanges", reference.len()),
            adapter: format!("{} exchanges", adapter.len()),
        });
    }
    found
}

/// Exceptions that do not hold: another status, or nothing to except.
pub(crate) fn broken_exceptions(
    reference: &[Exchange],
    adapter: &[Exchange],
    all: &[&Exception],
) -> Vec<String> {
    let mut broken = Vec::new();
    for exception in all {
        let mut pairs = reference
            .iter()
            .zip(adapter)
            .filter(|(_, adapter)| adapter.exception.is_some_and(|used| used.exchange == exception.exchange));
        let Some((reference, adapter)) = pairs.next() else {
            broken.push(format!("there is no exchange {:?}", exception.exchange));
            continue;
        };
        if adapter.status != exception.status {
            let (wanted, got) = (exception.status, adapter.status);
            broken.push(format!("{}: the exception says {wanted}, the answer {got}", exception.exchange));
        } else if between(reference, adapter).is_empty() {
            broken.push(format!("{}: passes without its exception", exception.exchange));
        }
    }
    broken
}

fn between(reference: &Exchange, adapter: &Exchange) -> Vec<Difference> {
    let sides = reference.sides.iter().zip(&adapter.sides).filter(|(one, other)| one != other);
    let difference =
        |((dimension, reference), (_, other)): (&(Dimension, String), &(Dimension, String))| Difference {
            exchange: adapter.label.clone(),
            dimension: *dimension,
            reference: reference.clone(),
            adapter: other.clone(),
        };
    sides.map(difference).collect()
}
