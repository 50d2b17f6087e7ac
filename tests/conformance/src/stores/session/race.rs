//! What a store of sessions must do for many callers at once.

use std::time::Duration;

use portcullis::{Created, Loaded, Renewed, SessionRecord};

use super::{MINUTE, NOW, Store, Under, create, grants, key, live, record, renewal};
use crate::stores::{CALLERS, Outcome, count, together};

pub(in crate::stores) async fn one_of_many_creations_wins(store: Store) -> Outcome {
    let created = together(CALLERS, |n| {
        let store = store.clone();
        let own = SessionRecord { handle: format!("caller-{n}"), ..record("ann", 1) };
        async move { Ok(store.create(own, None).await? == Created::Created) }
    });
    let created = created.await?;
    assert_eq!(count(&created), 1);
    let winner = created.iter().position(|created| *created).map(|n| format!("caller-{n}"));
    assert_eq!(Some(live(&store, 1, NOW).await?.handle), winner);
    assert_eq!(store.list("ann").await?.len(), 1);
    Ok(())
}

/// S-22: never two live ids.
pub(in crate::stores) async fn one_of_many_rotations_wins(store: Store) -> Outcome {
    create(&store, record("ann", 0)).await?;
    let renewed = together(CALLERS, |n| {
        let (store, next) = (store.clone(), u8::try_from(n + 1).expect("few callers"));
        async move { Ok(store.rotate(&key(0), renewal(next, NOW)).await? == Renewed::Renewed) }
    });
    let renewed = renewed.await?;
    assert_eq!(count(&renewed), 1);
    let winner = renewed.iter().position(|renewed| *renewed).and_then(|n| u8::try_from(n + 1).ok());
    let keys: Vec<_> = store.list("ann").await?.into_iter().map(|record| record.key).collect();
    assert_eq!(keys, winner.map(key).as_slice());
    assert!(matches!(store.load(&key(0), NOW).await?, Loaded::Rotated(_)));
    Ok(())
}

pub(in crate::stores) async fn one_of_many_deletions_counts(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    let deleted = together(CALLERS, |_| {
        let store = store.clone();
        async move { store.delete("ann", "handle-1").await }
    });
    assert_eq!(count(&deleted.await?), 1);
    Ok(())
}

pub(in crate::stores) async fn the_latest_of_many_touches_stays(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    let at = |n: usize| NOW.after(Duration::from_millis(u64::try_from(n).unwrap_or_default()));
    let touched = together(CALLERS, |n| {
        let store = store.clone();
        // Not in the order of the calls.
        async move { store.touch(&key(1), at((n * 37) % CALLERS)).await }
    });
    assert_eq!(count(&touched.await?), CALLERS);
    assert_eq!(live(&store, 1, NOW).await?.last_used_at, at(CALLERS - 1));
    Ok(())
}

/// S-21: whoever comes first, in the end there is none.
pub(in crate::stores) async fn touches_race_with_a_deletion(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    together(CALLERS, |n| {
        let store = store.clone();
        async move {
            if n == CALLERS / 2 {
                return store.delete("ann", "handle-1").await;
            }
            store.touch(&key(1), NOW.after(MINUTE)).await
        }
    })
    .await?;
    assert_eq!(store.load(&key(1), NOW).await?, Loaded::Unknown);
    assert_eq!(store.list("ann").await?, []);
    Ok(())
}

/// S-21: before the rotation, the old id is ended; after it, the new one, whose handle is the same.
pub(in crate::stores) async fn rotations_race_with_a_deletion(store: Store) -> Outcome {
    for round in 0..u8::try_from(CALLERS).unwrap_or(u8::MAX) {
        let old = record("ann", 0).under(round);
        let handle = old.handle.clone();
        create(&store, old).await?;
        together(2, |n| {
            let (store, handle) = (store.clone(), handle.clone());
            async move {
                if n == 0 {
                    return store.delete("ann", &handle).await;
                }
                Ok(store.rotate(&key(round), renewal(200, NOW)).await? == Renewed::Renewed)
            }
        })
        .await?;
        assert_eq!(store.list("ann").await?, [], "round {round}");
        assert_eq!(store.load(&key(200), NOW).await?, Loaded::Unknown, "round {round}");
    }
    Ok(())
}

/// S-22: a use under the old id neither revives it nor undoes the rotation.
pub(in crate::stores) async fn touches_race_with_a_rotation(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    let at = NOW.after(MINUTE);
    together(CALLERS, |n| {
        let store = store.clone();
        async move {
            if n == CALLERS / 2 {
                return Ok(store.rotate(&key(1), renewal(2, at)).await? == Renewed::Renewed);
            }
            store.touch(&key(1), NOW).await
        }
    })
    .await?;
    assert!(matches!(store.load(&key(1), at).await?, Loaded::Rotated(_)));
    let moved = live(&store, 2, at).await?;
    assert_eq!((moved.last_used_at, moved.authenticated_at), (at, at));
    assert_eq!(store.list("ann").await?.len(), 1);
    Ok(())
}

/// A touch that wrote back the record that it had read would undo the regrant.
pub(in crate::stores) async fn a_regrant_races_with_touches(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    together(CALLERS, |n| {
        let store = store.clone();
        async move {
            if n == CALLERS / 2 {
                return Ok(store.regrant("ann", &grants(&["read"], &[])).await? == 1);
            }
            let at = NOW.after(Duration::from_millis(u64::try_from(n).unwrap_or_default()));
            store.touch(&key(1), at).await
        }
    })
    .await?;
    assert_eq!(live(&store, 1, NOW).await?.grants, grants(&["read"], &[]));
    Ok(())
}

/// S-16, S-17: "everywhere" means every session that there was.
pub(in crate::stores) async fn endings_race_with_touches(store: Store) -> Outcome {
    for n in 0..10 {
        create(&store, record("ann", n)).await?;
    }
    together(CALLERS, |n| {
        let (store, touched) = (store.clone(), u8::try_from(n % 10).unwrap_or_default());
        async move {
            if n == CALLERS / 2 {
                return Ok(store.delete_all_but("ann", Some("handle-3")).await? == 9);
            }
            store.touch(&key(touched), NOW.after(MINUTE)).await
        }
    })
    .await?;
    let left: Vec<_> = store.list("ann").await?.into_iter().map(|record| record.handle).collect();
    assert_eq!(left, ["handle-3"]);
    Ok(())
}
