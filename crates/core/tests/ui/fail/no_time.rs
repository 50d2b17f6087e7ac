use portcullis::{Rule, SessionPrincipal, rule};

rule!(Never -> SessionPrincipal = Rule::any_of(&[Session]).fresh_within(std::time::Duration::ZERO));

fn main() {}
