//! `coverage.txt` and the table of cases say the same.

#[test]
fn every_line_that_says_here_has_a_case() {
    let complaints = portcullis_conformance::check();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
