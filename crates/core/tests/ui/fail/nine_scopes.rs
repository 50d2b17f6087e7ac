use portcullis::{Principal, Rule, rule};

rule!(Nine -> Principal = Rule::any_of(&[Jwt])
    .scope("1").scope("2").scope("3").scope("4").scope("5").scope("6").scope("7").scope("8").scope("9"));

fn main() {}
