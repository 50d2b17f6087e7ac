//! What a store of accounts must do.

use std::sync::Arc;

use portcullis::{Account, AccountStore, Inserted, LoginName, PasswordHash, StoreError};

use super::{CALLERS, Outcome, count, together};

type Store = Arc<dyn AccountStore>;

fn name(login: &str) -> LoginName {
    login.parse().expect("a login name")
}

fn hash(n: usize) -> PasswordHash {
    PasswordHash::from_store(format!("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$hash{n}"))
}

/// An account with hash 0.
fn account(subject: &str, login: &str) -> Account {
    let mut account = Account::with_subject(subject, name(login));
    account.password = Some(hash(0));
    account.scopes = vec!["read".to_owned(), "write".to_owned()];
    account.roles = vec!["admin".to_owned()];
    account
}

async fn insert(store: &Store, account: Account) -> Outcome {
    assert_eq!(store.insert(account).await?, Inserted::Inserted);
    Ok(())
}

async fn stored(store: &Store, subject: &str) -> Result<Account, StoreError> {
    Ok(store.by_subject(subject).await?.expect("the account is there"))
}

/// Nothing is lost on the way to the store and back.
pub(super) async fn an_inserted_account_is_found_whole(store: Store) -> Outcome {
    insert(&store, account("1", "ann")).await?;
    assert_eq!(store.find(&name("ann")).await?, Some(account("1", "ann")));
    assert_eq!(store.by_subject("1").await?, Some(account("1", "ann")));
    Ok(())
}

/// Text that a format might trip over, and what may be absent.
pub(super) async fn what_is_odd_is_kept(store: Store) -> Outcome {
    let mut odd = account("1'\":\\{%}", "o'brien+x@b\u{fc}cher.example");
    odd.scopes = vec!["a:b".to_owned(), "\u{e9}'".to_owned()];
    odd.password = Some(PasswordHash::from_store("no hash at all"));
    insert(&store, odd.clone()).await?;
    let bare = Account::with_subject("2", name("bare"));
    insert(&store, bare.clone()).await?;
    assert_eq!(store.find(&odd.login).await?, Some(odd));
    assert_eq!(store.find(&bare.login).await?, Some(bare));
    Ok(())
}

pub(super) async fn nobody_is_not_found(store: Store) -> Outcome {
    insert(&store, account("1", "ann")).await?;
    for other in ["bob", "an", "ann%", "an_", "anna"] {
        assert_eq!(store.find(&name(other)).await?, None, "{other}");
    }
    for other in ["ann", "", "%", "11", "1 "] {
        assert_eq!(store.by_subject(other).await?, None, "{other:?}");
    }
    Ok(())
}

/// L-10: the canonical form decides, and the store adds no folding of its own.
pub(super) async fn every_spelling_of_a_name_is_one(store: Store) -> Outcome {
    insert(&store, account("1", "Ann@Example.org")).await?;
    assert_eq!(store.find(&name(" ANN@example.ORG ")).await?, Some(account("1", "ann@example.org")));
    assert_eq!(store.insert(account("2", "ann@EXAMPLE.org")).await?, Inserted::Taken);
    insert(&store, account("2", "\u{e5}nn@example.org")).await?;
    assert_eq!(store.find(&name("ann@example.org")).await?, Some(account("1", "ann@example.org")));
    Ok(())
}

/// Nothing of the second account is stored.
pub(super) async fn a_taken_name_stays_taken(store: Store) -> Outcome {
    insert(&store, account("1", "ann")).await?;
    let other = Account::with_subject("2", name("ann"));
    assert_eq!(store.insert(other).await?, Inserted::Taken);
    assert_eq!(store.by_subject("2").await?, None);
    assert_eq!(store.find(&name("ann")).await?, Some(account("1", "ann")));
    Ok(())
}

/// Nor is its name.
pub(super) async fn a_taken_subject_stays_taken(store: Store) -> Outcome {
    insert(&store, account("1", "ann")).await?;
    assert_eq!(store.insert(account("1", "bob")).await?, Inserted::Taken);
    assert_eq!(store.find(&name("bob")).await?, None);
    assert_eq!(stored(&store, "1").await?, account("1", "ann"));
    insert(&store, account("2", "bob")).await
}

/// Whether it may log in is not the store's to judge.
pub(super) async fn a_disabled_account_is_found(store: Store) -> Outcome {
    let mut off = account("1", "off");
    off.disabled = true;
    insert(&store, off.clone()).await?;
    assert_eq!(store.find(&name("off")).await?, Some(off.clone()));
    assert_eq!(store.by_subject("1").await?, Some(off));
    Ok(())
}

pub(super) async fn a_hash_is_replaced(store: Store) -> Outcome {
    insert(&store, account("1", "ann")).await?;
    assert!(store.replace_hash("1", &hash(0), &hash(1)).await?);
    assert_eq!(stored(&store, "1").await?.password, Some(hash(1)));
    assert_eq!(store.find(&name("ann")).await?.and_then(|account| account.password), Some(hash(1)));
    Ok(())
}

/// A hash that is made anew does not undo a password change that came between.
pub(super) async fn another_hash_is_not_replaced(store: Store) -> Outcome {
    insert(&store, account("1", "ann")).await?;
    assert!(store.replace_hash("1", &hash(0), &hash(1)).await?);
    assert!(!store.replace_hash("1", &hash(0), &hash(2)).await?);
    assert_eq!(stored(&store, "1").await?.password, Some(hash(1)));
    Ok(())
}

pub(super) async fn a_hash_of_nobody_is_not_replaced(store: Store) -> Outcome {
    insert(&store, account("1", "ann")).await?;
    for other in ["2", "ann", "", "%"] {
        assert!(!store.replace_hash(other, &hash(0), &hash(1)).await?, "{other:?}");
    }
    assert_eq!(store.by_subject("2").await?, None);
    assert_eq!(stored(&store, "1").await?, account("1", "ann"));
    Ok(())
}

pub(super) async fn an_account_without_a_password_gets_none(store: Store) -> Outcome {
    insert(&store, Account::with_subject("1", name("ann"))).await?;
    assert!(!store.replace_hash("1", &hash(0), &hash(1)).await?);
    assert_eq!(stored(&store, "1").await?.password, None);
    Ok(())
}

pub(super) async fn replacing_changes_nothing_else(store: Store) -> Outcome {
    insert(&store, account("1", "ann")).await?;
    insert(&store, account("2", "bob")).await?;
    assert!(store.replace_hash("1", &hash(0), &hash(1)).await?);
    let mut expected = account("1", "ann");
    expected.password = Some(hash(1));
    assert_eq!(stored(&store, "1").await?, expected);
    assert_eq!(stored(&store, "2").await?, account("2", "bob"));
    Ok(())
}

/// The losers leave nothing behind.
pub(super) async fn one_of_many_insertions_wins(store: Store) -> Outcome {
    let inserted = together(CALLERS, |n| {
        let (store, own) = (store.clone(), account(&n.to_string(), "ann"));
        async move { Ok(store.insert(own).await? == Inserted::Inserted) }
    });
    let inserted = inserted.await?;
    assert_eq!(count(&inserted), 1);
    for (n, inserted) in inserted.into_iter().enumerate() {
        assert_eq!(store.by_subject(&n.to_string()).await?.is_some(), inserted, "caller {n}");
    }
    Ok(())
}

pub(super) async fn one_of_many_replacements_wins(store: Store) -> Outcome {
    insert(&store, account("1", "ann")).await?;
    let replaced = together(CALLERS, |n| {
        let store = store.clone();
        async move { store.replace_hash("1", &hash(0), &hash(n + 1)).await }
    });
    let replaced = replaced.await?;
    assert_eq!(count(&replaced), 1);
    let winner = replaced.iter().position(|replaced| *replaced).map(|n| hash(n + 1));
    assert_eq!(stored(&store, "1").await?.password, winner);
    Ok(())
}
