//! The site, as its users see it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../site/journey/mod.rs"]
mod journey;

const PROGRAM: &str = env!("CARGO_BIN_EXE_example-axum");

/// Whether an unknown method on a known path is told from an unknown path.
const TELLS_METHODS_APART: bool = true;
