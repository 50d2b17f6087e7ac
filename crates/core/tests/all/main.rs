//! Core from outside: what builds and what does not, gates side by side, races, and any input at all.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod any_input;
mod gates;
mod head;
mod meanwhile;
mod rules;
