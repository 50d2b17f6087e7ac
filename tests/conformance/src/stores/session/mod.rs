//! What a store of sessions must do.

mod race;

use std::{sync::Arc, time::Duration};

use portcullis::{
    Created, Factor, Grants, Loaded, Renewal, Renewed, SessionKey, SessionRecord, SessionStore, StoreError,
    Successor, Timestamp,
};

use super::Outcome;
pub(super) use race::{
    a_regrant_races_with_touches, endings_race_with_touches, one_of_many_creations_wins,
    one_of_many_deletions_counts, one_of_many_rotations_wins, rotations_race_with_a_deletion,
    the_latest_of_many_touches_stays, touches_race_with_a_deletion, touches_race_with_a_rotation,
};

type Store = Arc<dyn SessionStore>;

/// With milliseconds, which a store must keep.
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_123);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

fn key(n: u8) -> SessionKey {
    SessionKey::from_bytes([n; 32])
}

/// A session of `subject` under key `n`, with the handle `handle-n`.
fn record(subject: &str, n: u8) -> SessionRecord {
    SessionRecord {
        key: key(n),
        handle: format!("handle-{n}"),
        subject: subject.to_owned(),
        grants: grants(&["read", "write"], &["admin"]),
        factors: vec![Factor::Password],
        created_at: NOW,
        authenticated_at: NOW,
        last_used_at: NOW,
        idle: HOUR,
        expires_at: NOW.after(24 * HOUR),
        client: Some([127, 0, 0, 1].into()),
        user_agent: Some("suite".to_owned()),
    }
}

fn grants(scopes: &[&str], roles: &[&str]) -> Grants {
    let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    Grants { scopes: owned(scopes), roles: owned(roles) }
}

fn renewal(n: u8, at: Timestamp) -> Renewal {
    let factors = vec![Factor::Password, Factor::OneTimePassword];
    Renewal { key: key(n), at, expires_at: at.after(24 * HOUR), factors }
}

async fn create(store: &Store, record: SessionRecord) -> Outcome {
    assert_eq!(store.create(record, None).await?, Created::Created);
    Ok(())
}

async fn live(store: &Store, n: u8, now: Timestamp) -> Result<SessionRecord, StoreError> {
    match store.load(&key(n), now).await? {
        Loaded::Live(record) => Ok(*record),
        other => panic!("session {n} is {other:?}"),
    }
}

/// Nothing is lost on the way to the store and back.
pub(super) async fn a_created_session_is_loaded_whole(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    assert_eq!(live(&store, 1, NOW).await?, record("ann", 1));
    assert_eq!(store.list("ann").await?, [record("ann", 1)]);
    Ok(())
}

/// Text that a format might trip over, values at the edge, and what may be absent.
pub(super) async fn what_is_odd_is_kept(store: Store) -> Outcome {
    let mut odd = record("a'n\"n:\\ {%}\n\u{e9}\u{1f512}", 1);
    odd.grants = grants(&["a:b", "'; --", "\u{e9}"], &[]);
    odd.factors = vec![Factor::Multiple, Factor::HardwareKey, Factor::Password];
    odd.client = Some("2001:db8::1".parse().expect("an address"));
    odd.user_agent = Some("\u{fffd}'\"".repeat(20));
    create(&store, odd.clone()).await?;
    let mut bare = record("bare", 2);
    bare.grants = Grants::default();
    bare.factors = Vec::new();
    (bare.client, bare.user_agent) = (None, None);
    bare.idle = Duration::from_millis(1_500);
    create(&store, bare.clone()).await?;
    assert_eq!(live(&store, 1, NOW).await?, odd);
    assert_eq!(live(&store, 2, NOW).await?, bare);
    Ok(())
}

/// S-03: nor does asking make one.
pub(super) async fn an_unknown_key_is_unknown(store: Store) -> Outcome {
    for _ in 0..2 {
        assert_eq!(store.load(&key(1), NOW).await?, Loaded::Unknown);
    }
    assert_eq!(store.list("ann").await?, []);
    Ok(())
}

pub(super) async fn creating_never_overwrites(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    let other = SessionRecord { subject: "bob".to_owned(), ..record("bob", 1) };
    assert_eq!(store.create(other, None).await?, Created::Exists);
    assert_eq!(live(&store, 1, NOW).await?, record("ann", 1));
    assert_eq!(store.list("bob").await?, []);
    Ok(())
}

/// A creation that does not happen does none of its halves.
pub(super) async fn creating_in_vain_replaces_nothing(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    create(&store, record("ann", 2)).await?;
    assert_eq!(store.create(record("ann", 1), Some(&key(2))).await?, Created::Exists);
    assert_eq!(live(&store, 2, NOW).await?, record("ann", 2));
    Ok(())
}

/// S-04: the session that a login replaces dies in the same step, whosever it is.
pub(super) async fn a_replaced_session_is_dead(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    assert_eq!(store.create(record("bob", 2), Some(&key(1))).await?, Created::Created);
    assert_eq!(store.load(&key(1), NOW).await?, Loaded::Rotated(None));
    assert_eq!(store.list("ann").await?, []);
    assert_eq!(live(&store, 2, NOW).await?, record("bob", 2));
    Ok(())
}

pub(super) async fn replacing_nobody_creates(store: Store) -> Outcome {
    assert_eq!(store.create(record("ann", 2), Some(&key(1))).await?, Created::Created);
    assert_eq!(live(&store, 2, NOW).await?, record("ann", 2));
    assert_eq!(store.load(&key(1), NOW).await?, Loaded::Unknown);
    Ok(())
}

/// S-06: requests may be recorded out of order.
pub(super) async fn a_touch_keeps_the_latest_use(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    let (later, latest) = (NOW.after(MINUTE), NOW.after(2 * MINUTE));
    for at in [latest, later] {
        assert!(store.touch(&key(1), at).await?);
        assert_eq!(live(&store, 1, latest).await?.last_used_at, latest);
    }
    Ok(())
}

/// S-07, S-09: least of all the absolute deadline.
pub(super) async fn a_touch_changes_nothing_else(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    let at = NOW.after(MINUTE);
    store.touch(&key(1), at).await?;
    assert_eq!(live(&store, 1, at).await?, SessionRecord { last_used_at: at, ..record("ann", 1) });
    Ok(())
}

pub(super) async fn a_touch_creates_nothing(store: Store) -> Outcome {
    assert!(!store.touch(&key(1), NOW).await?);
    assert_eq!(store.load(&key(1), NOW).await?, Loaded::Unknown);
    Ok(())
}

/// S-05: key, times and factors are new; handle, subject, grants, beginning and client stay.
pub(super) async fn a_rotation_moves_the_session(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    let at = NOW.after(MINUTE);
    assert_eq!(store.rotate(&key(1), renewal(2, at)).await?, Renewed::Renewed);
    let Renewal { key, expires_at, factors, .. } = renewal(2, at);
    let (last_used_at, authenticated_at) = (at, at);
    let moved =
        SessionRecord { key, expires_at, factors, last_used_at, authenticated_at, ..record("ann", 1) };
    assert_eq!(live(&store, 2, at).await?, moved);
    assert_eq!(store.list("ann").await?, [moved]);
    Ok(())
}

pub(super) async fn a_rotation_of_nothing_creates_nothing(store: Store) -> Outcome {
    assert_eq!(store.rotate(&key(1), renewal(2, NOW)).await?, Renewed::Gone);
    assert_eq!(store.load(&key(2), NOW).await?, Loaded::Unknown);
    assert_eq!(store.list("ann").await?, []);
    Ok(())
}

/// S-22: without grace.
pub(super) async fn a_rotated_key_is_dead(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    assert_eq!(store.rotate(&key(1), renewal(2, NOW)).await?, Renewed::Renewed);
    let handle = record("ann", 1).handle;
    let successor = Successor { subject: "ann".to_owned(), handle };
    assert_eq!(store.load(&key(1), NOW).await?, Loaded::Rotated(Some(successor)));
    assert!(!store.touch(&key(1), NOW).await?);
    assert_eq!(store.rotate(&key(1), renewal(3, NOW)).await?, Renewed::Gone);
    assert_eq!(store.load(&key(3), NOW).await?, Loaded::Unknown);
    Ok(())
}

/// Decision 14: a tombstone of 60 seconds, to the millisecond.
pub(super) async fn a_rotated_key_is_remembered_for_a_minute(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    assert_eq!(store.rotate(&key(1), renewal(2, NOW)).await?, Renewed::Renewed);
    let over = NOW.after(MINUTE);
    assert!(matches!(store.load(&key(1), over.before(Duration::from_millis(1))).await?, Loaded::Rotated(_)));
    assert_eq!(store.load(&key(1), over).await?, Loaded::Unknown);
    Ok(())
}

/// Whoever sees a session in a list can still end it after its id has changed.
pub(super) async fn a_rotated_session_keeps_its_handle(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    assert_eq!(store.rotate(&key(1), renewal(2, NOW)).await?, Renewed::Renewed);
    assert!(store.delete("ann", "handle-1").await?);
    assert_eq!(store.load(&key(2), NOW).await?, Loaded::Unknown);
    Ok(())
}

/// S-17: somebody else's handle is nobody's.
pub(super) async fn deleting_needs_subject_and_handle(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    for (subject, handle) in [("bob", "handle-1"), ("ann", "handle-2"), ("ann", ""), ("", "handle-1")] {
        assert!(!store.delete(subject, handle).await?, "{subject} {handle}");
    }
    assert_eq!(live(&store, 1, NOW).await?, record("ann", 1));
    assert!(store.delete("ann", "handle-1").await?);
    assert!(!store.delete("ann", "handle-1").await?);
    Ok(())
}

/// S-21: no step brings it back.
pub(super) async fn deleted_stays_deleted(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    assert!(store.delete("ann", "handle-1").await?);
    assert!(!store.touch(&key(1), NOW.after(MINUTE)).await?);
    assert_eq!(store.rotate(&key(1), renewal(2, NOW)).await?, Renewed::Gone);
    assert_eq!(store.regrant("ann", &Grants::default()).await?, 0);
    for n in [1, 2] {
        assert_eq!(store.load(&key(n), NOW).await?, Loaded::Unknown);
    }
    assert_eq!(store.list("ann").await?, []);
    Ok(())
}

pub(super) async fn lists_are_ones_own_and_newest_first(store: Store) -> Outcome {
    for n in [2, 3, 1] {
        let created_at = NOW.after(u32::from(n) * MINUTE);
        create(&store, SessionRecord { created_at, ..record("ann", n) }).await?;
    }
    create(&store, record("bob", 4)).await?;
    let handles: Vec<_> = store.list("ann").await?.into_iter().map(|record| record.handle).collect();
    assert_eq!(handles, ["handle-3", "handle-2", "handle-1"]);
    assert_eq!(store.list("nobody").await?, []);
    Ok(())
}

/// No separator, letter case or prefix makes two subjects one.
pub(super) async fn subjects_are_told_apart_exactly(store: Store) -> Outcome {
    let subjects = ["ann", "Ann", "ann:1", "ann%", "ann ", "a_n", "an", "\u{e5}nn"];
    for (subject, n) in subjects.into_iter().zip(1..) {
        create(&store, record(subject, n)).await?;
    }
    assert_eq!(store.delete_all_but("ann", None).await?, 1);
    for (subject, n) in subjects.into_iter().zip(1..).skip(1) {
        assert_eq!(store.list(subject).await?, [record(subject, n)], "{subject}");
    }
    Ok(())
}

/// S-17: what is kept must be the subject's own.
pub(super) async fn all_but_one_end(store: Store) -> Outcome {
    for n in [1, 2, 3] {
        create(&store, record("ann", n)).await?;
    }
    create(&store, record("bob", 4)).await?;
    assert_eq!(store.delete_all_but("ann", Some("handle-2")).await?, 2);
    assert_eq!(store.list("ann").await?, [record("ann", 2)]);
    assert_eq!(store.delete_all_but("ann", Some("handle-4")).await?, 1);
    assert_eq!(store.delete_all_but("ann", None).await?, 0);
    assert_eq!(store.list("bob").await?, [record("bob", 4)]);
    for n in [1, 2, 3] {
        assert_eq!(store.load(&key(n), NOW).await?, Loaded::Unknown);
    }
    Ok(())
}

/// S-16.
pub(super) async fn everybodys_end(store: Store) -> Outcome {
    assert_eq!(store.delete_everything().await?, 0);
    create(&store, record("ann", 1)).await?;
    create(&store, record("bob", 2)).await?;
    assert_eq!(store.delete_everything().await?, 2);
    for n in [1, 2] {
        assert_eq!(store.load(&key(n), NOW).await?, Loaded::Unknown);
    }
    assert_eq!(store.list("ann").await?, []);
    Ok(())
}

/// In every session of the subject, in nobody else's, and nothing but the grants.
pub(super) async fn grants_are_replaced_everywhere(store: Store) -> Outcome {
    create(&store, record("ann", 1)).await?;
    create(&store, record("ann", 2)).await?;
    create(&store, record("bob", 3)).await?;
    let less = grants(&["read"], &[]);
    assert_eq!(store.regrant("ann", &less).await?, 2);
    assert_eq!(store.regrant("nobody", &less).await?, 0);
    for n in [1, 2] {
        assert_eq!(live(&store, n, NOW).await?, SessionRecord { grants: less.clone(), ..record("ann", n) });
    }
    assert_eq!(live(&store, 3, NOW).await?, record("bob", 3));
    Ok(())
}

/// S-27: what was not used for `idle`, and what is past its absolute deadline; nothing else.
pub(super) async fn purging_takes_what_is_over(store: Store) -> Outcome {
    let at = NOW.after(HOUR);
    create(&store, record("ann", 1)).await?;
    let used = SessionRecord { last_used_at: NOW.after(MINUTE), ..record("ann", 2) };
    create(&store, used.clone()).await?;
    create(&store, SessionRecord { expires_at: at, ..used.clone() }.under(3)).await?;
    assert_eq!(store.purge(at).await?, 2);
    assert_eq!(store.purge(at).await?, 0);
    assert_eq!(store.list("ann").await?, std::slice::from_ref(&used));
    assert_eq!(live(&store, 2, at).await?, used);
    Ok(())
}

trait Under {
    fn under(self, n: u8) -> Self;
}

impl Under for SessionRecord {
    fn under(self, n: u8) -> Self {
        Self { key: key(n), handle: format!("handle-{n}"), ..self }
    }
}
