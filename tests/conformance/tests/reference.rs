//! The suite on the reference adapter itself.

use portcullis_conformance::{reference::Reference, run};

fn main() -> std::process::ExitCode {
    run::<Reference>(&[])
}
