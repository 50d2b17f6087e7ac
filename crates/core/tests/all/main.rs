//! Core from outside: what builds and what does not, gates side by side, and any input at all.

mod any_input;
mod gates;
mod head;
mod rules;
