//! The [`Gate`]: what an application configures once, and every request passes.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use crate::{
    ApiKeys, Clock, EventKind, EventSink, GateBuilder, Login, Principal, Reason, Scheme, Schemes, Sessions,
    Timestamp, credential::Finder, fault::Fault, jwt::VerifyJwt, origin::OriginPolicy,
};

/// Verifies who is calling. Cheap to clone; clones are the same gate.
#[derive(Clone)]
pub struct Gate(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) realm: Arc<str>,
    pub(crate) sessions: Option<Sessions>,
    pub(crate) api_keys: Option<ApiKeys>,
    pub(crate) jwt: Option<Arc<dyn VerifyJwt>>,
    pub(crate) login: Option<Login>,
    pub(crate) schemes: Schemes,
    pub(crate) finder: Finder,
    pub(crate) origin: OriginPolicy,
    pub(crate) vary: &'static [&'static str],
    pub(crate) login_page: Option<String>,
    pub(crate) fresh_for: Duration,
    pub(crate) sinks: Vec<Arc<dyn EventSink>>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Gate {
    pub(crate) fn of(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Begins a gate. It needs at least one scheme.
    pub fn builder() -> GateBuilder {
        GateBuilder::default()
    }

    /// The schemes that it verifies.
    pub fn schemes(&self) -> Schemes {
        self.0.schemes
    }

    /// Its sessions, where it has some.
    pub fn sessions(&self) -> Option<&Sessions> {
        self.0.sessions.as_ref()
    }

    /// Its API keys, where it has some.
    pub fn api_keys(&self) -> Option<&ApiKeys> {
        self.0.api_keys.as_ref()
    }

    /// Its password login, where it has one.
    pub fn login(&self) -> Option<&Login> {
        self.0.login.as_ref()
    }

    /// Within what time a login is fresh.
    pub fn fresh_for(&self) -> Duration {
        self.0.fresh_for
    }

    /// The present moment, by its clock.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(crate) fn realm(&self) -> Arc<str> {
        self.0.realm.clone()
    }

    pub(crate) fn finder(&self) -> &Finder {
        &self.0.finder
    }

    pub(crate) fn origin(&self) -> &OriginPolicy {
        &self.0.origin
    }

    /// The request headers by which a guarded answer varies.
    pub(crate) fn vary(&self) -> &'static [&'static str] {
        self.0.vary
    }

    pub(crate) fn login_page(&self) -> Option<&str> {
        self.0.login_page.as_deref()
    }

    pub(crate) fn sinks(&self) -> &[Arc<dyn EventSink>] {
        &self.0.sinks
    }

    /// Verifies one credential. A panic in it, or in a store that it calls, is contained.
    pub(crate) async fn verify(&self, scheme: Scheme, value: &[u8]) -> Result<Principal, Fault> {
        let mut verification = pin!(self.dispatch(scheme, value));
        std::future::poll_fn(|context| {
            catch_unwind(AssertUnwindSafe(|| verification.as_mut().poll(context))).unwrap_or(Poll::Ready(
                Err(Fault::new(Reason::Internal, EventKind::AuthnUnavailable, "panic")),
            ))
        })
        .await
    }

    async fn dispatch(&self, scheme: Scheme, value: &[u8]) -> Result<Principal, Fault> {
        let now = self.now();
        match (scheme, &self.0.sessions, &self.0.api_keys, &self.0.jwt) {
            (Scheme::Session, Some(sessions), _, _) => sessions.verify(value, now).await,
            (Scheme::ApiKey, _, Some(keys), _) => keys.verify(value, now).await,
            (Scheme::Jwt, _, _, Some(jwt)) => crate::jwt::judge(&**jwt, value, now),
            _ => Err(Fault::invalid("no_such_scheme")),
        }
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("realm", &self.0.realm)
            .field("schemes", &self.0.schemes)
            .finish_non_exhaustive()
    }
}
