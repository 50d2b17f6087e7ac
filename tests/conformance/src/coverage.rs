//! The list of what the suite covers, held against the suite.

use std::collections::BTreeSet;

/// What is wrong between `coverage.txt` and the table of cases: a line that says `here` without a case, a case
/// whose id is not `here`, a line that cannot be read.
pub fn check() -> Vec<String> {
    let covered: BTreeSet<&str> =
        crate::cases().iter().flat_map(|case| case.covers.iter().copied()).collect();
    let lines =
        include_str!("../coverage.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut complaints = Vec::new();
    let mut listed = BTreeSet::new();
    for line in lines {
        match read(line) {
            Err(what) => complaints.push(format!("{what}: {line}")),
            Ok((id, _)) if !listed.insert(id) => complaints.push(format!("{id} is listed twice")),
            Ok((id, true)) if !covered.contains(id) => {
                complaints.push(format!("{id} is said to be here, and no case names it"));
            }
            Ok((id, false)) if covered.contains(id) => {
                complaints.push(format!("{id} has a case, and is not said to be here"));
            }
            Ok(_) => {}
        }
    }
    complaints.extend(covered.difference(&listed).map(|id| format!("{id} has a case, and is not listed")));
    complaints
}

/// The id of a line, and whether it is said to be covered here.
fn read(line: &str) -> Result<(&str, bool), &'static str> {
    let (head, meaning) = line.split_once(" | ").ok_or("there is no meaning")?;
    let mut words = head.split(' ');
    let (id, level, state) = (words.next(), words.next(), words.next());
    let (Some(id), Some("MUST" | "SHOULD"), Some(state)) = (id, level, state) else {
        return Err("there is no id, level and state");
    };
    let detail = words.next().is_some();
    match state {
        _ if meaning.trim().is_empty() => Err("there is no meaning"),
        "here" if !detail => Ok((id, true)),
        "later" | "not-for-adapters" if detail => Ok((id, false)),
        _ => Err("the state is here, later CAPABILITY or not-for-adapters REASON"),
    }
}
