//! What a table of codes does, written once for all of them: the generated files are nothing but rows.

/// Declares the open enum of a table. Rows stand in the order of `CodeTable::ALL`; codes and variants are unique.
macro_rules! code_table {
    (
        $(#[$meta:meta])*
        $name:ident, $unknown:ident, $table:literal, $wire:ident, names_repeat = $names_repeat:literal {
            $($variant:ident = $code:literal, $en:literal, $zh:literal, $mark:ident $source:literal;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", $code, "` ", $en, " ", $zh)]
                $variant,
            )+
            /// A code that isn't in this table, kept as it came. It is the caller's or the platform's own word.
            Other($unknown),
        }

        impl $name {
            /// Every row's variant, the shorter code first.
            pub const ALL: &'static [Self] = <Self as $crate::CodeTable>::ALL;

            /// The English name, if the code is in this table and has one there.
            #[must_use]
            pub fn name_en(&self) -> Option<&'static str> {
                $crate::CodeTable::name_en(self)
            }

            /// The Chinese name, if the code is in this table and has one there.
            #[must_use]
            pub fn name_zh(&self) -> Option<&'static str> {
                $crate::CodeTable::name_zh(self)
            }

            /// Where the row comes from; `None` for a code that isn't in this table.
            #[must_use]
            pub fn origin(&self) -> Option<$crate::RowOrigin<'static>> {
                $crate::CodeTable::origin(self)
            }

            /// The row of exactly this English or Chinese name; `None` where none or several have it.
            #[must_use]
            pub fn by_name(name: &str) -> Option<&'static Self> {
                $crate::CodeTable::by_name(name)
            }

            /// Every row whose code or name contains `text`, whatever its case.
            #[must_use]
            pub fn search(text: &str) -> Vec<&'static Self> {
                $crate::CodeTable::search(text)
            }
        }

        impl $crate::tables::sealed::Sealed for $name {}

        impl $crate::CodeTable for $name {
            const NAME: &'static str = $table;
            const ALL: &'static [Self] = &[$(Self::$variant,)+];
            const NAMES_REPEAT: bool = $names_repeat;
            type Wire = $wire;

            fn code(&self) -> <$wire as $crate::WireCode>::Ref<'_> {
                self.code()
            }

            fn row(&self) -> Option<&'static $crate::Row<'static>> {
                match self {
                    $(Self::$variant => Some(&$crate::Row {
                        code: concat!($code),
                        name_en: $en,
                        name_zh: $zh,
                        origin: $crate::RowOrigin { mark: $crate::Origin::$mark, source: $source },
                    }),)+
                    Self::Other(_) => None,
                }
            }
        }

        /// Writes the code.
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.code(), f)
            }
        }

        crate::tables::table_macro::code_table!(@$wire $name, $unknown, { $($variant = $code,)+ });
    };

    (@String $name:ident, $unknown:ident, { $($variant:ident = $code:literal,)+ }) => {
        #[doc = concat!("The code of an unknown [`", stringify!($name), "`].")]
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $unknown(String);

        impl $unknown {
            /// The code, as it stands on the wire.
            #[must_use]
            pub fn code(&self) -> &str {
                &self.0
            }
        }

        impl $name {
            /// The code, as it stands on the wire.
            #[must_use]
            pub fn code(&self) -> &str {
                match self {
                    $(Self::$variant => $code,)+
                    Self::Other(unknown) => unknown.code(),
                }
            }

            /// The row of a code, without an allocation and in a few comparisons; `None` where this table has none.
            #[must_use]
            pub fn by_code(code: &str) -> Option<&'static Self> {
                $crate::CodeTable::by_code(code)
            }
        }

        impl From<&str> for $name {
            fn from(code: &str) -> Self {
                Self::by_code(code).cloned().unwrap_or_else(|| Self::Other($unknown(code.to_owned())))
            }
        }

        impl From<String> for $name {
            fn from(code: String) -> Self {
                Self::by_code(&code).cloned().unwrap_or_else(|| Self::Other($unknown(code)))
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(code))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::tables::wire::deserialize_text(deserializer)
            }
        }
    };

    (@i32 $name:ident, $unknown:ident, { $($variant:ident = $code:literal,)+ }) => {
        #[doc = concat!("The code of an unknown [`", stringify!($name), "`].")]
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $unknown(i32);

        impl $unknown {
            /// The code, as it stands on the wire.
            #[must_use]
            pub const fn code(&self) -> i32 {
                self.0
            }
        }

        impl $name {
            /// The code, as it stands on the wire.
            #[must_use]
            pub const fn code(&self) -> i32 {
                match self {
                    $(Self::$variant => $code,)+
                    Self::Other(unknown) => unknown.code(),
                }
            }

            /// The row of a code, without an allocation and in a few comparisons; `None` where this table has none.
            #[must_use]
            pub fn by_code(code: i32) -> Option<&'static Self> {
                $crate::CodeTable::by_code(code)
            }
        }

        impl From<i32> for $name {
            fn from(code: i32) -> Self {
                Self::by_code(code).cloned().unwrap_or(Self::Other($unknown(code)))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ParseCodeError;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                let number = code.parse::<i32>();
                number.map(Self::from).map_err(|_| $crate::tables::wire::not_a_number::<Self>())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i32(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                i32::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

pub(super) use code_table;
