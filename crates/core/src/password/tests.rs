use super::{cost::Cost, recipe::Recipe, *};

/// The password of the strings below, which argon2-cffi 25 made.
const CORRECT: &str = "correct horse ba";

async fn verified(password: &str, phc: &str) -> Verified {
    let hash = PasswordHash::from_store(phc);
    Hasher::new().verify(&Password::from(password), Some(&hash)).await.unwrap()
}

async fn hashed(password: &str) -> PasswordHash {
    Hasher::new().hash(&Password::from(password)).await.unwrap()
}

/// P-01, P-02 A new hash is argon2id version 19 at the default cost, with a salt of 16 bytes, a tag of 32, and never
/// twice the same.
#[tokio::test]
async fn a_new_hash_is_a_phc_string() {
    let [one, two] = [hashed(CORRECT).await, hashed(CORRECT).await];
    assert_ne!(one, two);
    let fields: Vec<&str> = one.as_str().split('$').collect();
    assert_eq!(fields[..4], ["", "argon2id", "v=19", "m=19456,t=2,p=1,keyid=bmZj"]);
    assert_eq!([fields[4].len(), fields[5].len()], [22, 43]);
    assert_eq!(one.as_str().parse(), Ok(one.clone()));
    assert!(!Hasher::new().needs_rehash(&one));
    assert_eq!(verified(CORRECT, one.as_str()).await, Verified::Match);
}

/// P-01 A weaker or an unbounded configuration is an error.
#[test]
fn parameters_are_judged() {
    assert_eq!(Hasher::with_params(19_456, 1, 1).unwrap_err(), HasherError::TooWeak);
    assert_eq!(Hasher::with_params(7_167, 16, 1).unwrap_err(), HasherError::TooWeak);
    assert_eq!(Hasher::with_params(19_456, 2, 0).unwrap_err(), HasherError::TooWeak);
    assert_eq!(Hasher::with_params(19_456, 2, 17).unwrap_err(), HasherError::TooCostly);
    assert_eq!(Hasher::with_params(u32::MAX, 2, 1).unwrap_err(), HasherError::TooCostly);
    assert!(Hasher::with_params(47_104, 1, 1).is_ok());
}

/// P-03 Hashes made elsewhere verify; those below the default are told apart.
#[tokio::test]
async fn argon2_made_elsewhere_verifies() {
    let salt = "AAECAwQFBgcICQoLDA0ODw";
    for (start, tag, below) in [
        ("argon2id$v=19$m=19456,t=2,p=1", "7uNiR3wrM38nReXn+q8MJZL0hGJCbgPeRpwSehwDVgU", false),
        ("argon2id$v=19$m=65536,t=3,p=4", "I716PYvZKPoKTV07PYp/ASD01D7oQpeESBEPv9HhopA", false),
        ("argon2id$v=19$m=4096,t=3,p=1", "exHcQE3RbZDjGR3Gq7iW83edG4kdxtvq7tlQs64Bxs8", true),
        ("argon2id$v=19$m=19456,t=1,p=1", "cJ21zl9LfE/NGtc9vRcEHcuxI3J/B4azGqFX0aScaUE", true),
        ("argon2i$v=19$m=19456,t=3,p=1", "pcyv0BLEKLk/cRFCVUmUgkzbXwy8iZ1etNiqtn8q8O8", true),
        ("argon2id$v=16$m=19456,t=2,p=1", "XMEVXAkelQD5LwQGXLXCvM/q7W2Wgv52F0voh+2crIE", true),
    ] {
        let phc = format!("${start}${salt}${tag}");
        assert_eq!(verified(CORRECT, &phc).await, Verified::Match, "{start}");
        assert_eq!(verified("correct horse bb", &phc).await, Verified::Mismatch, "{start}");
        assert_eq!(Recipe::parse(&phc).unwrap().0.is_below(Cost::DEFAULT), below, "{start}");
        assert!(Hasher::new().needs_rehash(&PasswordHash::from_store(phc)), "{start}: no mark");
    }
}

/// P-04 Malformed and hostile strings are broken, without a panic; none is taken for a match.
#[tokio::test]
async fn hostile_strings_are_broken() {
    use PasswordHashFault::{Foreign, Malformed, TooCostly};
    let end = "AAECAwQFBgcICQoLDA0ODw$7uNiR3wrM38nReXn+q8MJZL0hGJCbgPeRpwSehwDVgU";
    for (start, fault) in [
        ("argon2id$v=19$m=4294967295,t=2,p=1$", TooCostly),
        ("argon2id$v=19$m=19456,t=4294967295,p=1$", TooCostly),
        ("argon2id$v=19$m=19456,t=2,p=16777215$", TooCostly),
        ("argon2id$v=19$m=0,t=0,p=0$", TooCostly),
        ("argon2id$v=19$m=99999999999,t=2,p=1$", Malformed),
        ("argon2id$v=19$m=-1,t=2,p=1$", Malformed),
        ("argon2id$v=19$m=19456,t=2$", Malformed),
        ("argon2id$v=19$m=19456,m=8,t=2,p=1$", Malformed),
        ("argon2id$v=19$m=19456,t=2,p=1,data=AAAA$", Malformed),
        ("argon2id$v=19$m=19456,t=2,p=1$=", Malformed),
        ("argon2id$v=19$m=19456,t=2,p=1$é", Malformed),
        ("argon2id$v=20$m=19456,t=2,p=1$", Foreign),
        ("scrypt$v=19$m=19456,t=2,p=1$", Foreign),
    ] {
        assert_eq!(format!("${start}{end}").parse::<PasswordHash>(), Err(fault), "{start}");
    }
    assert_eq!("$".repeat(100_000).parse::<PasswordHash>(), Err(Malformed));
    assert_eq!(verified(CORRECT, "$2b$12$abc").await, Verified::Broken);
    let planted = format!("$argon2id$v=19$m=4294967295,t=2,p=1${end}");
    assert_eq!(verified(CORRECT, &planted).await, Verified::Broken);
    assert!(Hasher::new().needs_rehash(&PasswordHash::from_store("")));
}

/// P-07 Too long is an error when a password is set, and no match at login, at whatever length.
#[tokio::test]
async fn too_long_is_never_truncated() {
    let longest = "x".repeat(1024);
    let hash = hashed(&longest).await;
    assert_eq!(verified(&longest, hash.as_str()).await, Verified::Match);
    for length in [1025, 1_000_000] {
        let long = Password::from("x".repeat(length));
        let error = Hasher::new().hash(&long).await.unwrap_err();
        assert_eq!(error.kind(), HashErrorKind::TooLong);
        let answer = Hasher::new().verify(&long, Some(&hash)).await;
        assert_eq!(answer, Ok(Verified::Mismatch));
    }
    let empty = hashed("").await;
    let answer = Hasher::new().verify(&Password::from("x".repeat(1025)), Some(&empty)).await;
    assert_eq!(answer, Ok(Verified::Mismatch), "too long is not empty");
}

/// P-08, P-10 Every byte counts: behind the 72nd, behind a NUL, in space and in case.
#[tokio::test]
async fn every_byte_counts() {
    let long = "q".repeat(72);
    for (set, tried) in [
        (format!("{long}A"), format!("{long}B")),
        ("before\0after".into(), "before\0later".into()),
        ("before\0".into(), "before".into()),
        ("pw ".into(), "pw".into()),
        ("Pw".into(), "pw".into()),
    ] {
        let hash = hashed(&set).await;
        assert_eq!(verified(&tried, hash.as_str()).await, Verified::Mismatch, "{tried:?}");
        assert_eq!(verified(&set, hash.as_str()).await, Verified::Match, "{set:?}");
    }
}

/// P-11 Both spellings are one password; a hash made elsewhere over form D verifies, and is to be made again.
#[tokio::test]
async fn spellings_are_one_password() {
    let (composed, decomposed) = ("P\u{e4}ssw\u{f6}rd", "Pa\u{308}sswo\u{308}rd");
    for (set, tried) in [(composed, decomposed), (decomposed, composed)] {
        let hash = hashed(set).await;
        assert_eq!(verified(tried, hash.as_str()).await, Verified::Match);
    }
    let (hash, other) = (elsewhere(decomposed), elsewhere(composed));
    assert_eq!(verified(decomposed, hash.as_str()).await, Verified::Match);
    assert_eq!(verified(decomposed, other.as_str()).await, Verified::Mismatch);
    assert!(Hasher::new().needs_rehash(&hash));
}

fn elsewhere(typed: &str) -> PasswordHash {
    let made = Recipe::dummy(Cost::DEFAULT);
    let mut tag = [0; 32];
    made.run(typed.as_bytes(), &mut tag).unwrap();
    PasswordHash::from_store(made.write(&tag).replace(",keyid=bmZj", ""))
}

/// P-18 A hash that asks for more than the whole budget is verified, alone.
#[tokio::test]
async fn more_than_the_budget_is_no_deadlock() {
    let hash = Hasher::with_params(47_104, 1, 1).unwrap().hash(&Password::from(CORRECT)).await.unwrap();
    let small = Hasher::new().memory_budget(0);
    let password = Password::from(CORRECT);
    assert_eq!(small.verify(&password, Some(&hash)).await, Ok(Verified::Match));
}

/// P-19 Without a hash the work is the same and nothing matches.
#[tokio::test]
async fn no_hash_never_matches() {
    let hasher = Hasher::new();
    for password in [CORRECT, ""] {
        let answer = hasher.verify(&Password::from(password), None).await;
        assert_eq!(answer, Ok(Verified::Mismatch));
    }
}

/// P-23 `Debug` prints nothing of a hash.
#[test]
fn a_hash_shows_nothing() {
    let hash = PasswordHash::from_store("$argon2id$v=19$m=8,t=1,p=1$c2FsdA$dGFn");
    assert_eq!(format!("{hash:?}"), "[redacted]");
}
