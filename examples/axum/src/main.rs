//! The example site of Portcullis on axum.

fn main() {}
