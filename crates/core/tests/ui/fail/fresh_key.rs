use portcullis::{ApiKeyPrincipal, Rule, rule};

rule!(Contradiction -> ApiKeyPrincipal = Rule::any_of(&[ApiKey]).fresh());

fn main() {}
