//! The cases, room by room. Each function's documentation begins with the lines that it covers: the ids of
//! `coverage.txt`, separated by commas, then a colon.

mod http;

use crate::Case;

/// Every case.
pub fn all_cases() -> impl Iterator<Item = &'static Case> {
    [http::CASES].into_iter().flatten()
}
