//! The macro that declares an object of the platform's. What is written once there becomes the type, its description and
//! its checks; there is no second list to forget.

/// Declares an object.
///
/// ```text
/// wire! {
///     /// Docs.
///     Name from NameFields {          // `from NameFields`: the constructor takes a struct of the required fields
///         required {
///             /// Docs.
///             field as "key" or "old key": Type = D.len(1, 32).shown();
///         }
///         optional { … }
///         with extra                  // other keys may be written
///         rules check_function        // checks over several fields
///     }
/// }
/// ```
///
/// After the mark stand calls of the const functions of [`Field`](crate::Field). Rust's name of a field is its key unless
/// `as` says otherwise.
macro_rules! wire {
    (
        $(#[$meta:meta])*
        $name:ident $(from $required:ident)? {
            $(required { $(
                $(#[doc = $rdoc:expr])+
                $rname:ident $(as $rkey:literal)? $(or $ralias:literal)* : $rtype:ty
                    = $rmark:ident $(.$rcall:ident($($rargument:tt)*))*;
            )+ })?
            $(optional { $(
                $(#[doc = $odoc:expr])+
                $(#[serde($($oserde:tt)*)])?
                $oname:ident $(as $okey:literal)? $(or $oalias:literal)* : $otype:ty
                    = $omark:ident $(.$ocall:ident($($oargument:tt)*))*;
            )+ })?
            $(with $extra:ident)?
            $(rules $rules:path)?
        }
    ) => {
        #[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[non_exhaustive]
        $(#[$meta])*
        pub struct $name {
            $($(
                $(#[doc = $rdoc])+
                $(#[serde(rename = $rkey)])?
                $(#[serde(alias = $ralias)])*
                pub $rname: $rtype,
            )+)?
            $($(
                $(#[doc = $odoc])+
                $(#[serde($($oserde)*)])?
                $(#[serde(rename = $okey)])?
                $(#[serde(alias = $oalias)])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $oname: Option<$otype>,
            )+)?
            $(
                /// Other keys, written beside these: the platform's pages don't show the whole object. Numbers with a fraction
                /// are floats here, and lose digits beyond the 15th and zeros at the end.
                #[serde(flatten)]
                pub $extra: serde_json::Map<String, serde_json::Value>,
            )?
        }

        impl $crate::schema::sealed::Sealed for $name {}

        impl $crate::WireObject for $name {
            const SCHEMA: $crate::Schema = {
                #[allow(unused_imports, reason = "not every object has a mark among its fields' properties")]
                use $crate::schema::marks::*;
                const FIELDS: &[$crate::Field] = &[
                    $($(
                        $crate::Field::new::<$rtype>(
                            $crate::schema::key!($rname $($rkey)?), true, $crate::Origin::$rmark
                        )
                            .aliases(&[$($ralias),*])
                            $(.$rcall($($rargument)*))*,
                    )+)?
                    $($(
                        $crate::Field::new::<$otype>(
                            $crate::schema::key!($oname $($okey)?), false, $crate::Origin::$omark
                        )
                            .aliases(&[$($oalias),*])
                            $(.$ocall($($oargument)*))*,
                    )+)?
                ];
                $crate::Schema {
                    name: stringify!($name),
                    fields: FIELDS,
                    extra: $crate::schema::is_given!($($extra)?),
                }
            };

            fn validate(&self) -> $crate::Validation {
                let mut checker = $crate::schema::Checker::default();
                self.check_fields(&mut checker);
                checker.finish()
            }
        }

        impl $name {
            $crate::schema::constructor! {
                $name [$($required)?] { $($($rname: $rtype,)+)? } { $($($oname,)+)? } { $($extra)? }
            }

            $($(
                $(#[doc = $odoc])+
                #[must_use]
                pub fn $oname(mut self, $oname: impl Into<$otype>) -> Self {
                    self.$oname = Some($oname.into());
                    self
                }
            )+)?

            $(
                /// Another key, written beside the fields: the platform's pages don't show the whole object.
                #[must_use]
                pub fn $extra(mut self, key: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
                    self.$extra.insert(key.into(), value.into());
                    self
                }
            )?

            /// Everything that is wrong with it, at once; see [`Validation`](crate::Validation).
            #[must_use]
            pub fn validate(&self) -> $crate::Validation {
                $crate::WireObject::validate(self)
            }

            fn check_fields(&self, checker: &mut $crate::schema::Checker) {
                let schema = &<Self as $crate::WireObject>::SCHEMA;
                $($(
                    checker.field(schema.field($crate::schema::key!($rname $($rkey)?)), &self.$rname);
                )+)?
                $($(
                    checker.field(schema.field($crate::schema::key!($oname $($okey)?)), &self.$oname);
                )+)?
                $( checker.extra(schema.fields, self.$extra.keys()); )?
                $( $rules(self, checker); )?
                // An object without fields has nothing to check.
                let _ = (schema, checker);
            }
        }

        /// Only ids, statuses, currencies and counts: a body holds names and account numbers.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let schema = &<Self as $crate::WireObject>::SCHEMA;
                let mut out = f.debug_struct(schema.name);
                $($(
                    $crate::schema::show(
                        &mut out, schema.field($crate::schema::key!($rname $($rkey)?)), &self.$rname
                    );
                )+)?
                $($(
                    $crate::schema::show(
                        &mut out, schema.field($crate::schema::key!($oname $($okey)?)), &self.$oname
                    );
                )+)?
                out.finish_non_exhaustive()
            }
        }

        impl $crate::schema::FieldType for $name {
            const TYPE: $crate::JsonType = $crate::JsonType::Object(&<Self as $crate::WireObject>::SCHEMA);

            fn check(&self, field: &$crate::Field, checker: &mut $crate::schema::Checker) {
                checker.inside(field, |checker| self.check_fields(checker));
            }

            fn debug(&self, _shown: bool) -> Option<$crate::schema::Shown<'_>> {
                Some($crate::schema::Shown::Value(self))
            }
        }

        $crate::schema::required! { $name [$($required)?] { $($($(#[doc = $rdoc])+ $rname: $rtype,)+)? } { $($($oname,)+)? } { $($extra)? } }
    };
}

/// The key of a field on the wire.
macro_rules! key {
    ($name:ident) => {
        stringify!($name)
    };
    ($name:ident $key:literal) => {
        $key
    };
}

macro_rules! is_given {
    () => {
        false
    };
    ($given:ident) => {
        true
    };
}

/// The constructor: it takes what is required.
macro_rules! constructor {
    ($name:ident [] { $($rname:ident: $rtype:ty,)* } { $($oname:ident,)* } { $($extra:ident)? }) => {
        /// With what is required; the rest is absent until it is set.
        #[must_use]
        pub fn new($($rname: impl Into<$rtype>),*) -> Self {
            Self {
                $($rname: $rname.into(),)*
                $($oname: None,)*
                $($extra: serde_json::Map::new(),)?
            }
        }
    };
    ($name:ident [$required:ident] { $($rname:ident: $rtype:ty,)* } { $($oname:ident,)* } { $($extra:ident)? }) => {
        /// With what is required, by name; the rest is absent until it is set.
        #[must_use]
        pub fn new(required: $required) -> Self {
            Self {
                $($rname: required.$rname,)*
                $($oname: None,)*
                $($extra: serde_json::Map::new(),)?
            }
        }
    };
}

/// The struct of required fields: named, so that two texts can't be swapped unseen.
macro_rules! required {
    ($name:ident [] {} $($rest:tt)*) => {
        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    };
    ($name:ident [] $($rest:tt)*) => {};
    (
        $name:ident [$required:ident]
        { $($(#[doc = $rdoc:expr])+ $rname:ident: $rtype:ty,)* } { $($oname:ident,)* } { $($extra:ident)? }
    ) => {
        #[doc = concat!("What a [`", stringify!($name), "`] must have.")]
        #[derive(Clone)]
        pub struct $required {
            $($(#[doc = $rdoc])+ pub $rname: $rtype,)*
        }

        /// Nothing of it: look at what is made of it.
        impl std::fmt::Debug for $required {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($required)).finish_non_exhaustive()
            }
        }

        impl From<$required> for $name {
            fn from(required: $required) -> Self {
                Self::new(required)
            }
        }
    };
}

pub(crate) use {constructor, is_given, key, required, wire};
