//! Strict reading of one JSON object: unique members, exact types, bounded depth.

use std::{borrow::Cow, fmt, marker::PhantomData, time::Duration};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};

use crate::Timestamp;

/// How deep a value inside the object may nest.
const MAX_DEPTH: u8 = 32;

/// The members of an object that mean something here.
pub(super) trait Members<'de>: Default {
    /// Reads the value of `name` if it is one of them, else answers `false` and leaves the value alone.
    fn member<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error>;
}

/// The members of the one object that `json` consists of.
pub(super) fn read<'de, M: Members<'de>>(json: &'de str) -> Option<M> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let members = object(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    Some(members)
}

/// The members of an object, from any deserializer.
pub(super) fn object<'de, M: Members<'de>, D: Deserializer<'de>>(from: D) -> Result<M, D::Error> {
    from.deserialize_map(Object(PhantomData))
}

/// Reads a member's value, unless the member was there before.
pub(super) fn once<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    map: &mut A,
) -> Result<bool, A::Error> {
    if slot.is_some() {
        return Err(duplicate());
    }
    *slot = Some(map.next_value()?);
    Ok(true)
}

fn duplicate<E: Error>() -> E {
    E::custom("duplicate member")
}

struct Object<M>(PhantomData<M>);

impl<'de, M: Members<'de>> Visitor<'de> for Object<M> {
    type Value = M;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<M, A::Error> {
        let mut members = M::default();
        let mut others = Vec::new();
        while let Some(Text(name)) = map.next_key()? {
            if !members.member(&name, &mut map)? {
                map.next_value_seed(Skip(MAX_DEPTH))?;
                others.push(name);
            }
        }
        others.sort_unstable();
        if others.iter().zip(others.iter().skip(1)).any(|(one, next)| one == next) {
            return Err(duplicate());
        }
        Ok(members)
    }
}

/// A string, borrowed where it has no escapes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Text<'de>(pub(super) Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

/// One string, or an array of strings.
#[derive(Debug)]
pub(super) struct Texts<'de>(pub(super) Vec<Text<'de>>);

impl<'de> Deserialize<'de> for Texts<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextsVisitor)
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or an array of strings")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Texts(vec![TextVisitor.visit_borrowed_str(text)?]))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Texts(vec![TextVisitor.visit_str(text)?]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = array.next_element()? {
            texts.push(text);
        }
        Ok(Texts(texts))
    }
}

/// A `NumericDate` of RFC 7519: a JSON number of seconds, a fraction allowed, never negative.
#[derive(Clone, Copy, Debug)]
pub(super) struct Date(pub(super) Timestamp);

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_f64(DateVisitor)
    }
}

struct DateVisitor;

impl Visitor<'_> for DateVisitor {
    type Value = Date;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of seconds")
    }

    fn visit_u64<E>(self, seconds: u64) -> Result<Date, E> {
        Ok(Date(Timestamp::from_secs(seconds)))
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<Date, E> {
        let since = Duration::try_from_secs_f64(seconds).map_err(E::custom)?;
        Ok(Date(Timestamp::default().after(since)))
    }
}

/// Reads a value to its end without keeping it; the number is how deep it may nest.
struct Skip(u8);

impl Skip {
    fn deeper<E: Error>(&self) -> Result<u8, E> {
        self.0.checked_sub(1).ok_or_else(|| E::custom("nested too deeply"))
    }
}

impl<'de> DeserializeSeed<'de> for Skip {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Skip {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        let depth = self.deeper()?;
        while array.next_element_seed(Skip(depth))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let depth = self.deeper()?;
        while map.next_key::<Text<'de>>()?.is_some() {
            map.next_value_seed(Skip(depth))?;
        }
        Ok(())
    }
}
