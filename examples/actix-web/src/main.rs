//! The example site of Portcullis on actix-web.

fn main() {}
