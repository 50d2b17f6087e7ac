//! Core.
mod clock;
mod secret;

pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use secret::{NoEntropy, Secret};
