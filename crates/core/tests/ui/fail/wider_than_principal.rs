use portcullis::{Rule, SessionPrincipal, rule};

rule!(TooWide -> SessionPrincipal = Rule::any_of(&[Session, ApiKey]));

fn main() {}
