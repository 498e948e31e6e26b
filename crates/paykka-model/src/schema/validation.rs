//! What is wrong with a body, all of it at once, and how sure we are that the platform minds: a guess must not keep
//! somebody from making a call.

use std::fmt;

use super::Origin;

/// Everything that [`validate`](super::WireObject::validate) found.
///
/// Only what [stops](Violation::stops) a call is an error: limits that the platform documents, and a few rules of our
/// own about texts that mislead. The rest are warnings, each with its mark.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validation {
    pub(super) violations: Vec<Violation>,
}

impl Validation {
    /// All that was found, in the order of the fields.
    #[must_use]
    pub fn all(&self) -> &[Violation] {
        &self.violations
    }

    /// What keeps the body from being sent.
    pub fn stopping(&self) -> impl Iterator<Item = &Violation> {
        self.violations.iter().filter(|violation| violation.stops())
    }

    /// What the platform may or may not mind.
    pub fn warnings(&self) -> impl Iterator<Item = &Violation> {
        self.violations.iter().filter(|violation| !violation.stops())
    }

    /// Whether nothing keeps the body from being sent.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.stopping().next().is_none()
    }

    /// `Ok` where nothing keeps the body from being sent.
    ///
    /// # Errors
    /// All that was found, itself. What to do: see each [`Violation`].
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_ok() { Ok(()) } else { Err(self) }
    }
}

/// One finding a line; `warning:` before what doesn't stop the call.
impl fmt::Display for Validation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.violations.is_empty() {
            return f.write_str("nothing is wrong with it");
        }
        for (index, violation) in self.violations.iter().enumerate() {
            let end_of_last = if index == 0 { "" } else { "\n" };
            let word = if violation.stops() { "" } else { "warning: " };
            write!(f, "{end_of_last}{word}{violation}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Validation {}

/// One thing that is wrong. It never holds the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub(super) path: String,
    pub(super) problem: Problem,
    pub(super) origin: Option<Origin>,
}

impl Violation {
    /// Where, as a JSON path (RFC 9535) such as `$.stakeholder_list[0].name`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What.
    #[must_use]
    pub const fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Where the rule comes from; `None` for a rule of our own.
    #[must_use]
    pub const fn origin(&self) -> Option<Origin> {
        self.origin
    }

    /// Whether it keeps the body from being sent: rules that the platform documents, and our own.
    #[must_use]
    pub const fn stops(&self) -> bool {
        !matches!(self.problem, Problem::Unconfirmed { .. })
            && matches!(self.origin, None | Some(Origin::Documented))
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.problem)?;
        match self.origin {
            Some(origin) => write!(f, " ({})", origin.mark()),
            None => f.write_str(" (our own rule)"),
        }
    }
}

/// What is wrong with a value. `Display` says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The text is too short or too long; in UTF-16 units.
    Length {
        /// How long it is.
        is: usize,
        /// The shortest that is allowed.
        min: usize,
        /// The longest that is allowed.
        max: usize,
    },
    /// The array has too few or too many items.
    Items {
        /// How many it has.
        is: usize,
        /// The fewest that are allowed.
        min: usize,
        /// The most that are allowed.
        max: usize,
    },
    /// There is a control character, such as a line feed.
    ControlCharacter,
    /// There is a mark that nobody sees: one that changes the direction of writing, or has no width.
    InvisibleMark,
    /// It begins or ends with a blank.
    BlankAtEnd,
    /// It is no calendar date.
    NoDate,
    /// It is no ISO 8601 time in UTC.
    NoDateTime,
    /// Exactly one of these fields must be there.
    ExactlyOne {
        /// The fields.
        of: &'static [&'static str],
        /// How many are there.
        are: usize,
    },
    /// At least one of these fields must be there.
    AtLeastOne {
        /// The fields.
        of: &'static [&'static str],
    },
    /// There is nothing in it.
    Empty,
    /// The amount isn't above zero.
    NotAboveZero,
    /// The value isn't one of those that are known here. It may be known to the platform.
    Unlisted,
    /// `extra` has a key that the type has a field for, so that the JSON would have it twice.
    ExtraTwice,
    /// The code is out of a table of ours that no page of the platform's shows.
    Unconfirmed {
        /// The table.
        table: &'static str,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bounds = |f: &mut fmt::Formatter<'_>, is: usize, (min, max): (usize, usize), what: &str| {
            if is == 0 {
                f.write_str("is empty")?;
            } else {
                write!(f, "has {is} {what}")?;
            }
            if min == 0 {
                write!(f, "; at most {max} are allowed")
            } else {
                write!(f, "; {min} to {max} are allowed")
            }
        };
        match self {
            Self::Length { is, min, max } => bounds(f, *is, (*min, *max), "UTF-16 units"),
            Self::Items { is, min, max } => bounds(f, *is, (*min, *max), "items"),
            Self::ControlCharacter => {
                f.write_str("has a control character, such as a line feed; take it out")
            }
            Self::InvisibleMark => f.write_str(
                "has an invisible mark, such as one that changes the direction of writing; take it out",
            ),
            Self::BlankAtEnd => f.write_str("begins or ends with white space; trim it"),
            Self::NoDate => f.write_str("is not a date; write YYYY-MM-DD"),
            Self::NoDateTime => {
                f.write_str("is not a time; write ISO 8601 in UTC, such as 2023-12-04T23:25:59Z")
            }
            Self::ExactlyOne { of, are } => {
                write!(f, "has {are} of the fields {}; exactly one must be there", of.join(", "))
            }
            Self::AtLeastOne { of } => {
                write!(f, "has none of the fields {}; one must be there", of.join(", "))
            }
            Self::Empty => f.write_str("is empty"),
            Self::NotAboveZero => f.write_str("is not above zero"),
            Self::Unlisted => {
                f.write_str("is none of the values that are known here; check it for a typing error")
            }
            Self::ExtraTwice => f.write_str("stands in `extra` beside the field of that name; set the field"),
            Self::Unconfirmed { table } => write!(
                f,
                "is a code from our table `{table}`, which no page of the platform shows; confirm it with the platform, \
                 then give it as a code of your own"
            ),
        }
    }
}
