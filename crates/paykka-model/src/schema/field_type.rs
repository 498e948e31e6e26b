//! What each Rust type is on the wire, how it is checked, and what of it may be printed.

use std::fmt;

use super::text::{unclean, utf16_len};
use super::{Field, JsonType, Limit, Origin, Problem, Validation, Violation};
use crate::domain::{Date, DateTime, FileId, RequestId};
use crate::numbers::{Amount, Decimal, NumberAmount};
use crate::tables::{Code, CodeTable, Country, Currency, WireCode};

/// A type that can stand behind a key of the platform's.
pub(crate) trait FieldType {
    const TYPE: JsonType;

    /// Notes what is wrong with the value; the checker knows where it stands.
    fn check(&self, _field: &Field, _checker: &mut Checker) {}

    /// What `Debug` may print; `shown` where the field is on the allow-list.
    fn debug(&self, shown: bool) -> Option<Shown<'_>>;
}

/// What `Debug` prints of a field.
pub(crate) enum Shown<'a> {
    Value(&'a dyn fmt::Debug),
    Count(usize),
}

/// Prints a field, if it may be printed.
pub(crate) fn show(f: &mut fmt::DebugStruct<'_, '_>, field: Option<&Field>, value: &impl FieldType) {
    let Some(field) = field else { return };
    match value.debug(field.shown) {
        Some(Shown::Value(value)) => f.field(field.name, value),
        Some(Shown::Count(count)) => f.field(field.name, &format_args!("{count} items")),
        None => f,
    };
}

/// Walks through a body and gathers what is wrong with it.
#[derive(Default)]
pub(crate) struct Checker {
    path: Vec<Step>,
    /// How sure what is inside here is at best, and how sure its limits are.
    at_best: Vec<(Origin, Origin)>,
    validation: Validation,
}

enum Step {
    Key(&'static str),
    Index(usize),
}

impl Checker {
    /// The checks of one field.
    pub(crate) fn field(&mut self, field: Option<&Field>, value: &impl FieldType) {
        let Some(field) = field else { return };
        self.path.push(Step::Key(field.name));
        value.check(field, self);
        self.path.pop();
    }

    /// The checks of an object that is a field's value.
    pub(crate) fn inside(&mut self, field: &Field, check: impl FnOnce(&mut Self)) {
        self.at_best.push((field.inside, field.limits_inside));
        check(self);
        self.at_best.pop();
    }

    /// Extra keys that the object has fields for.
    pub(crate) fn extra<'a>(&mut self, fields: &[Field], keys: impl Iterator<Item = &'a String>) {
        for key in keys {
            let twice =
                fields.iter().find(|field| field.name == key || field.aliases.contains(&key.as_str()));
            if let Some(field) = twice {
                self.note_at(field.name, Problem::ExtraTwice, None);
            }
        }
    }

    pub(crate) fn note(&mut self, problem: Problem, origin: Option<Origin>) {
        let is_limit = matches!(problem, Problem::Length { .. } | Problem::Items { .. });
        let weakened = |origin: Origin, (inside, limits): &(Origin, Origin)| {
            let origin = origin.weaker(*inside);
            if is_limit { origin.weaker(*limits) } else { origin }
        };
        let origin = origin.map(|origin| self.at_best.iter().fold(origin, weakened));
        self.validation.violations.push(Violation { path: self.shown_path(), problem, origin });
    }

    /// A finding about one field, by a rule of the whole object.
    pub(crate) fn note_at(&mut self, key: &'static str, problem: Problem, origin: Option<Origin>) {
        self.path.push(Step::Key(key));
        self.note(problem, origin);
        self.path.pop();
    }

    pub(crate) fn finish(self) -> Validation {
        self.validation
    }

    fn shown_path(&self) -> String {
        let mut path = String::from("$");
        for step in &self.path {
            path.push_str(&match step {
                Step::Key(key) => format!(".{key}"),
                Step::Index(index) => format!("[{index}]"),
            });
        }
        path
    }

    /// A text's length and cleanness.
    fn text(&mut self, text: &str, field: &Field) {
        if let Some(Limit::Length { min, max }) = field.limit {
            let is = utf16_len(text);
            if !(min..=max).contains(&is) {
                self.note(Problem::Length { is, min, max }, Some(field.limit_origin));
            }
        }
        if let Some(problem) = unclean(text).filter(|_| field.clean) {
            self.note(problem, None);
        }
    }
}

impl<T: FieldType> FieldType for Option<T> {
    const TYPE: JsonType = T::TYPE;

    fn check(&self, field: &Field, checker: &mut Checker) {
        if let Some(value) = self {
            value.check(field, checker);
        }
    }

    fn debug(&self, shown: bool) -> Option<Shown<'_>> {
        self.as_ref().and_then(|value| value.debug(shown))
    }
}

impl<T: FieldType + fmt::Debug> FieldType for Vec<T> {
    const TYPE: JsonType = JsonType::Array(&T::TYPE);

    fn check(&self, field: &Field, checker: &mut Checker) {
        if let Some(Limit::Items { min, max }) = field.limit
            && !(min..=max).contains(&self.len())
        {
            checker.note(Problem::Items { is: self.len(), min, max }, Some(field.limit_origin));
        }
        for (index, item) in self.iter().enumerate() {
            checker.path.push(Step::Index(index));
            item.check(field, checker);
            checker.path.pop();
        }
    }

    /// Objects print by their own allow-lists; of all else only the number is shown.
    fn debug(&self, _shown: bool) -> Option<Shown<'_>> {
        match T::TYPE {
            JsonType::Object(_) => Some(Shown::Value(self)),
            _ => Some(Shown::Count(self.len())),
        }
    }
}

impl FieldType for String {
    const TYPE: JsonType = JsonType::String;

    fn check(&self, field: &Field, checker: &mut Checker) {
        checker.text(self, field);
    }

    fn debug(&self, shown: bool) -> Option<Shown<'_>> {
        shown.then_some(Shown::Value(self))
    }
}

impl FieldType for RequestId {
    const TYPE: JsonType = JsonType::String;

    fn check(&self, field: &Field, checker: &mut Checker) {
        checker.text(self.as_str(), field);
    }

    fn debug(&self, shown: bool) -> Option<Shown<'_>> {
        shown.then_some(Shown::Value(self))
    }
}

impl FieldType for Date {
    const TYPE: JsonType = JsonType::Date;

    fn check(&self, field: &Field, checker: &mut Checker) {
        if !self.is_date() {
            checker.note(Problem::NoDate, Some(field.origin));
        }
    }

    fn debug(&self, shown: bool) -> Option<Shown<'_>> {
        shown.then_some(Shown::Value(self))
    }
}

impl FieldType for DateTime {
    const TYPE: JsonType = JsonType::DateTime;

    fn check(&self, field: &Field, checker: &mut Checker) {
        if !self.is_date_time() {
            checker.note(Problem::NoDateTime, Some(field.origin));
        }
    }

    fn debug(&self, shown: bool) -> Option<Shown<'_>> {
        shown.then_some(Shown::Value(self))
    }
}

/// Types that have no rules beyond their JSON type.
macro_rules! plain {
    ($($type:ty: $json:ident),+ $(,)?) => {$(
        impl FieldType for $type {
            const TYPE: JsonType = JsonType::$json;

            fn debug(&self, shown: bool) -> Option<Shown<'_>> {
                shown.then_some(Shown::Value(self))
            }
        }
    )+};
}

plain! { bool: Boolean, i64: Int64, FileId: Int32, Decimal: Number }

macro_rules! amount {
    ($($type:ty: $json:ident),+) => {$(
        impl FieldType for $type {
            const TYPE: JsonType = JsonType::$json;

            fn check(&self, field: &Field, checker: &mut Checker) {
                if field.above_zero && !self.is_above_zero() {
                    checker.note(Problem::NotAboveZero, Some(Origin::Inferred));
                }
            }

            fn debug(&self, shown: bool) -> Option<Shown<'_>> {
                shown.then_some(Shown::Value(self))
            }
        }
    )+};
}

amount! { Amount: Int64, NumberAmount: Number }

macro_rules! text_table {
    ($($type:ty),+) => {$(
        impl FieldType for $type {
            const TYPE: JsonType = JsonType::TextCode(<$type as CodeTable>::NAME);

            fn check(&self, field: &Field, checker: &mut Checker) {
                checker.text(self.code(), field);
                if self.row().is_none() {
                    checker.note(Problem::Unlisted, Some(Origin::Inferred));
                }
            }

            fn debug(&self, shown: bool) -> Option<Shown<'_>> {
                shown.then_some(Shown::Value(self))
            }
        }
    )+};
}

text_table! { Country, Currency }

impl<T: CodeTable> FieldType for Code<T> {
    const TYPE: JsonType =
        if T::Wire::IS_INT32 { JsonType::Int32Code(T::NAME) } else { JsonType::TextCode(T::NAME) };

    fn check(&self, _field: &Field, checker: &mut Checker) {
        if self.is_unconfirmed() {
            checker.note(Problem::Unconfirmed { table: T::NAME }, Some(Origin::Inferred));
        }
    }

    fn debug(&self, shown: bool) -> Option<Shown<'_>> {
        shown.then_some(Shown::Value(self))
    }
}
