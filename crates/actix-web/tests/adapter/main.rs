//! What this adapter does in its own way; what all adapters do alike is in the conformance suite.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod effects;
mod guard;
mod refusal;
mod require;
mod routes;
mod site;
mod socket;
