//! One request, as core sees it: the [`Visit`].
//!
//! 1. An adapter opens a visit for each request and runs the origin check, before every handler.
//! 2. The first guard finds the credential and verifies it; later guards reuse the verdict. A request that
//!    no guard looks at costs no store read.
//! 3. Each guard evaluates its own rule on the verdict. What it answers is a [`Rejection`].
//! 4. Operations record their effects when the store has changed. The adapter flushes them once, whatever
//!    the handler returned.

use std::{
    fmt,
    net::IpAddr,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use tokio::sync::OnceCell;

use crate::{
    Answer, ApiKeys, Event, EventKind, Gate, Head, Login, Principal, Reason, Rejection, Reply, Require, Rule,
    Scheme, Sessions, Timestamp, Verdict, credential::Found, effects::Effects, event::emit, facts::Facts,
    fault::Fault, origin::is_checked, principal::receive, rejection::Parts, rule::distinct,
    session::SessionId, verdict::Refused,
};

/// One request, from its head to its response. Cheap to clone; clones are the same visit.
#[derive(Clone)]
pub struct Visit(Arc<Inner>);

struct Inner {
    gate: Gate,
    facts: OnceLock<Facts>,
    /// The session cookie, for handlers that log in or out, whatever decides for guards.
    session: OnceLock<Result<Option<SessionId>, Fault>>,
    judged: OnceCell<Verdict>,
    effects: Mutex<Effects>,
    refusal: OnceLock<Rejection>,
}

/// For adapters.
impl Visit {
    /// Opens the visit of a request to `gate`.
    pub fn open(gate: &Gate) -> Self {
        Self(Arc::new(Inner {
            gate: gate.clone(),
            facts: OnceLock::new(),
            session: OnceLock::new(),
            judged: OnceCell::new(),
            effects: Mutex::default(),
            refusal: OnceLock::new(),
        }))
    }

    /// The origin check: to be run before every handler, also where nothing is guarded.
    ///
    /// # Errors
    /// [`Reason::CrossSite`] when another site's page caused the request.
    pub fn check_origin(&self, head: &impl Head) -> Result<(), Rejection> {
        self.check(head, || matches!(self.gate().finder().explicit(head), Found::One(..)))
    }

    /// Lets a handler operate on the visit: reads the session cookie for logging in and out.
    ///
    /// Here an explicit credential exempts from nothing, because the cookie is used all the same.
    ///
    /// # Errors
    /// [`Reason::CrossSite`] when another site's page caused the request.
    pub fn attend(&self, head: &impl Head) -> Result<(), Rejection> {
        self.check(head, || false)?;
        self.note(head);
        self.0.session.get_or_init(|| match self.gate().finder().ambient(head) {
            Found::One(_, value) => Ok(SessionId::parse(value)),
            Found::Bad(reason, scheme) => Err(on_sight(reason, scheme)),
            Found::Nothing => Ok(None),
        });
        Ok(())
    }

    /// Admits the caller by the rule of `R`.
    ///
    /// # Errors
    /// A [`Rejection`], which is remembered: the adapter answers it even where the handler runs.
    pub async fn admit<R: Require>(&self, head: &impl Head) -> Result<R::Principal, Rejection> {
        let caller = self.guard::<R>(head).await.and_then(|caller| caller.ok_or(Reason::Missing.into()));
        caller.map_err(|refused| self.refuse(refused, Some(Of::<R>::RULE)))
    }

    /// As [`admit`](Self::admit), and `None` when the head carries no credential at all.
    ///
    /// # Errors
    /// A [`Rejection`]: a bad credential is never anonymous.
    pub async fn admit_optional<R: Require>(
        &self,
        head: &impl Head,
    ) -> Result<Option<R::Principal>, Rejection> {
        let caller = self.guard::<R>(head).await;
        caller.map_err(|refused| self.refuse(refused, Some(Of::<R>::RULE)))
    }

    /// The refusal of the first guard that refused, or of the origin check.
    pub fn refusal(&self) -> Option<Answer> {
        self.0.refusal.get().map(Rejection::answer)
    }

    /// Writes the recorded effects into the response's header. A second flush writes nothing.
    pub fn flush(&self, reply: &mut impl Reply) {
        self.with_effects(std::mem::take).flush(reply);
    }
}

/// For handlers.
impl Visit {
    /// The client's address: the transport peer's.
    pub fn client(&self) -> Option<IpAddr> {
        self.0.facts.get().and_then(|facts| facts.client)
    }

    /// The client's `User-Agent`, at most 256 bytes, without control characters.
    pub fn user_agent(&self) -> Option<&str> {
        self.0.facts.get().and_then(|facts| facts.user_agent.as_deref())
    }

    /// Whether the client would rather have a page than JSON.
    pub fn prefers_html(&self) -> bool {
        self.0.facts.get().is_some_and(|facts| facts.html)
    }

    /// The gate.
    pub fn gate(&self) -> &Gate {
        &self.0.gate
    }

    /// The present moment, by the gate's clock.
    pub fn now(&self) -> Timestamp {
        self.gate().now()
    }
}

/// The road: find, verify, evaluate.
impl Visit {
    async fn guard<R: Require>(&self, head: &impl Head) -> Result<Option<R::Principal>, Refused> {
        const { crate::check::<R>() }
        let caller = self.decide(&R::RULE, head).await?;
        let receive =
            |caller: &Principal| receive(caller).map_err(|reason| Refused::new(reason, caller.scheme()));
        caller.as_ref().map(receive).transpose()
    }

    async fn decide(&self, rule: &Rule, head: &impl Head) -> Result<Option<Principal>, Refused> {
        self.note(head);
        self.with_effects(|effects| effects.vary(self.gate().vary()));
        let found = self.gate().finder().find(head);
        if let Some(scheme) = found.scheme()
            && !rule.schemes().and(self.gate().schemes()).has(scheme)
        {
            return Err(Reason::Unaccepted.into());
        }
        match self.0.judged.get_or_init(|| self.judge(found)).await {
            Verdict::Anonymous => Ok(None),
            Verdict::Refused(refused) => Err(*refused),
            Verdict::Known(caller) => self.evaluate(rule, caller).map(|()| Some(caller.clone())),
        }
    }

    async fn judge(&self, found: Found<'_>) -> Verdict {
        let (scheme, outcome) = match found {
            Found::Nothing => return Verdict::Anonymous,
            Found::One(scheme, value) => (Some(scheme), self.gate().verify(scheme, value).await),
            Found::Bad(reason, scheme) => (scheme, Err(on_sight(reason, scheme))),
        };
        self.with_effects(Effects::no_store);
        match outcome {
            Ok(caller) => {
                self.emit(self.event(EventKind::AuthnSuccess).caller(&caller));
                Verdict::Known(caller)
            }
            Err(fault) => {
                self.emit(Event { scheme, ..self.describe(&fault) });
                self.clear_cookie(&fault);
                Verdict::Refused(Refused { reason: fault.reason, scheme })
            }
        }
    }

    fn evaluate(&self, rule: &Rule, caller: &Principal) -> Result<(), Refused> {
        rule.evaluate(caller, self.gate().fresh_for(), self.now()).map_err(|reason| {
            let event = self.event(EventKind::AuthzFail).caller(caller).cause(denial(reason));
            self.emit(Event { rule: Some(rule.name()), ..event });
            Refused::new(reason, caller.scheme())
        })
    }

    fn check(&self, head: &impl Head, explicit: impl Fn() -> bool) -> Result<(), Rejection> {
        if is_checked(head) {
            self.with_effects(|effects| effects.vary(&["Sec-Fetch-Site", "Origin"]));
        }
        if self.gate().origin().check(head, explicit) {
            return Ok(());
        }
        self.note(head);
        self.emit(self.event(EventKind::Csrf));
        Err(self.refuse(Reason::CrossSite.into(), None))
    }

    fn clear_cookie(&self, fault: &Fault) {
        if let Some(sessions) = self.gate().sessions().filter(|_| fault.clear) {
            self.with_effects(|effects| effects.cookie(sessions.policy().clear()));
        }
    }

    fn note(&self, head: &impl Head) {
        self.0.facts.get_or_init(|| Facts::of(head, self.gate().login_page()));
    }
}

/// For the rooms of each credential.
impl Visit {
    /// The gate's sessions, for an operation on them.
    pub(crate) fn sessions(&self) -> Result<&Sessions, Rejection> {
        self.gate().sessions().ok_or_else(|| self.reject(Reason::Misconfigured.into()))
    }

    /// The gate's API keys, for an operation on them.
    pub(crate) fn api_keys(&self) -> Result<&ApiKeys, Rejection> {
        self.gate().api_keys().ok_or_else(|| self.reject(Reason::Misconfigured.into()))
    }

    /// The gate's password login, for an operation on it.
    pub(crate) fn login(&self) -> Result<&Login, Rejection> {
        self.gate().login().ok_or_else(|| self.reject(Reason::Misconfigured.into()))
    }

    /// The session cookie, for an operation on it: `Err` where the request's cookies cannot be read.
    pub(crate) fn presented_session(&self) -> Result<Option<&SessionId>, Fault> {
        match self.0.session.get() {
            Some(Ok(id)) => Ok(id.as_ref()),
            Some(Err(fault)) => Err(fault.clone()),
            None => Ok(None),
        }
    }

    pub(crate) fn with_effects<T>(&self, f: impl FnOnce(&mut Effects) -> T) -> T {
        f(&mut self.0.effects.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// An event of this request.
    pub(crate) fn event(&self, kind: EventKind) -> Event {
        self.dress(Event::new(self.now(), kind))
    }

    pub(crate) fn describe(&self, fault: &Fault) -> Event {
        self.dress(fault.event(self.now()))
    }

    fn dress(&self, event: Event) -> Event {
        match self.0.facts.get() {
            Some(facts) => facts.dress(event),
            None => event,
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "an event is made to be emitted")]
    pub(crate) fn emit(&self, event: Event) {
        emit(self.gate().sinks(), &event);
    }

    /// What of its own scopes a caller hands on, each once.
    pub(crate) fn hand_on(&self, caller: &Principal, scopes: Vec<String>) -> Result<Vec<String>, Rejection> {
        if scopes.iter().all(|scope| caller.has_scope(scope)) {
            return Ok(distinct(scopes));
        }
        self.emit(self.event(EventKind::AuthzFail).caller(caller).cause("scope_beyond_own"));
        Err(self.reject(Refused::new(Reason::InsufficientScope, caller.scheme())))
    }

    /// An operation's refusal, told to the operator and to the client.
    pub(crate) fn fail(&self, scheme: Scheme, fault: impl Into<Fault>) -> Rejection {
        let fault = fault.into();
        self.emit(Event { scheme: Some(scheme), ..self.describe(&fault) });
        self.reject(Refused::new(fault.reason, scheme))
    }

    /// A rejection that no rule made. It challenges the scheme that was used.
    pub(crate) fn reject(&self, refused: Refused) -> Rejection {
        self.rejection(refused, None)
    }

    fn refuse(&self, refused: Refused, rule: Option<&'static Rule>) -> Rejection {
        self.with_effects(Effects::no_store);
        let rejection = self.rejection(refused, rule);
        self.0.refusal.get_or_init(|| rejection.clone());
        rejection
    }

    fn rejection(&self, refused: Refused, rule: Option<&'static Rule>) -> Rejection {
        let gate = self.gate();
        let offered = rule.map_or_else(
            || refused.scheme.map_or(gate.schemes(), |scheme| crate::Schemes::of(&[scheme])),
            |rule| rule.schemes().and(gate.schemes()),
        );
        let login = || self.0.facts.get().and_then(|facts| facts.login.clone());
        let logs_in = rule.is_some_and(Rule::is_page) && crate::problem::status(refused.reason) == 401;
        let parts = Parts {
            realm: gate.realm(),
            offered,
            presented: refused.scheme,
            rule,
            max_age: rule.and_then(|rule| rule.max_age(gate.fresh_for())),
            html: self.prefers_html(),
            login: logs_in.then(login).flatten(),
        };
        Rejection::new(refused.reason, parts)
    }
}

impl fmt::Debug for Visit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visit").field("verdict", &self.0.judged.get()).finish_non_exhaustive()
    }
}

/// A rule by reference: a constant's address for the whole program.
struct Of<R>(std::marker::PhantomData<R>);

impl<R: Require> Of<R> {
    const RULE: &'static Rule = &R::RULE;
}

/// What `find` refuses without verifying.
fn on_sight(reason: Reason, scheme: Option<Scheme>) -> Fault {
    let cause = match (reason, scheme) {
        (Reason::TooLarge, _) => "too_large",
        (_, Some(Scheme::Session)) => "repeated_cookie",
        _ => "malformed_request",
    };
    let fault = Fault::new(reason, EventKind::AuthnFail, cause);
    if scheme == Some(Scheme::Session) { fault.clearing() } else { fault }
}

const fn denial(reason: Reason) -> &'static str {
    match reason {
        Reason::InsufficientScope => "missing_scope",
        Reason::StepUp => "step_up",
        _ => "missing_role",
    }
}
