#![doc = include_str!("../README.md")]
#![expect(clippy::missing_panics_doc, clippy::expect_used, reason = "a suite fails by panicking")]

mod case;
mod cases;
mod coverage;
pub mod fixture;
mod grammar;
mod probe;
pub mod reference;
mod run;
mod server;
pub mod stores;
mod suite;
mod transcript;
mod wire;
mod world;

pub use case::Case;
pub use cases::cases;
pub use coverage::check;
pub use probe::Mode;
pub use run::{Fields, Run, credentials, request};
pub use server::{Adapter, Server};
pub use suite::{Exception, red, run};
pub use wire::{Reply, exchange};
pub use world::{AUDIENCE, ISSUER, KEY_LEAD, PASSWORD, START, Setup, World, issuer, key_text, signing_key};
