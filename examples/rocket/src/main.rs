//! The example site of Portcullis on Rocket.

fn main() {}
