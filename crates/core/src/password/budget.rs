//! How much is hashed at once.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task, time,
};

use super::outcome::{HashError, HashErrorKind};

/// The most that a budget can be, in KiB: 256 GiB, which every platform's semaphore can count.
const MOST: u32 = 1 << 28;

/// Memory that is shared by everything that runs in it. The permits are KiB.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    total: u32,
    least: u32,
    free: Arc<Semaphore>,
    pub(super) wait: Duration,
}

impl Budget {
    /// `bytes` in all, of which every run takes at least `least` KiB; room for one run at any rate.
    pub(super) fn new(bytes: u64, least: u32, wait: Duration) -> Self {
        let total = u32::try_from(bytes / 1024).unwrap_or(MOST).clamp(least, MOST);
        let free = Arc::new(Semaphore::new(total as usize));
        Self { total, least, free, wait }
    }

    /// Runs `work`, which takes `kib` of memory, beside the async workers.
    ///
    /// The share goes with the work: it is given back when the work ends, even if nobody waits for it any more.
    pub(super) async fn run<T, W>(&self, kib: u32, work: W) -> Result<T, HashError>
    where
        T: Send + 'static,
        W: FnOnce() -> Result<T, HashError> + Send + 'static,
    {
        let share = self.share(kib).await?;
        let run = move || {
            let _share = share;
            work()
        };
        task::spawn_blocking(run).await.map_err(|_| HashErrorKind::Failed)?
    }

    /// Never less than a new hash takes, so that the number of runs is bounded too; never more than there is,
    /// so that a stored hash larger than the budget runs alone and does not wait for ever.
    async fn share(&self, kib: u32) -> Result<OwnedSemaphorePermit, HashError> {
        let kib = kib.clamp(self.least, self.total);
        let share = Arc::clone(&self.free).acquire_many_owned(kib);
        let share = time::timeout(self.wait, share).await.map_err(|_| HashErrorKind::Busy)?;
        Ok(share.map_err(|_| HashErrorKind::Failed)?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const SOON: Duration = Duration::from_millis(20);

    fn one_share() -> Budget {
        Budget::new(0, 10, SOON)
    }

    /// P-18 The surplus is told so, after a bounded wait.
    #[tokio::test]
    async fn the_surplus_is_busy() {
        let budget = one_share();
        let _held = budget.share(1).await.unwrap();
        let answer = budget.run(1, || Ok(())).await;
        assert_eq!(answer.unwrap_err().kind(), HashErrorKind::Busy);
    }

    /// P-18 Who drops the request does not free the share while the work goes on.
    #[tokio::test]
    async fn the_share_stays_with_the_work() {
        let budget = one_share();
        let (started, starts) = mpsc::channel();
        let (end, ends) = mpsc::channel::<()>();
        let shared = budget.clone();
        let request = tokio::spawn(async move {
            let work = move || {
                let _ = started.send(());
                let _ = ends.recv();
                Ok(())
            };
            shared.run(10, work).await
        });
        task::spawn_blocking(move || starts.recv()).await.unwrap().unwrap();
        request.abort();
        assert!(request.await.unwrap_err().is_cancelled());
        assert_eq!(budget.share(10).await.unwrap_err().kind(), HashErrorKind::Busy);
        end.send(()).unwrap();
        let patient = Budget { wait: Duration::from_secs(60), ..budget };
        assert_eq!(patient.run(10, || Ok(7)).await.unwrap(), 7);
    }

    /// P-18 What is larger than the budget runs alone; what is smaller counts like a new hash.
    #[tokio::test]
    async fn shares_are_bounded_both_ways() {
        let budget = Budget::new(25 * 1024, 10, SOON);
        assert_eq!(budget.share(1_000).await.unwrap().num_permits(), 25);
        assert_eq!(budget.share(1).await.unwrap().num_permits(), 10);
        assert_eq!(Budget::new(u64::MAX, 10, SOON).total, MOST);
    }

    /// P-18 Work that panics gives its share back, and the caller an error.
    #[tokio::test]
    async fn a_panic_is_an_error() {
        let budget = one_share();
        let answer = budget.run(1, || -> Result<(), HashError> { panic!("in the work") }).await;
        assert_eq!(answer.unwrap_err().kind(), HashErrorKind::Failed);
        assert!(budget.share(10).await.is_ok());
    }
}
