//! The example site, but for its framework: settings, domain, handlers and pages.
//!
//! `examples/axum`, `examples/actix-web` and `examples/rocket` route to the functions in [`machine`] and
//! [`pages`] and hold nothing else, so that all three answer with the same bytes.

mod body;
pub mod machine;
pub mod pages;
mod ring;
pub mod rules;
mod settings;
mod site;
mod start;

pub use body::{Body, LIMIT, not_allowed, not_found};
pub use ring::{Ring, RingError};
pub use settings::{Log, Settings};
pub use site::{Order, Site};
pub use start::{DRAIN, Started, fail, start};
