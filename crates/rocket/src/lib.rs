#![doc = include_str!("../README.md")]

mod fairing;
mod guard;
mod head;
mod respond;
mod routes;

pub use fairing::GateFairing;
pub use guard::{Auth, MaybeAuth, Open, Visit};
pub use respond::{Refusal, respond};
pub use routes::{list, open, optional, require};
