//! Routes that say who may call them.

use std::fmt;

use axum::{
    Router,
    handler::Handler,
    routing::{MethodFilter, on},
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

/// axum knows a handler by a marker and its arguments. Each round has one argument less behind the guard.
macro_rules! guarded {
    (@less) => {};
    (@less $first:ident $($rest:ident)*) => { guarded!($($rest)*); };
    ($($rest:ident)*) => {
        impl<M, R: Require, $($rest),*> Guarded for (M, Auth<R>, $($rest),*) {
            const GUARD: Guard = Guard::Required(&R::RULE);
        }

        impl<M, R: Require, $($rest),*> Guarded for (M, MaybeAuth<R>, $($rest),*) {
            const GUARD: Guard = Guard::Optional(&R::RULE);
        }

        impl<M, $($rest),*> Guarded for (M, Open, $($rest),*) {
            const GUARD: Guard = Guard::Open;
        }

        guarded!(@less $($rest)*);
    };
}

guarded!(T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12 T13 T14 T15);

/// Routes to register together, and to list. A handler that does not say who may call it does not compile.
///
/// ```
/// use portcullis::Authenticated;
/// use portcullis_axum::{Auth, Open, Routes};
///
/// async fn list(caller: Auth<Authenticated>) -> String {
///     format!("the orders of {}", caller.subject())
/// }
///
/// async fn healthy(_: Open) -> &'static str {
///     "ok"
/// }
///
/// let routes = Routes::<()>::new().get("/orders", list).get("/healthz", healthy);
/// let lines: Vec<_> = routes.list().iter().map(ToString::to_string).collect();
/// assert_eq!(lines, ["GET /orders Authenticated", "GET /healthz open"]);
/// ```
///
/// ```compile_fail,E0277
/// # use portcullis_axum::Routes;
/// async fn anybody() -> &'static str {
///     "everything"
/// }
///
/// Routes::<()>::new().get("/everything", anybody);
/// ```
#[must_use]
pub struct Routes<S = ()> {
    router: Router<S>,
    list: Vec<portcullis::Route>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No route yet.
    pub fn new() -> Self {
        Self { router: Router::new(), list: Vec::new() }
    }

    /// These routes and `other`'s.
    ///
    /// # Panics
    /// As [`Router::merge`]: when both have a handler for a method of a path.
    pub fn merge(mut self, other: Self) -> Self {
        self.list.extend(other.list);
        self.router = self.router.merge(other.router);
        self
    }

    /// What was registered, in that order. axum answers `HEAD` by the handler of `GET`.
    pub fn list(&self) -> &[portcullis::Route] {
        &self.list
    }

    /// The routes as axum's router, to be put behind the gate's layer.
    pub fn into_router(self) -> Router<S> {
        self.router
    }

    fn on<H, T>(mut self, method: &'static str, filter: MethodFilter, path: &str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: Guarded + 'static,
    {
        self.list.push(portcullis::Route::new(method, path, T::GUARD));
        self.router = self.router.route(path, on(filter, handler));
        self
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}

macro_rules! methods {
    ($($name:ident $method:ident),+) => {
        impl<S: Clone + Send + Sync + 'static> Routes<S> {
            $(
                #[doc = concat!("Lets `handler` answer `", stringify!($method), "` on `path`.")]
                ///
                /// # Panics
                /// As [`Router::route`]: when the path is malformed, or has a handler for the method.
                pub fn $name<H, T>(self, path: &str, handler: H) -> Self
                where
                    H: Handler<T, S>,
                    T: Guarded + 'static,
                {
                    self.on(stringify!($method), MethodFilter::$method, path, handler)
                }
            )+
        }
    };
}

methods!(get GET, head HEAD, post POST, put PUT, patch PATCH, delete DELETE);

impl<S> fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Routes").field("list", &self.list).finish_non_exhaustive()
    }
}
