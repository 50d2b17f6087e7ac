#![doc = include_str!("../README.md")]

mod extract;
mod layer;
mod respond;
mod routes;

pub use extract::{Auth, MaybeAuth, Open, Visit};
pub use layer::gate;
pub use portcullis_tower::{GateLayer, RequireLayer, require};
pub use respond::{Refusal, respond};
pub use routes::{Guarded, Routes};
