//! Routes that say who may call them.

use std::fmt;

use actix_web::{
    FromRequest, Handler, Resource, Responder,
    http::Method,
    web::{self, ServiceConfig},
};
use portcullis::{Guard, Require};

use crate::{Auth, MaybeAuth, Open};

/// The arguments of a handler whose first one says who may call it. Implemented for up to 16 arguments.
#[diagnostic::on_unimplemented(
    message = "this route does not say who may call it",
    label = "the handler's first argument must be `Auth<R>`, `MaybeAuth<R>` or `Open`",
    note = "write `Open` as the first argument of a handler that anybody may call"
)]
pub trait Guarded {
    /// What stands before the handler.
    const GUARD: Guard;
}

/// Each round has one argument less behind the guard.
macro_rules! guarded {
    (@less) => {};
    (@less $first:ident $($rest:ident)*) => { guarded!($($rest)*); };
    ($($rest:ident)*) => {
        impl<R: Require, $($rest),*> Guarded for (Auth<R>, $($rest),*) {
            const GUARD: Guard = Guard::Required(&R::RULE);
        }

        impl<R: Require, $($rest),*> Guarded for (MaybeAuth<R>, $($rest),*) {
            const GUARD: Guard = Guard::Optional(&R::RULE);
        }

        impl<$($rest),*> Guarded for (Open, $($rest),*) {
            const GUARD: Guard = Guard::Open;
        }

        guarded!(@less $($rest)*);
    };
}

guarded!(A B C D E F G H I J K L M N O);

/// A route to a handler that says who may call it. Give it a method, as any other [`actix_web::Route`].
///
/// ```
/// use actix_web::{App, http::Method};
/// use portcullis::Authenticated;
/// use portcullis_actix_web::{Auth, to};
///
/// async fn me(caller: Auth<Authenticated>) -> String {
///     caller.subject().to_owned()
/// }
///
/// App::new().route("/me", to(me).method(Method::GET));
/// ```
///
/// A handler that does not say it does not compile:
///
/// ```compile_fail,E0277
/// # use portcullis_actix_web::to;
/// async fn anybody() -> &'static str {
///     "everything"
/// }
///
/// to(anybody);
/// ```
///
/// nor does one that says it too late:
///
/// ```compile_fail,E0277
/// # use portcullis_actix_web::{Open, to};
/// # use actix_web::web::Bytes;
/// async fn upload(body: Bytes, _: Open) -> &'static str {
///     "read before anybody was asked"
/// }
///
/// to(upload);
/// ```
pub fn to<F, Args>(handler: F) -> actix_web::Route
where
    F: Handler<Args, Output: Responder + 'static>,
    Args: FromRequest + Guarded + 'static,
{
    web::to(handler)
}

/// Routes to register together, and to list.
///
/// A path has one resource: it answers a method that it has no route for, `HEAD` included, as any other
/// [`Resource`] does. Each worker of a server registers its own, so the function that makes them is called in
/// the server's factory.
///
/// ```
/// use actix_web::App;
/// use portcullis::Authenticated;
/// use portcullis_actix_web::{Auth, Open, Routes};
///
/// async fn list(caller: Auth<Authenticated>) -> String {
///     format!("the orders of {}", caller.subject())
/// }
///
/// async fn healthy(_: Open) -> &'static str {
///     "ok"
/// }
///
/// fn routes() -> Routes {
///     Routes::new().get("/orders", list).get("/healthz", healthy)
/// }
///
/// let lines: Vec<_> = routes().list().iter().map(ToString::to_string).collect();
/// assert_eq!(lines, ["GET /orders Authenticated", "GET /healthz open"]);
///
/// App::new().configure(|config| routes().configure(config));
/// ```
#[must_use]
#[derive(Default)]
pub struct Routes {
    list: Vec<portcullis::Route>,
    paths: Vec<(String, Vec<actix_web::Route>)>,
    otherwise: Option<Box<dyn Fn() -> actix_web::Route>>,
}

impl Routes {
    /// No route yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets `handler` answer `method` on `path`, which is spelled as actix-web spells patterns.
    pub fn on<F, Args>(mut self, method: Method, path: &str, handler: F) -> Self
    where
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + Guarded + 'static,
    {
        self.list.push(portcullis::Route::new(method.as_str(), path, Args::GUARD));
        let route = to(handler).method(method);
        self.add(path, route);
        self
    }

    /// These routes and `other`'s. A path that both have is one resource.
    pub fn merge(mut self, other: Self) -> Self {
        self.list.extend(other.list);
        for (path, routes) in other.paths {
            for route in routes {
                self.add(&path, route);
            }
        }
        self.otherwise = self.otherwise.or(other.otherwise);
        self
    }

    fn add(&mut self, path: &str, route: actix_web::Route) {
        match self.paths.iter_mut().find(|(known, _)| known == path) {
            Some((_, routes)) => routes.push(route),
            None => self.paths.push((path.to_owned(), vec![route])),
        }
    }

    /// What was registered, in that order.
    pub fn list(&self) -> &[portcullis::Route] {
        &self.list
    }

    /// Lets `handler` answer, on every path, the methods that it has no route for.
    pub fn otherwise<F, Args>(mut self, handler: F) -> Self
    where
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + Guarded + 'static,
    {
        self.otherwise = Some(Box::new(move || to(handler.clone())));
        self
    }

    /// Registers the routes with an application or a scope.
    pub fn configure(self, config: &mut ServiceConfig) {
        for (path, routes) in self.paths {
            let resource = routes.into_iter().fold(web::resource(path), Resource::route);
            config.service(match &self.otherwise {
                Some(otherwise) => resource.default_service(otherwise()),
                None => resource,
            });
        }
    }
}

macro_rules! methods {
    ($($name:ident $method:ident),+) => {
        impl Routes {
            $(
                #[doc = concat!("Lets `handler` answer `", stringify!($method), "` on `path`.")]
                pub fn $name<F, Args>(self, path: &str, handler: F) -> Self
                where
                    F: Handler<Args, Output: Responder + 'static>,
                    Args: FromRequest + Guarded + 'static,
                {
                    self.on(Method::$method, path, handler)
                }
            )+
        }
    };
}

methods!(get GET, head HEAD, post POST, put PUT, patch PATCH, delete DELETE);

impl fmt::Debug for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Routes").field("list", &self.list).finish_non_exhaustive()
    }
}
