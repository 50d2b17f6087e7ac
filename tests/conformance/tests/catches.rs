//! The suite can fail: the reference, broken in one way, turns exactly the cases red that `catches.txt` names.

use std::{collections::BTreeSet, process::ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use portcullis_conformance::{
    red,
    reference::{Flaw, flawed},
};

fn main() -> ExitCode {
    let trials = Flaw::ALL.map(|flaw| {
        let name = format!("{flaw:?}");
        Trial::test(name.clone(), move || compare(&name, &red(move |world| flawed(world, flaw))))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.into()).exit_code()
}

/// The cases that must go red: the lines below the flaw's name.
fn expected(flaw: &str) -> BTreeSet<&'static str> {
    let lines = include_str!("catches.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let below = lines.skip_while(|line| *line != flaw).skip(1);
    below.take_while(|line| line.starts_with(' ')).map(str::trim).collect()
}

fn compare(flaw: &str, red: &[&'static str]) -> Result<(), Failed> {
    let (expected, red) = (expected(flaw), red.iter().copied().collect::<BTreeSet<_>>());
    if red.is_empty() {
        return Err("nobody notices".into());
    }
    let list = |names: Vec<&&'static str>| names.into_iter().copied().collect::<Vec<_>>().join("\n  ");
    let surplus = list(red.difference(&expected).collect());
    let missing = list(expected.difference(&red).collect());
    if surplus.is_empty() && missing.is_empty() {
        return Ok(());
    }
    Err(format!("red, but not listed:\n  {surplus}\nlisted, but not red:\n  {missing}").into())
}
