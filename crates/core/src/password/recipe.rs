//! How one hash is made, and the PHC string that says so.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::phc::{self, Output, ParamsString},
};
use data_encoding::BASE64_NOPAD;

use super::{cost::Cost, hash::PasswordHashFault, text::Form};
use crate::secret::{self, NoEntropy};

/// The length of the salts and tags made here, in bytes (RFC 9106 section 4).
const SALT: usize = 16;
pub(super) const TAG: usize = 32;

/// The longest PHC string that is read, in bytes: longer than any that argon2 makes within its bounds.
const MAX_TEXT: usize = 512;

/// `nfc`, as PHC strings write bytes: the `keyid` of a hash over the normalised password. The PHC string format
/// gives argon2 this optional parameter as a hint that takes no part in the computation.
const NORMALISED: &str = "bmZj";

/// Everything that decides the tag, save the password.
#[derive(Clone, Debug)]
pub(super) struct Recipe {
    algorithm: Algorithm,
    version: Version,
    pub(super) cost: Cost,
    salt: Vec<u8>,
    pub(super) form: Form,
}

impl Recipe {
    /// For a new hash: a random salt.
    pub(super) fn fresh(cost: Cost) -> Result<Self, NoEntropy> {
        Ok(Self::current(cost, &secret::random()?))
    }

    /// For work whose outcome nobody looks at.
    pub(super) fn dummy(cost: Cost) -> Self {
        Self::current(cost, &[0; SALT])
    }

    fn current(cost: Cost, salt: &[u8; SALT]) -> Self {
        Self {
            algorithm: Algorithm::Argon2id,
            version: Version::V0x13,
            cost,
            salt: salt.to_vec(),
            form: Form::Normalised,
        }
    }

    /// Reads a PHC string: the recipe, and the tag that the right password gives. Allocates nothing that
    /// grows with what the string asks for.
    pub(super) fn parse(text: &str) -> Result<(Self, Output), PasswordHashFault> {
        use PasswordHashFault::{Foreign, Malformed, TooCostly};
        if text.len() > MAX_TEXT || !text.is_ascii() {
            return Err(Malformed);
        }
        let phc = phc::PasswordHash::new(text).map_err(|_| Malformed)?;
        let algorithm = algorithm(phc.algorithm.as_str()).ok_or(Foreign)?;
        let version = version(phc.version).ok_or(Foreign)?;
        let (cost, form) = cost(&phc.params).ok_or(Malformed)?;
        let (salt, tag) = phc.salt.zip(phc.hash).ok_or(Malformed)?;
        if !cost.is_bounded() {
            return Err(TooCostly);
        }
        Ok((Self { algorithm, version, cost, salt: salt.to_vec(), form }, tag))
    }

    /// The PHC string that says all of this.
    pub(super) fn write(&self, tag: &[u8]) -> String {
        let Cost { m, t, p } = self.cost;
        let mark = match self.form {
            Form::Normalised => format!(",keyid={NORMALISED}"),
            Form::Typed => String::new(),
        };
        format!(
            "${}$v={}$m={m},t={t},p={p}{mark}${}${}",
            self.algorithm.as_str(),
            u32::from(self.version),
            BASE64_NOPAD.encode(&self.salt),
            BASE64_NOPAD.encode(tag),
        )
    }

    /// One run: `password` to `tag`. Takes `cost.m` KiB for as long as it lasts.
    pub(super) fn run(&self, password: &[u8], tag: &mut [u8]) -> argon2::Result<()> {
        let params = Params::new(self.cost.m, self.cost.t, self.cost.p, Some(tag.len()))?;
        Argon2::new(self.algorithm, self.version, params).hash_password_into(password, &self.salt, tag)
    }

    /// Whether a hash made at `wanted` would be stronger.
    pub(super) fn is_below(&self, wanted: Cost) -> bool {
        self.algorithm != Algorithm::Argon2id
            || self.version != Version::V0x13
            || self.salt.len() < SALT
            || self.cost.is_below(wanted)
    }
}

fn algorithm(ident: &str) -> Option<Algorithm> {
    match ident {
        "argon2id" => Some(Algorithm::Argon2id),
        "argon2i" => Some(Algorithm::Argon2i),
        "argon2d" => Some(Algorithm::Argon2d),
        _ => None,
    }
}

/// A string without a version is from before there were two.
fn version(number: Option<u32>) -> Option<Version> {
    match number {
        Some(0x13) => Some(Version::V0x13),
        Some(0x10) | None => Some(Version::V0x10),
        Some(_) => None,
    }
}

/// The three costs in the order that the format prescribes, and perhaps a `keyid`. `data` would change the
/// tag, and nobody writes it.
fn cost(params: &ParamsString) -> Option<(Cost, Form)> {
    let mut params = params.iter();
    let mut number = |wanted: &str| {
        let (name, value) = params.next()?;
        (name.as_str() == wanted).then(|| value.decimal().ok())?
    };
    let cost = Cost::new(number("m")?, number("t")?, number("p")?);
    let form = match params.next() {
        Some((name, _)) if name.as_str() != "keyid" => return None,
        Some((_, value)) if value.as_str() == NORMALISED => Form::Normalised,
        None | Some(_) => Form::Typed,
    };
    params.next().is_none().then_some((cost, form))
}

#[cfg(test)]
mod tests {
    use argon2::{AssociatedData, ParamsBuilder};
    use data_encoding::HEXLOWER as HEX;

    use super::*;

    /// P-04 Whatever is cut from a good string, or changed in it, is read or refused, without a panic.
    #[test]
    fn damaged_strings_do_not_panic() {
        let good = "$argon2id$v=19$m=19456,t=2,p=1,keyid=bmZj$AAECAwQFBgcICQoLDA0ODw$7uNiR3wrM38nReXn+q8MJZL0hGJCbgPeRpwSehwDVgU";
        for at in 0..good.len() {
            let _ = Recipe::parse(&good[..at]);
            let _ = Recipe::parse(&good[at..]);
            for with in ["$", ",", "=", "9", "\0", "é", ""] {
                let _ = Recipe::parse(&format!("{}{with}{}", &good[..at], &good[at + 1..]));
            }
        }
        assert!(Recipe::parse(good).is_ok());
    }

    /// P-05 RFC 9106 section 5: the known answers of the function underneath, all three types.
    #[test]
    fn argon2_knows_its_answers() {
        for (algorithm, answer) in [
            (Algorithm::Argon2d, "512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb"),
            (Algorithm::Argon2i, "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8"),
            (Algorithm::Argon2id, "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"),
        ] {
            let data = AssociatedData::new(&[4; 12]).unwrap();
            let params = ParamsBuilder::new().m_cost(32).t_cost(3).p_cost(4).data(data).build().unwrap();
            let function = Argon2::new_with_secret(&[3; 8], algorithm, Version::V0x13, params).unwrap();
            let mut tag = [0; 32];
            function.hash_password_into(&[1; 32], &[2; 16], &mut tag).unwrap();
            assert_eq!(HEX.encode(&tag), answer);
        }
    }
}
