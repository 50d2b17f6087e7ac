//! What this adapter does in its own way; what all adapters do alike is in the conformance suite.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::needless_pass_by_value, reason = "Rocket hands a handler its guards by value")]

mod effects;
mod guard;
mod launch;
mod origin;
mod refusal;
mod routes;
mod site;
mod socket;
