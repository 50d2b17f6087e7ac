//! One case: a name, what it covers, the world it begins in, and what it does.

use crate::{Run, world::Setup};

/// A case of the suite.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// `room::what_is_observed`.
    pub name: &'static str,
    /// The requirements and lessons that it covers, by their ids in `coverage.txt`.
    pub covers: &'static [&'static str],
    /// What is special about its world.
    pub setup: Setup,
    /// What it does; it panics when something is not as it should be.
    pub run: fn(&mut Run),
}

/// A room's table of cases: `name: "ID", "ID" => setup;`.
macro_rules! cases {
    (@setup) => { $crate::world::Setup::default() };
    (@setup $setup:expr) => { $setup };
    ($room:literal; $($name:ident: $($id:literal),+ $(=> $setup:expr)?;)+) => {
        pub(super) fn cases() -> Vec<$crate::Case> {
            vec![$($crate::Case {
                name: concat!($room, "::", stringify!($name)),
                covers: &[$($id),+],
                setup: cases!(@setup $($setup)?),
                run: $name,
            }),+]
        }
    };
}
pub(crate) use cases;
