//! The memory stores pass the suites of their traits.

use std::{future::ready, process::ExitCode};

use portcullis::{MemoryAccounts, MemoryApiKeys, MemorySessions};
use portcullis_conformance::stores::{accounts, api_keys, run, sessions};

fn main() -> ExitCode {
    run([
        sessions("memory", || ready(MemorySessions::new())),
        api_keys("memory", || ready(MemoryApiKeys::new())),
        accounts("memory", || ready(MemoryAccounts::new())),
    ])
}
