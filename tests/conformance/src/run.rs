//! One adapter's run of every case.

use std::{
    process::exit,
    sync::{Arc, Mutex, PoisonError},
};

use libtest_mimic::{Arguments, Failed, Trial};

use crate::{Adapter, Case, Exception, Reference, all_cases};

/// Runs every case on the adapter as a test of its own, and ends the process: the `main` of a test file with
/// `harness = false`.
pub fn run(adapter: impl Adapter, exceptions: &'static [Exception]) -> ! {
    let arguments = Arguments::from_args();
    let adapter: Arc<dyn Adapter> = Arc::new(adapter);
    let tally = Arc::new(Mutex::new(Tally::default()));
    let mut trials: Vec<_> =
        all_cases().map(|case| trial(case, adapter.clone(), exceptions, tally.clone())).collect();
    let name = adapter.name();
    trials.push(Trial::test(format!("{name}::exceptions_name_cases"), || known(exceptions)));
    let conclusion = libtest_mimic::run(&arguments, trials);
    let tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
    let Tally { cases, differences, exceptions } = *tally;
    println!("{name}: {cases} cases, {differences} differences, {exceptions} exceptions");
    exit(i32::from(conclusion.has_failed()) * 101);
}

#[derive(Default)]
struct Tally {
    cases: usize,
    differences: usize,
    exceptions: usize,
}

fn trial(
    case: &'static Case,
    adapter: Arc<dyn Adapter>,
    exceptions: &'static [Exception],
    tally: Arc<Mutex<Tally>>,
) -> Trial {
    Trial::test(format!("{}::{}", adapter.name(), case.name), move || {
        let verdict = case.judge(&Reference::new(), &*adapter, exceptions);
        let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.cases += 1;
        tally.differences += verdict.differences.len();
        tally.exceptions += exceptions.iter().filter(|exception| exception.case == case.name).count();
        if verdict.is_good() { Ok(()) } else { Err(Failed::from(verdict.message())) }
    })
}

/// An exception for a case that does not exist excuses nothing, and hides that somebody renamed it.
fn known(exceptions: &[Exception]) -> Result<(), Failed> {
    let unknown = |exception: &&Exception| all_cases().all(|case| case.name != exception.case);
    match exceptions.iter().find(unknown) {
        None => Ok(()),
        Some(exception) => Err(format!("there is no case {}", exception.case).into()),
    }
}
