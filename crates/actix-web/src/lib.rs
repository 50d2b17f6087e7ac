#![doc = include_str!("../README.md")]

mod extract;
mod head;
mod middleware;
mod require;
mod respond;
mod routes;

pub use extract::{Auth, MaybeAuth, Open, Visit};
pub use middleware::{GateMiddleware, GateService};
pub use require::{RequireMiddleware, RequireService, require};
pub use respond::{Refusal, respond};
pub use routes::{Guarded, Routes, to};
