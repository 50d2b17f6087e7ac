//! What a store of API keys must do.

use std::{sync::Arc, time::Duration};

use portcullis::{ApiKeyRecord, ApiKeyStore, Inserted, KeyHash, StoreError, Timestamp};

use super::{CALLERS, Outcome, count, together};

type Store = Arc<dyn ApiKeyStore>;

/// With milliseconds, which a store must keep.
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_123);
const MINUTE: Duration = Duration::from_secs(60);

fn record(owner: &str, id: &str) -> ApiKeyRecord {
    ApiKeyRecord {
        id: id.to_owned(),
        hash: KeyHash::of(id.as_bytes()),
        owner: owner.to_owned(),
        name: "robot".to_owned(),
        scopes: vec!["read".to_owned(), "write".to_owned()],
        start: "cft_live_abcd".to_owned(),
        created_at: NOW,
        not_before: None,
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
    }
}

async fn insert(store: &Store, record: ApiKeyRecord) -> Outcome {
    assert_eq!(store.insert(record).await?, Inserted::Inserted);
    Ok(())
}

async fn found(store: &Store, id: &str) -> Result<ApiKeyRecord, StoreError> {
    Ok(store.find(id).await?.expect("the key is there"))
}

/// Nothing is lost on the way to the store and back.
pub(super) async fn an_inserted_key_is_found_whole(store: Store) -> Outcome {
    let (not_before, expires_at) = (Some(NOW.after(MINUTE)), Some(NOW.after(2 * MINUTE)));
    let key = ApiKeyRecord { not_before, expires_at, last_used_at: Some(NOW), ..record("ann", "one") };
    insert(&store, key.clone()).await?;
    assert_eq!(found(&store, "one").await?, key);
    assert_eq!(store.list("ann").await?, [key]);
    Ok(())
}

/// Text that a format might trip over, and what may be empty.
pub(super) async fn what_is_odd_is_kept(store: Store) -> Outcome {
    let mut odd =
        ApiKeyRecord { name: "'; --\u{1f512}".to_owned(), ..record("a'n\"n:\\ {%}\n\u{e9}", "one") };
    odd.scopes = vec!["a:b".to_owned(), "\u{e9}'".to_owned()];
    odd.hash = KeyHash::from_bytes([255; 32]);
    insert(&store, odd.clone()).await?;
    let bare = ApiKeyRecord { scopes: Vec::new(), name: String::new(), ..record("bare", "two") };
    insert(&store, bare.clone()).await?;
    assert_eq!(found(&store, "one").await?, odd);
    assert_eq!(found(&store, "two").await?, bare);
    Ok(())
}

pub(super) async fn an_unknown_key_is_not_found(store: Store) -> Outcome {
    assert_eq!(store.find("one").await?, None);
    assert_eq!(store.list("ann").await?, []);
    Ok(())
}

pub(super) async fn inserting_never_overwrites(store: Store) -> Outcome {
    insert(&store, record("ann", "one")).await?;
    assert_eq!(store.insert(record("bob", "one")).await?, Inserted::Taken);
    assert_eq!(found(&store, "one").await?, record("ann", "one"));
    assert_eq!(store.list("bob").await?, []);
    Ok(())
}

/// Letter case, blanks and wildcards make another id.
pub(super) async fn ids_are_compared_exactly(store: Store) -> Outcome {
    insert(&store, record("ann", "AbC")).await?;
    for other in ["abc", "ABC", "AbC ", "AbC%", "%", "Ab_", "", "AbCd"] {
        assert_eq!(store.find(other).await?, None, "{other:?}");
        assert!(!store.revoke("ann", other, NOW).await?, "{other:?}");
    }
    Ok(())
}

/// it can be told from an unknown one, and is listed no more.
pub(super) async fn a_revoked_key_is_found_and_says_so(store: Store) -> Outcome {
    insert(&store, record("ann", "one")).await?;
    assert!(store.revoke("ann", "one", NOW.after(MINUTE)).await?);
    let revoked = ApiKeyRecord { revoked_at: Some(NOW.after(MINUTE)), ..record("ann", "one") };
    assert_eq!(found(&store, "one").await?, revoked);
    assert_eq!(store.list("ann").await?, []);
    assert_eq!(store.insert(record("ann", "one")).await?, Inserted::Taken);
    Ok(())
}

/// The first time is the one that stands.
pub(super) async fn a_key_is_revoked_once(store: Store) -> Outcome {
    insert(&store, record("ann", "one")).await?;
    assert!(store.revoke("ann", "one", NOW).await?);
    assert!(!store.revoke("ann", "one", NOW.after(MINUTE)).await?);
    assert_eq!(found(&store, "one").await?.revoked_at, Some(NOW));
    assert!(!store.revoke("ann", "two", NOW).await?);
    Ok(())
}

pub(super) async fn nobody_revokes_anothers_key(store: Store) -> Outcome {
    insert(&store, record("ann", "one")).await?;
    for other in ["bob", "Ann", "ann ", "", "%"] {
        assert!(!store.revoke(other, "one", NOW).await?, "{other:?}");
    }
    assert_eq!(found(&store, "one").await?, record("ann", "one"));
    Ok(())
}

pub(super) async fn lists_are_ones_own_and_newest_first(store: Store) -> Outcome {
    for (id, age) in [("old", 2), ("new", 0), ("mid", 1)] {
        insert(&store, ApiKeyRecord { created_at: NOW.before(age * MINUTE), ..record("ann", id) }).await?;
    }
    for other in ["bob", "Ann", "ann:"] {
        insert(&store, record(other, other)).await?;
    }
    let ids: Vec<_> = store.list("ann").await?.into_iter().map(|key| key.id).collect();
    assert_eq!(ids, ["new", "mid", "old"]);
    Ok(())
}

/// requests may be recorded out of order, and nothing else is written.
pub(super) async fn a_use_keeps_the_latest(store: Store) -> Outcome {
    insert(&store, record("ann", "one")).await?;
    for at in [NOW.after(MINUTE), NOW] {
        store.record_use("one", at).await?;
        let used = ApiKeyRecord { last_used_at: Some(NOW.after(MINUTE)), ..record("ann", "one") };
        assert_eq!(found(&store, "one").await?, used);
    }
    Ok(())
}

pub(super) async fn a_use_creates_nothing(store: Store) -> Outcome {
    store.record_use("one", NOW).await?;
    assert_eq!(store.find("one").await?, None);
    Ok(())
}

/// a use that was on its way when the key was revoked.
pub(super) async fn a_use_revives_nothing(store: Store) -> Outcome {
    insert(&store, record("ann", "one")).await?;
    assert!(store.revoke("ann", "one", NOW).await?);
    store.record_use("one", NOW.after(MINUTE)).await?;
    assert_eq!(found(&store, "one").await?.revoked_at, Some(NOW));
    assert_eq!(store.list("ann").await?, []);
    Ok(())
}

pub(super) async fn one_of_many_insertions_wins(store: Store) -> Outcome {
    let inserted = together(CALLERS, |n| {
        let (store, own) = (store.clone(), record(&format!("caller-{n}"), "one"));
        async move { Ok(store.insert(own).await? == Inserted::Inserted) }
    });
    let inserted = inserted.await?;
    assert_eq!(count(&inserted), 1);
    let winner = inserted.iter().position(|inserted| *inserted).map(|n| format!("caller-{n}"));
    assert_eq!(Some(found(&store, "one").await?.owner), winner);
    Ok(())
}

pub(super) async fn one_of_many_revocations_counts(store: Store) -> Outcome {
    insert(&store, record("ann", "one")).await?;
    let revoked = together(CALLERS, |_| {
        let store = store.clone();
        async move { store.revoke("ann", "one", NOW).await }
    });
    assert_eq!(count(&revoked.await?), 1);
    Ok(())
}

pub(super) async fn the_latest_of_many_uses_stays(store: Store) -> Outcome {
    insert(&store, record("ann", "one")).await?;
    let at = |n: usize| NOW.after(Duration::from_millis(u64::try_from(n).unwrap_or_default()));
    together(CALLERS, |n| {
        let store = store.clone();
        // Not in the order of the calls.
        async move { store.record_use("one", at((n * 37) % CALLERS)).await }
    })
    .await?;
    assert_eq!(found(&store, "one").await?.last_used_at, Some(at(CALLERS - 1)));
    Ok(())
}

/// A-03, lesson/verification-writes-nothing-back: revoked stays revoked.
pub(super) async fn uses_race_with_a_revocation(store: Store) -> Outcome {
    insert(&store, record("ann", "one")).await?;
    together(CALLERS, |n| {
        let store = store.clone();
        async move {
            if n == CALLERS / 2 {
                assert!(store.revoke("ann", "one", NOW).await?);
                return Ok(());
            }
            store.record_use("one", NOW.after(MINUTE)).await
        }
    })
    .await?;
    let key = found(&store, "one").await?;
    assert_eq!((key.revoked_at, key.last_used_at), (Some(NOW), Some(NOW.after(MINUTE))));
    Ok(())
}
