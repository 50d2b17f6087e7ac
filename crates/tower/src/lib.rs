#![doc = include_str!("../README.md")]

mod body;
mod head;
mod layer;
mod require;
mod respond;
mod visit;

pub use body::GateBody;
pub use layer::{GateFuture, GateLayer, GateService};
pub use require::{RequireLayer, RequireService, require};
pub use respond::{own, respond};
pub use visit::{Peer, admit, admit_optional, opened, visit};
