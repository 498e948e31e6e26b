//! Enums that survive the platform's next release: a value that nobody has documented is kept as text, and can never
//! be mistaken for a known one.

use serde::de::{Deserializer, Error, Visitor};

/// What became of a thing, whatever its kind calls it. Closed, so that nobody forgets a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Disposition {
    /// Not decided: wait, or ask again.
    Pending,
    /// Done as it was asked for.
    Succeeded,
    /// Waiting won't help: refused, failed, expired, or sent back to be corrected.
    Failed,
    /// A status that isn't known here. It is neither final nor failed: look at it before anything is decided.
    Unrecognised,
}

/// Declares an enum of known texts, each with its mark, plus `Other`. The inner text of `Other` can't be made by hand, so
/// `Other("SUCCESS")` beside `Success` can't exist. With a third column the enum is a status, and knows its
/// [`Disposition`].
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        $name:ident, $other:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $text:literal, $mark:ident $(, $disposition:ident)?;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
            /// A value that isn't known here, kept as it came.
            Other($other),
        }

        #[doc = concat!("The text of an unknown [`", stringify!($name), "`].")]
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $other(String);

        impl $name {
            /// The known values with where each was seen, as they stand on the wire.
            pub const KNOWN: &[$crate::KnownValue] =
                &[$($crate::KnownValue::new($text, $crate::Origin::$mark)),+];

            /// The text on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(other) => &other.0,
                }
            }

            fn known(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }

            $crate::open_enum::disposition! { $name { $($variant $($disposition)?,)+ } }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::known(text).unwrap_or_else(|| Self::Other($other(text.to_owned())))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::known(&text).unwrap_or(Self::Other($other(text)))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::open_enum::text(deserializer)
            }
        }

        impl $crate::schema::FieldType for $name {
            const TYPE: $crate::JsonType = $crate::JsonType::Enum(Self::KNOWN);

            fn check(&self, _field: &$crate::Field, checker: &mut $crate::schema::Checker) {
                if matches!(self, Self::Other(_)) {
                    checker.note($crate::Problem::Unlisted, Some($crate::Origin::I));
                }
            }

            fn debug(&self, shown: bool) -> Option<$crate::schema::Shown<'_>> {
                shown.then_some($crate::schema::Shown::Value(self))
            }
        }
    };
}

/// The method of a status; nothing for other enums.
macro_rules! disposition {
    ($name:ident { $($variant:ident,)+ }) => {};
    ($name:ident { $($variant:ident $disposition:ident,)+ }) => {
        /// What became of it.
        #[must_use]
        pub const fn disposition(&self) -> $crate::Disposition {
            match self {
                $(Self::$variant => $crate::Disposition::$disposition,)+
                Self::Other(_) => $crate::Disposition::Unrecognised,
            }
        }
    };
}

pub(crate) use {disposition, open_enum};

/// Reads a text without making a `String` of it where the value is a known one.
pub(crate) fn text<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: for<'a> From<&'a str>,
    D: Deserializer<'de>,
{
    struct Text<T>(std::marker::PhantomData<T>);

    impl<T: for<'a> From<&'a str>> Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            Ok(text.into())
        }
    }

    deserializer.deserialize_str(Text(std::marker::PhantomData))
}
