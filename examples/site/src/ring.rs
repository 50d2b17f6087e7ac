//! The site's secret: one file, from which a key is derived for each purpose.

use std::{
    fmt, fs,
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use aws_lc_rs::hkdf;
use data_encoding::BASE64URL_NOPAD;
use portcullis::Secret;

/// The site's root secret, 256 random bits. `Debug` shows nothing of it.
#[derive(Clone, Debug)]
pub struct Ring(Secret);

impl Ring {
    /// Reads the secret file, or creates it where there is none.
    ///
    /// # Errors
    /// [`RingError`] when it cannot be read or created, is a link, can be read by others, or holds something
    /// else.
    pub fn open(path: &Path) -> Result<Self, RingError> {
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::create(path),
            Err(error) => Err(RingError::new(path, error)),
            Ok(found) if !found.is_file() => Err(RingError::new(path, "it is no plain file")),
            Ok(found) if found.permissions().mode() & 0o077 != 0 => {
                Err(RingError::new(path, "others can read it: chmod 600"))
            }
            Ok(_) => Self::read(path),
        }
    }

    fn create(path: &Path) -> Result<Self, RingError> {
        let secret = Secret::random(32).map_err(|error| RingError::new(path, error))?;
        let text = BASE64URL_NOPAD.encode(secret.expose());
        // A file that appeared meanwhile, or a link, is not written to.
        let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let written =
            file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
        written.map(|()| Self(secret)).map_err(|error| RingError::new(path, error))
    }

    fn read(path: &Path) -> Result<Self, RingError> {
        let mut text = String::new();
        let file = fs::File::open(path).map_err(|error| RingError::new(path, error))?;
        file.take(1_024).read_to_string(&mut text).map_err(|error| RingError::new(path, error))?;
        let bytes = BASE64URL_NOPAD.decode(text.trim_end().as_bytes()).ok().filter(|bytes| bytes.len() == 32);
        bytes
            .map(|bytes| Self(Secret::new(bytes)))
            .ok_or_else(|| RingError::new(path, "it holds no 32 bytes of base64url"))
    }

    /// The key for one purpose, 32 bytes by HKDF-SHA256 (RFC 5869).
    ///
    /// # Errors
    /// [`RingError`] when nothing can be derived: a key of zeros would be one that everybody knows.
    pub fn derive(&self, purpose: &str) -> Result<Secret, RingError> {
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"portcullis example site").extract(self.0.expose());
        let mut key = [0; 32];
        let derived =
            root.expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut key));
        derived.map_err(|_| RingError(format!("no key for {purpose} can be derived")))?;
        Ok(Secret::new(key))
    }
}

/// Why the secret file is of no use. `Display` names it and says what to change.
#[derive(Clone, Debug)]
pub struct RingError(String);

impl RingError {
    fn new(path: &Path, why: impl fmt::Display) -> Self {
        Self(format!("the secret file {} cannot be used: {why}", path.display()))
    }
}

impl fmt::Display for RingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RingError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("portcullis-ring-{}-{name}", std::process::id()));
        let _ = fs::remove_file(&path);
        path
    }

    #[test]
    fn a_ring_is_made_once() {
        let path = scratch("once");
        let one = Ring::open(&path).unwrap();
        let two = Ring::open(&path).unwrap();
        assert_eq!(one.derive("a").unwrap(), two.derive("a").unwrap());
        assert_ne!(one.derive("a").unwrap(), one.derive("b").unwrap());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn what_others_can_read_is_refused() {
        let path = scratch("readable");
        Ring::open(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(Ring::open(&path).unwrap_err().to_string().contains("chmod 600"));
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn links_and_other_contents_are_refused() {
        let (path, link) = (scratch("target"), scratch("link"));
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(Ring::open(&link).is_err());
        assert!(!path.exists());
        fs::remove_file(link).unwrap();
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).unwrap();
        assert!(Ring::open(&path).is_err());
        fs::remove_file(path).unwrap();
    }
}
