#![doc = include_str!("../README.md")]
#![expect(clippy::expect_used, clippy::panic, reason = "this is a suite: what cannot go on is a failed test")]

mod adapter;
mod bench;
mod case;
mod cases;
mod compare;
mod exception;
pub mod fixture;
mod panics;
pub mod probe;
pub mod reference;
mod response;
mod run;
mod seed;
mod server;
mod site;
mod wire;
mod world;

pub use adapter::Adapter;
pub use bench::Bench;
pub use case::{Case, Verdict};
pub use cases::all_cases;
pub use compare::{Difference, Dimension};
pub use exception::Exception;
pub use reference::Reference;
pub use response::Response;
pub use run::run;
pub use server::Server;
pub use site::{Ask, Flight, Site};
pub use world::{AUDIENCE, ISSUER, START, Setting, User, World, signing_key};
