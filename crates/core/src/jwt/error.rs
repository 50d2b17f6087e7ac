//! Why a key, a verifier or a grant was refused: each time a mistake of the configuration or the caller.

use std::fmt;

/// Writes an opaque error with a `Copy` kind, and its messages.
macro_rules! error {
    ($(#[$doc:meta])* $name:ident, $kind:ident { $($(#[$variant_doc:meta])* $variant:ident => $message:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub struct $name($kind);

        #[doc = concat!("What was wrong, in a [`", stringify!($name), "`].")]
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        #[non_exhaustive]
        pub enum $kind {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            pub(super) const fn new(kind: $kind) -> Self {
                Self(kind)
            }

            /// What was wrong.
            pub const fn kind(self) -> $kind {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self.0 {
                    $($kind::$variant => $message,)+
                })
            }
        }

        impl std::error::Error for $name {}
    };
}

error! {
    /// A key was refused when it was loaded.
    KeyError, KeyErrorKind {
        /// The name is none of [`Algorithm`](super::Algorithm)'s.
        UnknownAlgorithm => "unknown algorithm: use a name such as `ES256` or `EdDSA`, in exactly this spelling",
        /// Key and algorithm do not belong together.
        Mismatch => "the key is of another type or curve than the algorithm needs: name the algorithm the key was made for",
        /// The text is not the key format asked for.
        Format => "the key cannot be read: give an unencrypted PEM (`PUBLIC KEY`, PKCS#8 `PRIVATE KEY`) or one JWK object",
        /// An HMAC secret shorter than its hash, or an RSA modulus outside 2048 to 8192 bits.
        Length => "the key is too short or too long: HMAC needs 32, 48 or 64 random bytes (HS256, HS384, HS512), RSA 2048 to 8192 bits",
        /// The numbers are no safe key: an RSA exponent of 1, a point off its curve.
        Weak => "the key's numbers are not valid: generate the key anew",
        /// The JWK's `use` or `key_ops` excludes verifying.
        Usage => "the key is not meant for verifying: its `use` must be `sig` or absent, its `key_ops` contain `verify` or be absent",
        /// The JWK holds private members.
        Private => "the key is private: give the public members only",
    }
}

error! {
    /// A verifier was refused when it was built.
    JwtConfigError, JwtConfigErrorKind {
        /// There is no key, so nothing could ever be verified.
        NoKeys => "a verifier needs at least one key",
        /// HMAC and public keys together would let a public key pass for a secret.
        MixedKeys => "hmac and public keys must not be mixed for one issuer: keep one kind",
        /// Two keys have one `kid`.
        DuplicateKid => "two keys have the same kid: give each its own",
        /// One of several keys of an algorithm has no `kid`, so no token could name it.
        MissingKid => "where several keys have one algorithm each needs a kid: name them with `with_kid`",
        /// The issuer is empty.
        Issuer => "the expected issuer must not be empty",
        /// The audience is empty.
        Audience => "the expected audience must not be empty",
        /// The leeway exceeds five minutes.
        Leeway => "the leeway must be at most five minutes: set the clocks instead",
    }
}

error! {
    /// A token was not minted.
    MintError, MintErrorKind {
        /// Subject, client or issuer and audience are empty.
        Empty => "issuer, audience, subject and client id must not be empty",
        /// A scope is not one scope-token of RFC 6749 section 3.3.
        Scope => "a scope must be printable ascii without space, quote and backslash",
        /// The operating system gave no random bytes for the `jti`.
        NoEntropy => "the operating system gave no random bytes",
        /// The key did not sign.
        Signing => "the key failed to sign",
    }
}
