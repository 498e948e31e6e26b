//! Enums that survive the platform's next release: a value that nobody has documented is kept as text, and can never
//! be mistaken for a known one.

/// Declares an enum of documented texts plus `Other`. The inner text of `Other` can't be made by hand, so
/// `Other("SUCCESS")` beside `Success` can't exist.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        $name:ident, $other:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)+ }
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
            /// The text on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(other) => &other.0,
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                match text.as_str() {
                    $($text => Self::$variant,)+
                    _ => Self::Other($other(text)),
                }
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
                String::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

pub(crate) use open_enum;
