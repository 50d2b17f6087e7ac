//! One case: a name, and a function that every adapter must pass.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{
    Adapter, Bench, Exception,
    compare::{Difference, Exchange, broken_exceptions, differences},
    panics,
};

/// One case.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Its room and its name, `sessions::id_changes_at_login`.
    pub name: &'static str,
    pub(crate) run: fn(&Bench<'_>),
}

/// Lists the cases of a room, each of them a function.
macro_rules! cases {
    ($room:ident: $($name:ident),+ $(,)?) => {
        pub(super) const CASES: &[crate::Case] = &[$(
            crate::Case { name: concat!(stringify!($room), "::", stringify!($name)), run: $name },
        )+];
    };
}

pub(crate) use cases;

/// What one run of a case was like.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    exchanges: Vec<Exchange>,
    failure: Option<String>,
}

/// What two runs of a case, the reference's and an adapter's, say of the adapter.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// What the case found wrong by itself.
    pub failures: Vec<String>,
    /// Where the adapter is not as the reference.
    pub differences: Vec<Difference>,
}

impl Verdict {
    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        self.failures.is_empty() && self.differences.is_empty()
    }

    /// All that is wrong, for people.
    pub fn message(&self) -> String {
        let differences = self.differences.iter().map(ToString::to_string);
        self.failures.iter().cloned().chain(differences).collect::<Vec<_>>().join("\n")
    }
}

impl Case {
    /// Runs the case on an adapter and on the reference, and compares.
    pub fn judge(&self, reference: &dyn Adapter, adapter: &dyn Adapter, exceptions: &[Exception]) -> Verdict {
        self.compare(&self.outcome(reference, Vec::new()), adapter, exceptions)
    }

    /// Runs the case on an adapter, and compares with how it went on the reference.
    pub(crate) fn compare(&self, reference: &Outcome, adapter: &dyn Adapter, all: &[Exception]) -> Verdict {
        let exceptions: Vec<_> = all.iter().filter(|exception| exception.case == self.name).collect();
        let outcome = self.outcome(adapter, exceptions.clone());
        let told =
            |who: &str, failure: &Option<String>| failure.as_ref().map(|text| format!("{who}: {text}"));
        let broken = broken_exceptions(&reference.exchanges, &outcome.exchanges, &exceptions);
        let mut failures: Vec<_> = told("the reference", &reference.failure).into_iter().collect();
        failures.extend(told(adapter.name(), &outcome.failure));
        failures.extend(broken);
        Verdict { failures, differences: differences(&reference.exchanges, &outcome.exchanges) }
    }

    pub(crate) fn outcome(&self, adapter: &dyn Adapter, exceptions: Vec<&Exception>) -> Outcome {
        let bench = Bench::new(adapter, exceptions);
        panics::listen();
        let ended = catch_unwind(AssertUnwindSafe(|| (self.run)(&bench)));
        let failure = ended.is_err().then(panics::last);
        Outcome { exchanges: bench.into_exchanges(), failure }
    }
}
