//! Gates side by side share nothing.

use portcullis::{Gate, Reason, TokenGrant};

use super::head::{NOW, Request, builder, issuer, judge};

fn bearer(audience: &str) -> Request {
    let token = issuer(audience).mint(&TokenGrant::new("ann", "web"), NOW).unwrap();
    Request::get(&[("authorization", &format!("Bearer {}", token.expose()))])
}

/// J-19: a token for one gate's audience stays refused at the other, in both orders, whatever was seen before.
#[tokio::test]
async fn a_token_opens_its_own_gate_only() {
    let (a, b) = (builder("a").build().unwrap(), builder("b").build().unwrap());
    for (own, other, audience) in [(&a, &b, "a"), (&b, &a, "b")] {
        let request = bearer(audience);
        for _ in 0..2 {
            assert_eq!(judge(other, &request).await.unwrap_err().reason(), Reason::Invalid);
            assert_eq!(judge(own, &request).await.unwrap().subject(), "ann");
        }
    }
}

/// Every configuration error surfaces when the gate is built, and says what to change.
#[test]
fn mistakes_are_found_when_building() {
    let message = |builder: portcullis::GateBuilder| builder.build().unwrap_err().to_string();
    assert!(message(Gate::builder()).contains("at least one of sessions, api_keys and jwt"));
    assert!(message(builder("a").realm("a\r\nb")).contains("printable ASCII"));
    assert!(message(builder("a").public_url("shop.example")).contains("scheme://host[:port]"));
    assert!(message(builder("a").trust_origin("null")).contains("scheme://host[:port]"));
    assert!(message(builder("a").login_page("//evil.test")).contains("path of this site"));
    assert!(message(builder("a").fresh_for(std::time::Duration::ZERO)).contains("more than zero"));
    let login = portcullis::Login::new(portcullis::MemoryAccounts::new());
    let keys = portcullis::ApiKeys::new(
        portcullis::MemoryApiKeys::new(),
        portcullis::KeyFormat::new("tst", "live").unwrap(),
    );
    assert!(message(Gate::builder().api_keys(keys).login(login)).contains("sessions too"));
}

/// G-02: a cookie without TLS contradicts a site that is served over it.
#[test]
fn insecure_cookies_need_an_insecure_site() {
    use portcullis::{CookiePolicy, MemorySessions, Sessions};
    let cookie = || CookiePolicy::new("id").insecure_without_tls();
    let sessions = || Sessions::new(MemorySessions::new()).cookie(cookie());
    assert!(Gate::builder().sessions(sessions()).public_url("https://shop.example").build().is_err());
    assert!(Gate::builder().sessions(sessions()).public_url("http://192.168.0.7:3000").build().is_ok());
}
