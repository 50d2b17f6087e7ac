//! Makes hashes and compares with them.

use std::time::Duration;

use argon2::password_hash::phc::Output;
use zeroize::Zeroizing;

use super::{
    budget::Budget,
    cost::Cost,
    hash::PasswordHash,
    outcome::{HashError, HashErrorKind, HasherError, Verified},
    recipe::{Recipe, TAG},
    text::{Form, Password},
};
use crate::secret::same;

/// 128 MiB: six runs of the default cost at once.
const BUDGET: u64 = 128 * 1024 * 1024;
const WAIT: Duration = Duration::from_secs(2);

/// Hashes passwords with argon2id, beside the async workers and behind a memory budget.
///
/// Clones share the budget; an application wants one. Both operations need a tokio runtime with its time
/// driver enabled, and panic outside of one.
#[derive(Clone, Debug)]
pub struct Hasher {
    cost: Cost,
    budget: Budget,
}

impl Hasher {
    /// argon2id with 19,456 KiB, two passes and one lane (OWASP Password Storage Cheat Sheet), a budget of 128
    /// MiB, and at most two seconds of waiting for a share of it.
    pub fn new() -> Self {
        Self::at(Cost::DEFAULT)
    }

    /// argon2id with `m_kib` KiB of memory, `t` passes and `p` lanes.
    ///
    /// # Errors
    /// [`HasherError::TooWeak`] unless memory and passes reach at least one line of OWASP's list: 47104 and 1,
    /// 19456 and 2, 12288 and 3, 9216 and 4, 7168 and 5 (the last two do not satisfy ASVS 5.0 appendix C).
    /// [`HasherError::TooCostly`] above 256 MiB, 16 passes or 16 lanes, or below 8 KiB a lane.
    pub fn with_params(m_kib: u32, t: u32, p: u32) -> Result<Self, HasherError> {
        let cost = Cost::new(m_kib, t, p);
        if !cost.is_enough() {
            return Err(HasherError::TooWeak);
        }
        if !cost.is_bounded() {
            return Err(HasherError::TooCostly);
        }
        Ok(Self::at(cost))
    }

    fn at(cost: Cost) -> Self {
        Self { cost, budget: Budget::new(BUDGET, cost.m, WAIT) }
    }

    /// How many bytes of memory all runs together may take; always room for one. Set before cloning: a budget
    /// that was set is a new one.
    #[must_use]
    pub fn memory_budget(mut self, bytes: u64) -> Self {
        self.budget = Budget::new(bytes, self.cost.m, self.budget.wait);
        self
    }

    /// How long a call waits for its share of the budget before it answers [`HashErrorKind::Busy`].
    #[must_use]
    pub fn wait(mut self, longest: Duration) -> Self {
        self.budget.wait = longest;
        self
    }

    /// Hashes `password` with a fresh random salt of 16 bytes, to a tag of 32.
    ///
    /// # Errors
    /// [`HashErrorKind::TooLong`] above 1,024 bytes, before any work: a password is never truncated. The other
    /// kinds say why it could not be done now.
    pub async fn hash(&self, password: &Password) -> Result<PasswordHash, HashError> {
        if password.too_long() {
            return Err(HashErrorKind::TooLong.into());
        }
        let recipe = Recipe::fresh(self.cost)?;
        let text = owned(password.bytes(recipe.form));
        let work = move || {
            let tag = tag(&recipe, &text, TAG)?;
            Ok(PasswordHash::from_store(recipe.write(&tag)))
        };
        self.budget.run(self.cost.m, work).await
    }

    /// Compares `password` with a stored hash, at the stored hash's own cost.
    ///
    /// Exactly one run, whatever the outcome: without a hash (an unknown name, an account without a
    /// password) or with a broken one, a run at this hasher's cost. A password of more than 1,024 bytes costs
    /// the same and matches nothing.
    ///
    /// # Errors
    /// Never about the password: the kind says why it could not be decided.
    pub async fn verify(
        &self,
        password: &Password,
        hash: Option<&PasswordHash>,
    ) -> Result<Verified, HashError> {
        let (recipe, wanted, no) = match hash.map(PasswordHash::read) {
            Some(Ok((recipe, tag))) => (recipe, Some(tag), Verified::Mismatch),
            Some(Err(_)) => (Recipe::dummy(self.cost), None, Verified::Broken),
            None => (Recipe::dummy(self.cost), None, Verified::Mismatch),
        };
        let (memory, possible) = (recipe.cost.m, !password.too_long());
        let text = owned(if possible { password.bytes(recipe.form) } else { &[] });
        let work = move || {
            let tag = tag(&recipe, &text, wanted.as_ref().map_or(TAG, Output::len))?;
            let equal = wanted.is_some_and(|wanted| same(&tag, wanted.as_bytes()));
            Ok(if equal && possible { Verified::Match } else { no })
        };
        self.budget.run(memory, work).await
    }

    /// Whether a hash should be made again when its password is next at hand: it is weaker than a new one, or
    /// was made over the password as typed, or cannot be verified. Replace it with
    /// [`AccountStore::replace_hash`](crate::AccountStore::replace_hash) after a login that matched.
    pub fn needs_rehash(&self, hash: &PasswordHash) -> bool {
        hash.read().map_or(true, |(recipe, tag)| {
            recipe.form == Form::Typed || tag.len() < TAG || recipe.is_below(self.cost)
        })
    }
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

/// A copy that the work can take with it, wiped when it ends.
fn owned(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(bytes.to_vec())
}

fn tag(recipe: &Recipe, password: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>, HashError> {
    let mut tag = Zeroizing::new(vec![0; length]);
    recipe.run(password, &mut tag).map_err(kind)?;
    Ok(tag)
}

fn kind(error: argon2::Error) -> HashErrorKind {
    match error {
        argon2::Error::OutOfMemory => HashErrorKind::OutOfMemory,
        _ => HashErrorKind::Failed,
    }
}
