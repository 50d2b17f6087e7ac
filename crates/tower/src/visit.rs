//! The request's visit, and who may be admitted by it.

use std::net::SocketAddr;

use http::{Extensions, request::Parts};
use portcullis::{Rejection, Require, Visit};

use crate::head::Head;

/// Finds the transport peer in a request's extensions, where its server left it.
pub type Peer = fn(&Extensions) -> Option<SocketAddr>;

/// The visit in the request's extensions. Nobody else can name it, so no handler gets past [`visit`].
#[derive(Clone)]
struct Opened {
    visit: Visit,
    peer: Option<SocketAddr>,
}

/// Hands the visit of a gate to everything inside it; `Err` inside another gate.
pub(crate) fn enter(parts: &mut Parts, visit: &Visit, peer: Peer) -> Result<(), Rejection> {
    if parts.extensions.get::<Opened>().is_some() {
        return Err(Rejection::two_gates());
    }
    let peer = peer(&parts.extensions);
    visit.check_origin(&Head { parts, peer })?;
    parts.extensions.insert(Opened { visit: visit.clone(), peer });
    Ok(())
}

fn find(parts: &Parts) -> Result<(&Visit, Head<'_>), Rejection> {
    let opened = parts.extensions.get::<Opened>().ok_or_else(Rejection::no_gate)?;
    Ok((&opened.visit, Head { parts, peer: opened.peer }))
}

/// Whether the request is inside a gate.
///
/// # Errors
/// A [`Rejection`] where no gate's layer wraps the service.
pub fn opened(parts: &Parts) -> Result<(), Rejection> {
    find(parts).map(drop)
}

/// The request's visit, for what a handler does with it: log in, log out, make a key.
///
/// # Errors
/// A [`Rejection`] for what another site's page has caused, and where no gate's layer wraps the service.
pub fn visit(parts: &Parts) -> Result<Visit, Rejection> {
    let (visit, head) = find(parts)?;
    visit.attend(&head)?;
    Ok(visit.clone())
}

/// Admits the caller by the rule of `R`.
///
/// # Errors
/// A [`Rejection`]. The layer answers it, even where the service answers something else.
pub async fn admit<R: Require>(parts: &Parts) -> Result<R::Principal, Rejection> {
    let (visit, head) = find(parts)?;
    visit.admit::<R>(&head).await
}

/// As [`admit`], and `None` when the request carries no credential at all.
///
/// # Errors
/// A [`Rejection`]: a bad credential is never anonymous.
pub async fn admit_optional<R: Require>(parts: &Parts) -> Result<Option<R::Principal>, Rejection> {
    let (visit, head) = find(parts)?;
    visit.admit_optional::<R>(&head).await
}
