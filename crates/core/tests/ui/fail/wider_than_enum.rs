use portcullis::{ApiKeyPrincipal, Rule, SessionPrincipal, one_of, rule};

one_of!(enum Either { Session(SessionPrincipal), ApiKey(ApiKeyPrincipal) });
rule!(TooWide -> Either = Rule::any_of(&[Session, ApiKey, Jwt]));

fn main() {}
