//! How a gate is configured: the [`GateBuilder`], where every mistake surfaces.

use std::{fmt, sync::Arc, time::Duration};

use crate::{
    ApiKeys, Clock, ConfigError, Event, EventKind, EventSink, Gate, JwtVerifier, Login, Scheme, Schemes,
    Sessions, SystemClock, TracingEvents, challenge::is_realm, config::ConfigErrorKind, credential::Finder,
    event::emit, gate::Parts, jwt::VerifyJwt, origin::OriginPolicy,
};

/// Configures a [`Gate`]. The defaults are the safe ones.
#[must_use]
pub struct GateBuilder {
    realm: String,
    sessions: Option<Sessions>,
    api_keys: Option<ApiKeys>,
    jwt: Option<Arc<dyn VerifyJwt>>,
    login: Option<Login>,
    public_url: Option<String>,
    trusted: Vec<String>,
    bypassed: Vec<String>,
    strict_origin: bool,
    login_page: Option<String>,
    fresh_for: Duration,
    sinks: Vec<Arc<dyn EventSink>>,
    clock: Arc<dyn Clock>,
}

impl Default for GateBuilder {
    fn default() -> Self {
        Self {
            realm: "service".to_owned(),
            sessions: None,
            api_keys: None,
            jwt: None,
            login: None,
            public_url: None,
            trusted: Vec::new(),
            bypassed: Vec::new(),
            strict_origin: false,
            login_page: None,
            fresh_for: Duration::from_secs(5 * 60),
            sinks: Vec::new(),
            clock: Arc::new(SystemClock),
        }
    }
}

impl GateBuilder {
    /// Names what is protected, in challenges: 1 to 256 characters of printable ASCII. `service` by default.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = realm.into();
        self
    }

    /// Admits browsers by session cookie.
    pub fn sessions(mut self, sessions: Sessions) -> Self {
        self.sessions = Some(sessions);
        self
    }

    /// Admits machines by API key.
    pub fn api_keys(mut self, keys: ApiKeys) -> Self {
        self.api_keys = Some(keys);
        self
    }

    /// Admits callers by token.
    pub fn jwt<C>(mut self, verifier: JwtVerifier<C>) -> Self
    where
        C: serde::de::DeserializeOwned + Send + Sync + 'static,
    {
        self.jwt = Some(Arc::new(verifier));
        self
    }

    /// Lets people log in with a password. It needs sessions.
    pub fn login(mut self, login: Login) -> Self {
        self.login = Some(login);
        self
    }

    /// The service's own origin as browsers see it, `https://shop.example`: what `Origin` is compared with.
    /// Without it, `Origin` is compared with the request's `Host`.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// Lets pages of another origin, `https://partner.example`, cause unsafe requests.
    pub fn trust_origin(mut self, origin: impl Into<String>) -> Self {
        self.trusted.push(origin.into());
        self
    }

    /// Switches the origin check off for one path; `{name}` in it stands for exactly one segment.
    pub fn insecure_bypass_origin(mut self, path: impl Into<String>) -> Self {
        self.bypassed.push(path.into());
        self
    }

    /// Also refuses unsafe requests that carry neither `Sec-Fetch-Site` nor `Origin`.
    pub fn strict_origin(mut self) -> Self {
        self.strict_origin = true;
        self
    }

    /// Where a browser that asks for a page without a login is sent: a path of this site.
    pub fn login_page(mut self, path: impl Into<String>) -> Self {
        self.login_page = Some(path.into());
        self
    }

    /// Within what time a login is fresh, for rules that ask for it. 5 minutes by default.
    pub fn fresh_for(mut self, period: Duration) -> Self {
        self.fresh_for = period;
        self
    }

    /// Adds a sink for events. Without any, they go to [`TracingEvents`].
    pub fn events(mut self, sink: impl EventSink) -> Self {
        self.sinks.push(Arc::new(sink));
        self
    }

    /// Takes the time from another clock than the system's.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Builds the gate.
    ///
    /// # Errors
    /// [`ConfigError`] for every mistake in the configuration; it says what to change.
    pub fn build(mut self) -> Result<Gate, ConfigError> {
        self.check()?;
        let origin = self.origin()?;
        self.check_cookie(&origin)?;
        if self.sinks.is_empty() {
            self.sinks.push(Arc::new(TracingEvents));
        }
        self.announce();
        let finder = Finder {
            cookie: self.sessions.as_ref().map(|sessions| sessions.policy().full_name()),
            key_prefix: self.api_keys.as_ref().map(|keys| keys.format().prefix().to_owned()),
        };
        Ok(Gate::of(Parts {
            vary: vary(&self),
            schemes: self.schemes(),
            realm: self.realm.into(),
            sessions: self.sessions,
            api_keys: self.api_keys,
            jwt: self.jwt,
            login: self.login,
            finder,
            origin,
            login_page: self.login_page,
            fresh_for: self.fresh_for,
            sinks: self.sinks,
            clock: self.clock,
        }))
    }

    fn schemes(&self) -> Schemes {
        let given = [
            (Scheme::Session, self.sessions.is_some()),
            (Scheme::ApiKey, self.api_keys.is_some()),
            (Scheme::Jwt, self.jwt.is_some()),
        ];
        given
            .into_iter()
            .filter(|(_, given)| *given)
            .fold(Schemes::default(), |all, (scheme, _)| all.with(scheme))
    }

    fn check(&self) -> Result<(), ConfigError> {
        let say = |kind, what: &str| Err(ConfigError::new(kind, what));
        if !is_realm(&self.realm) {
            return say(ConfigErrorKind::Realm, "a realm is 1 to 256 characters of printable ASCII");
        }
        if self.schemes().is_empty() {
            return say(ConfigErrorKind::Schemes, "give the gate at least one of sessions, api_keys and jwt");
        }
        if self.login.is_some() && self.sessions.is_none() {
            return say(ConfigErrorKind::Schemes, "a login begins a session: give the gate sessions too");
        }
        if self.fresh_for.is_zero() {
            return say(
                ConfigErrorKind::Lifetime,
                "fresh_for must be more than zero: nobody logs in within no time",
            );
        }
        if self
            .login_page
            .as_deref()
            .is_some_and(|page| crate::return_path(page) != page || page.contains('?'))
        {
            return say(ConfigErrorKind::LoginPage, "the login page is a path of this site, without a query");
        }
        self.sessions.as_ref().map_or(Ok(()), Sessions::check)
    }

    fn origin(&self) -> Result<OriginPolicy, ConfigError> {
        let mut policy = OriginPolicy::default();
        self.public_url.iter().try_for_each(|url| policy.set_public(url))?;
        self.trusted.iter().try_for_each(|origin| policy.trust(origin))?;
        self.bypassed.iter().for_each(|pattern| policy.bypass(pattern.clone()));
        if self.strict_origin {
            policy.strict();
        }
        Ok(policy)
    }

    /// G-02: a cookie without `Secure` at a site that is served over TLS is a mistake.
    fn check_cookie(&self, origin: &OriginPolicy) -> Result<(), ConfigError> {
        if self.has_insecure_cookie() && origin.is_https() {
            let message = "insecure_without_tls contradicts a public URL of https: leave it out";
            return Err(ConfigError::new(ConfigErrorKind::Cookie, message));
        }
        Ok(())
    }

    fn has_insecure_cookie(&self) -> bool {
        self.sessions.as_ref().is_some_and(|sessions| sessions.policy().is_insecure())
    }

    /// G-02: unsafe switches are announced, as events and on standard error.
    fn announce(&self) {
        let switches = [
            ("insecure_without_tls", self.has_insecure_cookie()),
            ("insecure_bypass_origin", !self.bypassed.is_empty()),
        ];
        for (name, _) in switches.into_iter().filter(|(_, on)| *on) {
            eprintln!("portcullis: {name} is on: not for production");
            emit(&self.sinks, &Event::new(self.clock.now(), EventKind::InsecureSetting).cause(name));
        }
    }
}

impl fmt::Debug for GateBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GateBuilder").field("realm", &self.realm).finish_non_exhaustive()
    }
}

fn vary(builder: &GateBuilder) -> &'static [&'static str] {
    match (builder.api_keys.is_some(), builder.jwt.is_some(), builder.sessions.is_some()) {
        (true, _, true) => &["Authorization", "X-API-Key", "Cookie"],
        (true, _, false) => &["Authorization", "X-API-Key"],
        (false, true, true) => &["Authorization", "Cookie"],
        (false, true, false) => &["Authorization"],
        (false, false, _) => &["Cookie"],
    }
}
