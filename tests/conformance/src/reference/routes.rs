//! The fixture's routes, without a framework.

use portcullis::{
    ApiKeyOnly, ApiKeyPrincipal, Authenticated, Head, JwtOnly, JwtPrincipal, Principal, Rejection, Require,
    SessionOnly, SessionPrincipal, Visit,
};

use super::{Flaw, Request, plain};
use crate::{
    World,
    fixture::{
        self, Admin, Fresh, FreshSession, Machine, Machines, Outcome, Page, Paged, Person, Read, Vault, Write,
    },
};

/// One request on its way through the fixture.
#[derive(Clone, Copy)]
pub(super) struct Road<'r> {
    pub(super) world: &'r World,
    pub(super) visit: &'r Visit,
    pub(super) request: &'r Request,
    pub(super) flaw: Flaw,
}

/// Every path, for 405 instead of 404.
const PATHS: [&str; 25] = [
    "/public",
    "/optional",
    "/me",
    "/read",
    "/write",
    "/session",
    "/key",
    "/token",
    "/machine",
    "/admin",
    "/fresh",
    "/vault",
    "/page",
    "/twice",
    "/login",
    "/logout",
    "/reauthenticate",
    "/sessions",
    "/keys",
    "/cookie",
    "/fails",
    "/swallow",
    "/ruled/count",
    "/ruled/deep/count",
    "/nogate/me",
];

impl Road<'_> {
    /// The origin check, then the rule for a whole router, then the route.
    pub(super) async fn travel(&self) -> Outcome {
        if self.flaw != Flaw::SkipsOrigin {
            self.visit.check_origin(self.request)?;
        }
        if self.is_ruled() {
            self.auth::<Authenticated>().await?;
        }
        self.route().await
    }

    fn is_ruled(&self) -> bool {
        let path = self.request.path();
        let reached = match self.flaw {
            Flaw::GuardsGetOnly => self.method() == "GET",
            Flaw::GuardsShallowly => !path.starts_with("/ruled/deep/"),
            _ => true,
        };
        reached && path.starts_with("/ruled/")
    }

    /// A server answers `HEAD` by the handler of `GET`.
    fn method(&self) -> &str {
        if self.request.method == "HEAD" { "GET" } else { &self.request.method }
    }

    async fn route(&self) -> Outcome {
        let world = self.world;
        match (self.method(), self.request.path()) {
            ("GET", "/public") => Ok(fixture::public(world)),
            ("GET", "/optional") => Ok(fixture::optional(world, self.maybe().await?.as_ref())),
            ("GET", "/me") => self.show::<Authenticated>().await,
            ("GET", "/read") => self.show::<Read>().await,
            ("POST", "/write") => self.show::<Write>().await,
            ("GET", "/session") => self.show::<SessionOnly>().await,
            ("GET", "/key") => self.show::<ApiKeyOnly>().await,
            ("GET", "/token") => self.show::<JwtOnly>().await,
            ("GET", "/machine") => self.show::<Machines>().await,
            ("GET", "/admin") => self.show::<Admin>().await,
            ("GET", "/fresh") => self.show::<Fresh>().await,
            ("GET", "/vault") => self.show::<Vault>().await,
            ("GET", "/page") => self.show::<Paged>().await,
            ("GET", "/swallow") => self.swallow().await,
            ("GET" | "POST", "/ruled/count") | ("GET", "/ruled/deep/count") => Ok(fixture::count(world)),
            ("GET", "/nogate/me") => Err(Rejection::no_gate()),
            ("GET", "/twice") => {
                let caller = self.auth::<Authenticated>().await?;
                self.auth::<Read>().await?;
                Ok(fixture::caller(world, &caller))
            }
            _ => self.people().await,
        }
    }

    async fn people(&self) -> Outcome {
        let (world, request) = (self.world, self.request);
        let (media, body) = (request.text("content-type"), request.body.as_slice());
        match (self.method(), request.path()) {
            ("POST", "/login") => fixture::log_in(world, self.attend()?, media, body).await,
            ("POST", "/logout") => fixture::log_out(world, self.attend()?).await,
            ("POST", "/fails") => fixture::fails(world, self.attend()?).await,
            ("POST", "/reauthenticate") => {
                let caller = self.auth::<SessionOnly>().await?;
                fixture::reauthenticate(world, self.attend()?, &caller, media, body).await
            }
            ("POST", "/keys") => {
                let caller = self.auth::<SessionOnly>().await?;
                fixture::create_key(world, self.attend()?, &caller, media, body).await
            }
            ("GET", "/keys") => {
                let caller = self.auth::<SessionOnly>().await?;
                fixture::keys(world, self.attend()?, &caller).await
            }
            ("GET", "/cookie") => {
                let caller = self.auth::<SessionOnly>().await?;
                fixture::cookie(world, self.attend()?, &caller).await
            }
            _ => self.sessions().await,
        }
    }

    async fn sessions(&self) -> Outcome {
        let (world, path) = (self.world, self.request.path());
        if let ("GET", "/sessions") = (self.method(), path) {
            let caller = self.auth::<SessionOnly>().await?;
            return fixture::sessions(world, self.attend()?, &caller).await;
        }
        if self.method() != "DELETE" {
            return Ok(self.unknown());
        }
        if path == "/sessions" {
            let caller = self.auth::<FreshSession>().await?;
            return fixture::end_others(world, self.attend()?, &caller).await;
        }
        match (one(path, "/sessions/"), one(path, "/keys/")) {
            (Some(handle), _) => {
                let caller = self.auth::<FreshSession>().await?;
                fixture::end_session(world, self.attend()?, &caller, handle).await
            }
            (_, Some(id)) => {
                let caller = self.auth::<SessionOnly>().await?;
                fixture::revoke_key(world, self.attend()?, &caller, id).await
            }
            _ => Ok(self.unknown()),
        }
    }

    fn unknown(&self) -> Page {
        let path = self.request.path();
        let known = PATHS.contains(&path) || one(path, "/sessions/").or(one(path, "/keys/")).is_some();
        plain(if known { 405 } else { 404 })
    }

    async fn show<R: Require<Principal: AsPrincipal>>(&self) -> Outcome {
        let caller = self.auth::<R>().await?;
        Ok(fixture::caller(self.world, caller.as_principal()))
    }

    async fn swallow(&self) -> Outcome {
        let _ = self.auth::<Authenticated>().await;
        Ok(fixture::swallow(self.world))
    }

    async fn auth<R: Require>(&self) -> Result<R::Principal, Rejection> {
        self.guarding().admit::<R>(self.request).await
    }

    async fn maybe(&self) -> Result<Option<Principal>, Rejection> {
        let visit = self.guarding();
        match visit.admit_optional::<Authenticated>(self.request).await {
            Err(_) if self.flaw == Flaw::TakesBadForNone => Ok(None),
            caller => caller,
        }
    }

    fn guarding(&self) -> Visit {
        match self.flaw {
            Flaw::ForgetsVerdicts => Visit::open(self.world.gate()),
            _ => self.visit.clone(),
        }
    }

    fn attend(&self) -> Result<&Visit, Rejection> {
        let _ = self.visit.attend(self.request).or_else(|rejection| match self.flaw {
            Flaw::SkipsAttention | Flaw::SkipsOrigin => Ok(()),
            _ => Err(rejection),
        })?;
        Ok(self.visit)
    }
}

/// What every principal type can be shown as.
trait AsPrincipal: Send {
    fn as_principal(&self) -> &Principal;
}

macro_rules! as_principal {
    ($($held:ty),+) => {
        $(impl AsPrincipal for $held {
            fn as_principal(&self) -> &Principal {
                self
            }
        })+
    };
}

as_principal!(Principal, SessionPrincipal, ApiKeyPrincipal, JwtPrincipal, Machine, Person);

/// The one segment behind a prefix.
fn one<'p>(path: &'p str, prefix: &str) -> Option<&'p str> {
    path.strip_prefix(prefix).filter(|rest| !rest.is_empty() && !rest.contains('/'))
}
