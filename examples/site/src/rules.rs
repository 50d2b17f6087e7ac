//! Whom the routes admit.

use portcullis::{Principal, Rule, SessionPrincipal, rule};

rule!(
    /// Reads orders: a session, a key or a token with `orders:read`.
    pub ReadOrders -> Principal = Rule::any_of(&[Session, ApiKey, Jwt]).scope("orders:read")
);
rule!(
    /// Writes orders: a session, a key or a token with `orders:write`.
    pub WriteOrders -> Principal = Rule::any_of(&[Session, ApiKey, Jwt]).scope("orders:write")
);
rule!(
    /// Reads reports: a machine's business.
    pub ReadReports -> Principal = Rule::any_of(&[ApiKey, Jwt]).scope("reports:read")
);
rule!(
    /// A session with a recent login.
    pub Fresh -> SessionPrincipal = Rule::any_of(&[Session]).fresh()
);
rule!(
    /// A page of one's own.
    pub Page -> SessionPrincipal = Rule::any_of(&[Session]).page()
);
