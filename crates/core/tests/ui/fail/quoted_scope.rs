use portcullis::{Principal, Rule, rule};

rule!(SplitsTheChallenge -> Principal = Rule::any_of(&[Jwt]).scope("a\"b"));

fn main() {}
