//! What a body's fields are: name, JSON type, limit, and how sure each is. One declaration of a struct (the macro
//! `wire!`) yields the type, this description and its checks, so that client, emulator, docs and OpenAPI can't disagree.

mod declare;
mod field_type;
mod origin;
mod text;
mod validation;

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use declare::{constructor, is_given, key, required, wire};
pub(crate) use field_type::{Checker, FieldType, Shown, show};
pub use origin::Origin;
pub(crate) use origin::marks;
pub(crate) use text::{unclean, utf16_len};
pub use validation::{Problem, Validation, Violation};

/// A JSON object of the platform's: a body, or a part of one. Only this crate declares them (the trait is sealed): a call
/// that isn't modelled is a matter of raw JSON.
pub trait WireObject:
    sealed::Sealed + Clone + PartialEq + fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// What is known of its fields.
    const SCHEMA: Schema;

    /// Everything that is wrong with it, at once. See [`Validation`].
    fn validate(&self) -> Validation;
}

pub(crate) mod sealed {
    #![allow(unreachable_pub, reason = "a public trait may not stand on a private one")]

    /// Keeps [`WireObject`](super::WireObject) ours, so that it can grow.
    pub trait Sealed {}
}

/// The description of one JSON object. The marks of its fields hold where the object's own body is documented; a body that
/// is itself taken over ([`Origins`](crate::Origins)) bounds them. `docs/coverage.md` shows what holds at each place.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Schema {
    /// The Rust type's name.
    pub name: &'static str,
    /// Its fields, required ones first.
    pub fields: &'static [Field],
    /// Whether other keys may be written beside these, since the platform's pages don't show the whole object. On
    /// reading, other keys are always taken.
    pub extra: bool,
}

impl Schema {
    /// The field of this name on the wire.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// Only its name: schemas hold schemas, and a whole tree helps nobody.
impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schema").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The description of one key of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// The key on the wire.
    pub name: &'static str,
    /// Other keys that are read as this one.
    pub aliases: &'static [&'static str],
    /// What stands behind the key.
    pub json: JsonType,
    /// Whether it must be there for this crate. Absent and `null` are the same. Of answers less is demanded than the
    /// platform shows, so that none is lost.
    pub required: bool,
    /// How much may stand there.
    pub limit: Option<Limit>,
    /// Where the field comes from.
    pub origin: Origin,
    /// Where it comes from that the field is required, or isn't.
    pub required_origin: Origin,
    /// Where the limit comes from. Only limits that are documented stop a call.
    pub limit_origin: Origin,
    /// How sure everything inside this field is at best: a type may be documented in one place and taken over in another.
    pub inside: Origin,
    /// How sure the limits inside this field are at best.
    pub limits_inside: Origin,
    /// How sure it is that the field's codes are those of its table, where it has one.
    pub table_origin: Origin,
    /// Whether an amount that isn't above zero is warned of (I).
    pub above_zero: bool,
    /// Whether `Debug` shows the value: ids, statuses and currencies.
    pub shown: bool,
    /// Whether the text must be free of control characters, invisible marks and white space at its ends: names, numbers,
    /// and texts for the payee. A rule of ours.
    pub clean: bool,
}

/// The const functions with which [`wire!`] writes a field's properties, in the order of reading.
impl Field {
    pub(crate) const fn new<T: FieldType>(name: &'static str, required: bool, origin: Origin) -> Self {
        Self {
            name,
            aliases: &[],
            json: T::TYPE,
            required,
            limit: None,
            origin,
            required_origin: origin,
            limit_origin: origin,
            inside: Origin::Documented,
            limits_inside: Origin::Documented,
            table_origin: origin,
            above_zero: false,
            shown: false,
            clean: false,
        }
    }

    pub(crate) const fn aliases(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// `min..=max` UTF-16 units.
    pub(crate) const fn len(self, min: usize, max: usize) -> Self {
        Self { limit: Some(Limit::Length { min, max }), ..self }
    }

    /// `min..=max` items of an array.
    pub(crate) const fn items(self, min: usize, max: usize) -> Self {
        Self { limit: Some(Limit::Items { min, max }), ..self }
    }

    pub(crate) const fn required_by(self, required_origin: Origin) -> Self {
        Self { required_origin, ..self }
    }

    pub(crate) const fn limit_by(self, limit_origin: Origin) -> Self {
        Self { limit_origin, ..self }
    }

    pub(crate) const fn inside(self, inside: Origin) -> Self {
        Self { inside, ..self }
    }

    pub(crate) const fn limits_inside(self, limits_inside: Origin) -> Self {
        Self { limits_inside, ..self }
    }

    pub(crate) const fn table_by(self, table_origin: Origin) -> Self {
        Self { table_origin, ..self }
    }

    pub(crate) const fn above_zero(self) -> Self {
        Self { above_zero: true, ..self }
    }

    pub(crate) const fn shown(self) -> Self {
        Self { shown: true, ..self }
    }

    pub(crate) const fn clean(self) -> Self {
        Self { clean: true, ..self }
    }
}

/// What stands behind a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonType {
    /// Any text.
    String,
    /// An integer of 32 bits.
    Int32,
    /// An integer of 64 bits.
    Int64,
    /// A number whose text is kept exactly.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `YYYY-MM-DD`.
    Date,
    /// ISO 8601 in UTC with `Z`.
    DateTime,
    /// A text of which these are known; others are kept.
    Enum(&'static [KnownValue]),
    /// A text out of the table of this name.
    TextCode(&'static str),
    /// An integer of 32 bits out of the table of this name.
    Int32Code(&'static str),
    /// An object.
    Object(&'static Schema),
    /// An array of these.
    Array(&'static Self),
}

/// A text that an enum of the platform's is known to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownValue {
    /// As it stands on the wire.
    pub text: &'static str,
    /// Where it was seen.
    pub origin: Origin,
}

impl KnownValue {
    pub(crate) const fn new(text: &'static str, origin: Origin) -> Self {
        Self { text, origin }
    }
}

/// How much may stand behind a key. Both bounds belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// Of a text, in UTF-16 units, since the platform is written in Java.
    Length {
        /// The shortest.
        min: usize,
        /// The longest.
        max: usize,
    },
    /// Of an array.
    Items {
        /// The fewest.
        min: usize,
        /// The most.
        max: usize,
    },
}
