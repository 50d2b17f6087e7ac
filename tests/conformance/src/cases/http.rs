//! The HTTP contract.

use crate::{Bench, User, case::cases};

cases![http: nothing_presented_challenges_everything, other_schemes_are_no_credential];

/// What `/me` challenges when it knows nothing.
const BARE: [&str; 3] = [
    r#"Bearer realm="conformance""#,
    r#"ApiKey realm="conformance", header="X-API-Key""#,
    r#"Session realm="conformance""#,
];

/// H-01, H-12, lesson/no-header-no-entry: without a credential: 401 with bare challenges, store untouched.
fn nothing_presented_challenges_everything(bench: &Bench<'_>) {
    let site = bench.open();
    site.get("/me").send().is(401).challenges(&BARE).problem("about:blank").did(&[]).told(&[]);
    let _ = User::Ada;
}

/// H-02: another Authorization scheme is no credential.
fn other_schemes_are_no_credential(bench: &Bench<'_>) {
    let site = bench.open();
    for scheme in ["Basic eDp5", "Digest username=x", "Token t", "Negotiate", ""] {
        let answer = site.get("/me").header("authorization", scheme).named(scheme).send();
        answer.is(401).challenges(&BARE).problem("about:blank").did(&[]).told(&[]);
    }
}
