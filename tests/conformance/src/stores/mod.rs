//! Suites for stores: every implementation of a store trait passes all of its cases.
//!
//! Give each suite a function that makes an empty store. It is called once for each case, inside the case's
//! own tokio runtime, so that a pool of connections lives where it is used. A store that is kept elsewhere
//! makes itself a place of its own: a database, a schema, a prefix.
//!
//! ```
//! use std::future::ready;
//!
//! use portcullis::{MemoryAccounts, MemoryApiKeys, MemorySessions};
//! use portcullis_conformance::stores::{accounts, api_keys, sessions};
//!
//! // In a test binary without harness, `main` returns `stores::run(…)` of these.
//! let suites = [
//!     sessions("memory", || ready(MemorySessions::new())),
//!     api_keys("memory", || ready(MemoryApiKeys::new())),
//!     accounts("memory", || ready(MemoryAccounts::new())),
//! ];
//! assert!(suites.concat().iter().all(|case| case.name().starts_with("memory::")));
//! ```

mod account;
mod api_key;
mod session;

use std::{fmt, future::Future, pin::Pin, process::ExitCode, sync::Arc};

use libtest_mimic::{Arguments, Failed, Trial};
use portcullis::{AccountStore, ApiKeyStore, SessionStore, StoreError};
use tokio::sync::Barrier;

/// How many callers a store faces at once.
const CALLERS: usize = 100;

/// What a case of a store comes to: a panic says that the store is wrong, an error that it did not answer.
type Outcome = Result<(), StoreError>;

type Run = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Outcome> + Send>> + Send + Sync>;

/// A case of a store's suite.
#[derive(Clone)]
pub struct StoreCase {
    name: String,
    run: Run,
}

impl StoreCase {
    /// The store's name, the suite's, and the case's: `memory::session::deleted_stays_deleted`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs the case.
    ///
    /// # Errors
    /// [`StoreError`] when the store did not answer. What the store answers wrongly is a panic.
    pub fn run(&self) -> Outcome {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
        runtime.expect("a runtime").block_on((self.run)())
    }
}

impl fmt::Debug for StoreCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StoreCase").field(&self.name).finish()
    }
}

/// Declares a suite: the function that makes its cases for a store, by the names of the cases' functions.
macro_rules! suite {
    ($(#[$meta:meta])* $suite:ident in $room:ident: $store:ident; $($name:ident)+) => {
        $(#[$meta])*
        pub fn $suite<S, F>(store: &str, make: impl Fn() -> F + Send + Sync + 'static) -> Vec<StoreCase>
        where
            S: $store,
            F: Future<Output = S> + Send + 'static,
        {
            let make = Arc::new(make);
            vec![$({
                let make = make.clone();
                StoreCase {
                    name: format!("{store}::{}::{}", stringify!($room), stringify!($name)),
                    run: Arc::new(move || {
                        let made = make();
                        Box::pin(async move { $room::$name(Arc::new(made.await)).await })
                    }),
                }
            }),+]
        }
    };
}

suite! {
    /// The suite of [`SessionStore`].
    sessions in session: SessionStore;
    a_created_session_is_loaded_whole
    what_is_odd_is_kept
    an_unknown_key_is_unknown
    creating_never_overwrites
    creating_in_vain_replaces_nothing
    a_replaced_session_is_dead
    replacing_nobody_creates
    a_touch_keeps_the_latest_use
    a_touch_changes_nothing_else
    a_touch_creates_nothing
    a_rotation_moves_the_session
    a_rotation_of_nothing_creates_nothing
    a_rotated_key_is_dead
    a_rotated_key_is_remembered_for_a_minute
    a_rotated_session_keeps_its_handle
    deleting_needs_subject_and_handle
    deleted_stays_deleted
    lists_are_ones_own_and_newest_first
    subjects_are_told_apart_exactly
    all_but_one_end
    everybodys_end
    grants_are_replaced_everywhere
    purging_takes_what_is_over
    one_of_many_creations_wins
    one_of_many_rotations_wins
    one_of_many_deletions_counts
    the_latest_of_many_touches_stays
    touches_race_with_a_deletion
    rotations_race_with_a_deletion
    touches_race_with_a_rotation
    a_regrant_races_with_touches
    endings_race_with_touches
}

suite! {
    /// The suite of [`ApiKeyStore`].
    api_keys in api_key: ApiKeyStore;
    an_inserted_key_is_found_whole
    what_is_odd_is_kept
    an_unknown_key_is_not_found
    inserting_never_overwrites
    ids_are_compared_exactly
    a_revoked_key_is_found_and_says_so
    a_key_is_revoked_once
    nobody_revokes_anothers_key
    lists_are_ones_own_and_newest_first
    a_use_keeps_the_latest
    a_use_creates_nothing
    a_use_revives_nothing
    one_of_many_insertions_wins
    one_of_many_revocations_counts
    the_latest_of_many_uses_stays
    uses_race_with_a_revocation
}

suite! {
    /// The suite of [`AccountStore`].
    accounts in account: AccountStore;
    an_inserted_account_is_found_whole
    what_is_odd_is_kept
    nobody_is_not_found
    every_spelling_of_a_name_is_one
    a_taken_name_stays_taken
    a_taken_subject_stays_taken
    a_disabled_account_is_found
    a_hash_is_replaced
    another_hash_is_not_replaced
    a_hash_of_nobody_is_not_replaced
    an_account_without_a_password_gets_none
    replacing_changes_nothing_else
    one_of_many_insertions_wins
    one_of_many_replacements_wins
}

/// Runs suites by the command line of a test binary: the `main` of one without harness.
pub fn run(suites: impl IntoIterator<Item = Vec<StoreCase>>) -> ExitCode {
    let trial = |case: StoreCase| {
        let name = case.name.clone();
        Trial::test(name, move || case.run().map_err(|error| Failed::from(error.to_string())))
    };
    let trials = suites.into_iter().flatten().map(trial).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Calls `call` for 0, 1, 2 … at the same moment, and returns what each came to, in that order.
async fn together<T, F>(callers: usize, call: impl Fn(usize) -> F) -> Result<Vec<T>, StoreError>
where
    T: Send + 'static,
    F: Future<Output = Result<T, StoreError>> + Send + 'static,
{
    let start = Arc::new(Barrier::new(callers));
    let calls: Vec<_> = (0..callers)
        .map(|caller| {
            let (start, call) = (start.clone(), call(caller));
            tokio::spawn(async move {
                start.wait().await;
                call.await
            })
        })
        .collect();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.expect("a store does not panic")?);
    }
    Ok(answers)
}

/// How many of them are true.
fn count(answers: &[bool]) -> usize {
    answers.iter().filter(|answer| **answer).count()
}
