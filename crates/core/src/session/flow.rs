//! What a handler does with sessions, by its visit: each step changes the store, then records the effect.

use data_encoding::BASE64URL_NOPAD;

use super::{Created, Grants, Loaded, Renewal, Renewed, SessionId, SessionRecord, Sessions};
use crate::{
    EventKind, Factor, Principal, Reason, Rejection, Scheme, SessionPrincipal, Visit, fault::Fault,
    secret::random,
};

/// What a login grants: who it is, what they may do, and how they proved it.
#[derive(Clone, Debug)]
pub struct Grant {
    pub(crate) subject: String,
    pub(crate) grants: Grants,
    pub(crate) factors: Vec<Factor>,
}

impl Grant {
    /// A login of `subject`, who proved it by `factor`.
    pub fn new(subject: impl Into<String>, factor: Factor) -> Self {
        Self { subject: subject.into(), grants: Grants::default(), factors: vec![factor] }
    }

    /// Grants these scopes.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.grants.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Grants these roles.
    #[must_use]
    pub fn roles<S: Into<String>>(mut self, roles: impl IntoIterator<Item = S>) -> Self {
        self.grants.roles = roles.into_iter().map(Into::into).collect();
        self
    }

    /// Says that this factor was proven too.
    #[must_use]
    pub fn and(mut self, factor: Factor) -> Self {
        self.factors.push(factor);
        self
    }
}

impl Visit {
    /// Begins a session, sets its cookie, and returns its handle. A session that the request presented ends
    /// in the same step, whosever it is.
    ///
    /// The caller must have verified who it is: passwords are checked by [`Login`](crate::Login), which
    /// calls this.
    ///
    /// # Errors
    /// A [`Rejection`]: [`Reason::Unavailable`] when the store does not answer, [`Reason::Misconfigured`]
    /// at a gate without sessions.
    pub async fn log_in(&self, grant: Grant) -> Result<String, Rejection> {
        let sessions = self.sessions()?;
        self.try_log_in(sessions, grant).await.map_err(|fault| self.fail(Scheme::Session, fault))
    }

    async fn try_log_in(&self, sessions: &Sessions, grant: Grant) -> Result<String, Fault> {
        let id = SessionId::generate()?;
        let record = self.record(sessions, &id, grant)?;
        let (subject, handle) = (record.subject.clone(), record.handle.clone());
        let replacing = self.presented_session()?.map(SessionId::key);
        if sessions.store.create(record, replacing.as_ref()).await? == Created::Exists {
            return Err(Fault::new(Reason::Internal, EventKind::AuthnUnavailable, "id_collision"));
        }
        self.set_session_cookie(sessions, &id)?;
        self.session_event(EventKind::SessionCreated, &subject, &handle);
        Ok(handle)
    }

    /// Ends the session that the request presented, if there is one, and removes its cookie.
    ///
    /// # Errors
    /// A [`Rejection`]: [`Reason::Unavailable`] when the store does not answer, [`Reason::TooLarge`] or
    /// [`Reason::Invalid`] when the request's cookies cannot be read: a logout that did not happen is not
    /// confirmed.
    pub async fn log_out(&self) -> Result<(), Rejection> {
        let sessions = self.sessions()?;
        self.end_presented(sessions).await.map_err(|fault| self.fail(Scheme::Session, fault))?;
        self.with_effects(|effects| {
            effects.cookie(sessions.policy().clear());
            effects.clear_site_data();
        });
        Ok(())
    }

    /// Also where another request has changed the session's id meanwhile: it goes on under its handle.
    async fn end_presented(&self, sessions: &Sessions) -> Result<(), Fault> {
        let Some(id) = self.presented_session()? else { return Ok(()) };
        let (subject, handle) = match sessions.store.load(&id.key(), self.now()).await? {
            Loaded::Live(record) => (record.subject, record.handle),
            Loaded::Rotated(Some(successor)) => (successor.subject, successor.handle),
            Loaded::Rotated(None) | Loaded::Unknown => return Ok(()),
        };
        if sessions.store.delete(&subject, &handle).await? {
            self.session_event(EventKind::SessionLogout, &subject, &handle);
        }
        Ok(())
    }

    /// Whether the caller, when it has a session, still has it now. A guard judged the head; a body may come
    /// much later, and what is made of it outlives the session.
    pub(crate) async fn stands(&self, caller: &Principal) -> Result<(), Fault> {
        if caller.scheme() != Scheme::Session {
            return Ok(());
        }
        let (Some(sessions), Some(id)) = (self.gate().sessions(), self.presented_session()?) else {
            return Err(Fault::invalid("no_session_cookie"));
        };
        match sessions.store.load(&id.key(), self.now()).await? {
            Loaded::Live(record)
                if record.handle == caller.credential() && record.is_over(self.now()).is_none() =>
            {
                Ok(())
            }
            Loaded::Rotated(Some(successor)) if successor.handle == caller.credential() => Ok(()),
            _ => Err(super::gone()),
        }
    }

    /// Takes a login back. Where the store does not answer, the cookie at least is not sent.
    pub(crate) async fn undo_log_in(&self, sessions: &Sessions, subject: &str, handle: &str) {
        if sessions.store.delete(subject, handle).await.is_ok_and(|ended| ended) {
            self.session_event(EventKind::SessionLogout, subject, handle);
        }
        self.with_effects(|effects| effects.cookie(sessions.policy().clear()));
    }

    /// Gives the caller's session a new id and new deadlines, and says that these factors were proven just
    /// now.
    ///
    /// # Errors
    /// A [`Rejection`]: [`Reason::Invalid`] when the session has ended meanwhile, [`Reason::Unavailable`]
    /// when the store does not answer.
    pub async fn renew(&self, caller: &SessionPrincipal, factors: Vec<Factor>) -> Result<(), Rejection> {
        let sessions = self.sessions()?;
        self.try_renew(sessions, caller, factors).await.map_err(|fault| self.fail(Scheme::Session, fault))
    }

    async fn try_renew(
        &self,
        sessions: &Sessions,
        caller: &SessionPrincipal,
        factors: Vec<Factor>,
    ) -> Result<(), Fault> {
        let old = self.presented_session()?.ok_or(Fault::invalid("no_session_cookie"))?.key();
        let id = SessionId::generate()?;
        let at = self.now();
        let renewal = Renewal { key: id.key(), at, expires_at: at.after(sessions.absolute), factors };
        match sessions.store.rotate(&old, renewal).await? {
            Renewed::Gone => Err(super::gone()),
            Renewed::Renewed => {
                self.set_session_cookie(sessions, &id)?;
                self.session_event(EventKind::SessionRenewed, caller.subject(), caller.handle());
                Ok(())
            }
        }
    }

    /// The live sessions of the caller's subject, the newest first.
    ///
    /// # Errors
    /// A [`Rejection`]: [`Reason::Unavailable`] when the store does not answer.
    pub async fn list_sessions(&self, caller: &SessionPrincipal) -> Result<Vec<SessionRecord>, Rejection> {
        let sessions = self.sessions()?;
        let records = sessions.store.list(caller.subject()).await;
        let records = records.map_err(|error| self.fail(Scheme::Session, error))?;
        Ok(records.into_iter().filter(|record| record.is_over(self.now()).is_none()).collect())
    }

    /// Ends the session of that handle, if it is one of the caller's subject; whether it was.
    ///
    /// # Errors
    /// A [`Rejection`]: [`Reason::Unavailable`] when the store does not answer.
    pub async fn end_session(&self, caller: &SessionPrincipal, handle: &str) -> Result<bool, Rejection> {
        let sessions = self.sessions()?;
        let ended = sessions.store.delete(caller.subject(), handle).await;
        let ended = ended.map_err(|error| self.fail(Scheme::Session, error))?;
        if ended && handle == caller.handle() {
            self.with_effects(|effects| effects.cookie(sessions.policy().clear()));
        }
        if ended {
            self.session_event(EventKind::SessionLogout, caller.subject(), handle);
        } else {
            self.emit(self.event(EventKind::AuthzFail).caller(caller).cause("no_such_session"));
        }
        Ok(ended)
    }

    /// Ends every session of the caller's subject but the present one; how many there were.
    ///
    /// # Errors
    /// A [`Rejection`]: [`Reason::Unavailable`] when the store does not answer.
    pub async fn end_other_sessions(&self, caller: &SessionPrincipal) -> Result<usize, Rejection> {
        let sessions = self.sessions()?;
        let ended = sessions.store.delete_all_but(caller.subject(), Some(caller.handle())).await;
        let ended = ended.map_err(|error| self.fail(Scheme::Session, error))?;
        self.emit(self.event(EventKind::SessionLogout).caller(caller).cause("all_others"));
        Ok(ended)
    }

    fn record(&self, sessions: &Sessions, id: &SessionId, grant: Grant) -> Result<SessionRecord, Fault> {
        let now = self.now();
        Ok(SessionRecord {
            key: id.key(),
            handle: BASE64URL_NOPAD.encode(&random::<16>()?),
            subject: grant.subject,
            grants: grant.grants,
            factors: grant.factors,
            created_at: now,
            authenticated_at: now,
            last_used_at: now,
            idle: sessions.idle,
            expires_at: now.after(sessions.absolute),
            client: self.client(),
            user_agent: self.user_agent().map(str::to_owned),
        })
    }

    fn set_session_cookie(&self, sessions: &Sessions, id: &SessionId) -> Result<(), Fault> {
        let cookie = sessions.policy().set(&id.encode(), sessions.absolute);
        if !cookie.fits() {
            return Err(Fault::new(Reason::Misconfigured, EventKind::AuthnUnavailable, "cookie_too_large"));
        }
        self.with_effects(|effects| effects.cookie(cookie));
        Ok(())
    }

    fn session_event(&self, kind: EventKind, subject: &str, handle: &str) {
        self.emit(self.event(kind).scheme(Scheme::Session).subject(subject).credential(handle));
    }
}
