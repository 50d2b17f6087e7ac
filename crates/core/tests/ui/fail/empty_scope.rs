use portcullis::{Principal, Rule, rule};

rule!(NoScope -> Principal = Rule::any_of(&[Session]).scope(""));

fn main() {}
