use portcullis::{Principal, Rule, rule};

rule!(Nobody -> Principal = Rule::any_of(&[]));

fn main() {}
