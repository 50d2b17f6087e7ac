use portcullis::{ApiKeyPrincipal, JwtPrincipal, Principal, Require, Rule, SessionPrincipal, one_of, rule};

rule!(pub Any -> Principal = Rule::any_of(&[Session, ApiKey, Jwt]).scope("orders:read").role("admin"));
rule!(Mine -> SessionPrincipal = Rule::any_of(&[Session]).fresh().mfa());

one_of!(pub enum Machine { ApiKey(ApiKeyPrincipal), Jwt(JwtPrincipal) });
rule!(Machines -> Machine = Rule::any_of(&[ApiKey, Jwt]));

// A rule may be narrower than its principal type.
rule!(Keys -> Machine = Rule::any_of(&[portcullis::Scheme::ApiKey]));

fn main() {
    assert_eq!(Any::RULE.name(), "Any");
    assert!(Mine::RULE.demands_mfa());
    assert_eq!(Machines::RULE.schemes().iter().count(), 2);
    assert_eq!(Keys::RULE.schemes().iter().count(), 1);
}
