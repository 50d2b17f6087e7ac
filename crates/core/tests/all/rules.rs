//! Rules are checked by the compiler: what must not build does not, and says why.

#[test]
fn rules() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
}
