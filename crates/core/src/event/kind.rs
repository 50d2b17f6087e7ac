//! The kinds of event, by their names in the OWASP logging vocabulary.

/// How much an event matters, as the OWASP logging vocabulary grades it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Level {
    /// Nothing to do.
    Info,
    /// Worth watching.
    Warn,
    /// Worth waking somebody.
    Critical,
}

impl Level {
    /// `INFO`, `WARN` or `CRITICAL`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Critical => "CRITICAL",
        }
    }
}

/// Declares the kinds: a variant, its name, its level.
macro_rules! kinds {
    ($($(#[$meta:meta])* $kind:ident = $name:literal, $level:ident;)+) => {
        /// What happened. Names are the OWASP logging vocabulary's where it has one.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum EventKind {
            $($(#[$meta])* $kind,)+
        }

        impl EventKind {
            /// The name in the logging vocabulary.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }

            /// How much it matters.
            pub const fn level(self) -> Level {
                match self {
                    $(Self::$kind => Level::$level,)+
                }
            }
        }
    };
}

kinds! {
    /// A credential was good. (Not in the vocabulary.)
    AuthnSuccess = "authn_success", Info;
    /// A credential was bad. (Not in the vocabulary.)
    AuthnFail = "authn_fail", Warn;
    /// A store did not answer, or verification panicked. (Not in the vocabulary.)
    AuthnUnavailable = "authn_unavailable", Critical;
    /// A password login succeeded.
    LoginSuccess = "authn_login_success", Info;
    /// A password login failed.
    LoginFail = "authn_login_fail", Warn;
    /// An API key or a token was made.
    TokenCreated = "authn_token_created", Info;
    /// An API key or a token was revoked.
    TokenRevoked = "authn_token_revoked", Info;
    /// A revoked API key or token was presented.
    TokenReuse = "authn_token_reuse", Critical;
    /// A known caller asked for what they may not do.
    AuthzFail = "authz_fail", Critical;
    /// Another site's page caused a request.
    Csrf = "malicious_csrf", Warn;
    /// A session began.
    SessionCreated = "session_created", Info;
    /// A session's id was changed.
    SessionRenewed = "session_renewed", Info;
    /// A session ended by a deadline.
    SessionExpired = "session_expired", Info;
    /// A session was ended.
    SessionLogout = "session_logout", Info;
    /// A well-formed session id was presented that names no live session.
    SessionUseAfterExpire = "session_use_after_expire", Critical;
    /// A gate was built with an unsafe switch on. (Not in the vocabulary.)
    InsecureSetting = "insecure_setting", Warn;
}
