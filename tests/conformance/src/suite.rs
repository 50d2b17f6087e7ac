//! The suite as a test binary: every case for an adapter, compared with the reference.

use std::{
    process::ExitCode,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use libtest_mimic::{Arguments, Failed, Trial};

use crate::{Adapter, Case, reference::Reference, run::perform_on, transcript::Transcript};

/// A case in which a framework answers before the adapter can.
#[derive(Clone, Copy, Debug)]
pub struct Exception {
    /// The case.
    pub case: &'static str,
    /// The status that the framework answers by itself: in the first exchange in which it differs from the
    /// reference's, else in the first of all.
    pub status: u16,
    /// Why the adapter cannot do otherwise.
    pub reason: &'static str,
}

#[derive(Debug, Default)]
struct Count {
    cases: AtomicUsize,
    differing: AtomicUsize,
    excepted: AtomicUsize,
}

/// Runs every case for `A`, by the command line of a test binary, and prints a line that counts them.
pub fn run<A: Adapter>(exceptions: &'static [Exception]) -> ExitCode {
    let arguments = Arguments::from_args();
    quiet();
    let count = Arc::new(Count::default());
    let cases = crate::cases();
    if let Some(stray) = exceptions.iter().find(|e| cases.iter().all(|case| case.name != e.case)) {
        eprintln!("there is no case {} to except", stray.case);
        return ExitCode::FAILURE;
    }
    let trials = cases.into_iter().map(|case| {
        let exception = exceptions.iter().find(|exception| exception.case == case.name);
        let count = count.clone();
        Trial::test(format!("{}::{}", A::NAME, case.name), move || judge::<A>(&case, exception, &count))
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    if !arguments.list {
        println!(
            "{}: {} cases, {} differ from the reference, {} exceptions\n",
            A::NAME,
            count.cases.load(Ordering::SeqCst),
            count.differing.load(Ordering::SeqCst),
            count.excepted.load(Ordering::SeqCst),
        );
    }
    conclusion.exit_code()
}

fn judge<A: Adapter>(case: &Case, exception: Option<&Exception>, count: &Count) -> Result<(), Failed> {
    count.cases.fetch_add(1, Ordering::SeqCst);
    let complaints = complaints::<A>(case, exception);
    match (exception, complaints) {
        (None, complaints) if complaints.is_empty() => Ok(()),
        (None, complaints) => {
            count.differing.fetch_add(1, Ordering::SeqCst);
            Err(complaints.join("\n").into())
        }
        (Some(_), complaints) if complaints.is_empty() => {
            count.excepted.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }
        (Some(exception), complaints) => {
            Err(format!("excepted because {}\n{}", exception.reason, complaints.join("\n")).into())
        }
    }
}

/// What is wrong with an adapter's run of a case.
fn complaints<A: Adapter>(case: &Case, exception: Option<&Exception>) -> Vec<String> {
    let (ours, outcome) = perform_on::<A>(case);
    let (theirs, expected) = perform_on::<Reference>(case);
    if let Err(message) = expected {
        return vec![format!("the reference itself fails: {message}")];
    }
    let mut complaints = ours.differences(&theirs);
    complaints.extend(outcome.err());
    let Some(exception) = exception else { return complaints };
    if complaints.is_empty() {
        return vec!["the exception is no longer needed: delete it".to_owned()];
    }
    let pairs = || ours.exchanges.iter().zip(&theirs.exchanges);
    let own = pairs().find(|(a, b)| a.reply.status != b.reply.status).or_else(|| pairs().next());
    match own.map(|(ours, _)| ours.reply.status) {
        Some(status) if status == exception.status => Vec::new(),
        status => vec![format!("the framework's own answer is {status:?}, not {}", exception.status)],
    }
}

/// Cases that a broken adapter fails: their names.
pub fn red(serve: impl Fn(Arc<crate::World>) -> crate::Server) -> Vec<&'static str> {
    quiet();
    let red = |(case, theirs): &(Case, &Transcript)| {
        let (ours, outcome) = crate::run::perform(case, &serve);
        outcome.is_err() || !ours.differences(theirs).is_empty()
    };
    crate::cases().into_iter().zip(reference()).filter(red).map(|(case, _)| case.name).collect()
}

/// What the reference does in every case: found out once, however many adapters are broken.
fn reference() -> &'static [Transcript] {
    static ALL: OnceLock<Vec<Transcript>> = OnceLock::new();
    ALL.get_or_init(|| crate::cases().iter().map(|case| perform_on::<Reference>(case).0).collect())
}

/// Panics are part of the suite: of cases that fail, and of stores that are told to. They are reported where
/// they belong, not on the way.
fn quiet() {
    static ONCE: Mutex<bool> = Mutex::new(false);
    let mut done = ONCE.lock().unwrap_or_else(PoisonError::into_inner);
    if !*done {
        std::panic::set_hook(Box::new(|_| ()));
        *done = true;
    }
}
