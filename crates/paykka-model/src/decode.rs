//! Bytes to types, with an error that says where and what was expected, and never what stood there: answers and
//! notifications hold names and account numbers, and `serde_json`'s own messages quote the value that didn't fit.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::Segment;

/// Decodes a body. The bytes should be verified before. A body is never an array: its fields have names, not places.
///
/// # Errors
/// [`DecodeError`] with the path of what didn't fit, and what was expected there.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    if body.trim_ascii_start().starts_with(b"[") {
        let problem = Problem::Mismatch { expected: "an object".to_owned() };
        return Err(DecodeError { path: "$".to_owned(), problem, line: 1, column: 1 });
    }
    // Keeping track of the path costs more than half of the speed, so it is kept only when it is wanted.
    serde_json::from_slice(body).map_err(|error| explain::<T>(body, &error))
}

#[cold]
fn explain<T: DeserializeOwned>(body: &[u8], plain: &serde_json::Error) -> DecodeError {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let (path, problem) = match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Err(error) => (shown(error.path()), Problem::of(error.inner())),
        // The value is whole, and something stands behind it.
        Ok(_) => ("$".to_owned(), Problem::of(plain)),
    };
    DecodeError { path, problem, line: plain.line(), column: plain.column() }
}

/// A JSON path. Only names that could be ours are written out: another key may hold anything.
fn shown(path: &serde_path_to_error::Path) -> String {
    let mut out = String::from("$");
    for segment in path {
        match segment {
            Segment::Seq { index } => out.push_str(&format!("[{index}]")),
            Segment::Map { key } | Segment::Enum { variant: key } if is_name(key) => {
                out.push('.');
                out.push_str(key);
            }
            _ => out.push_str(".?"),
        }
    }
    out
}

fn is_name(key: &str) -> bool {
    key.len() <= 64
        && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A body that doesn't fit its type. It holds no value of the body.
///
/// What to do: look at the raw bytes at the place named; if the platform changed its answer, update this crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    path: String,
    problem: Problem,
    line: usize,
    column: usize,
}

impl DecodeError {
    /// Where, as a JSON path (RFC 9535) such as `$.accounts[0].balance`; a key that can't be the platform's is written
    /// `?`. What is missing is missing in the object named.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What should have stood there, such as `a string` or `an array`, if it is known.
    #[must_use]
    pub fn expected(&self) -> Option<&str> {
        match &self.problem {
            Problem::Mismatch { expected } => Some(expected),
            _ => None,
        }
    }

    /// Line of the place, counted from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// Column of the place in bytes, counted from 1; 0 before the first.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, problem, line, column } = self;
        write!(f, "the body can't be decoded: {path}: {problem} (line {line}, column {column})")
    }
}

impl std::error::Error for DecodeError {}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Problem {
    NotJson,
    TooShort,
    Missing { field: String },
    Twice { field: String },
    Mismatch { expected: String },
    Other,
}

impl Problem {
    /// `serde_json` offers its findings as text alone. What may be taken from it is what our own types put in: a field's name,
    /// and what a type expects. Whatever else stands there may be the body's.
    fn of(error: &serde_json::Error) -> Self {
        match error.classify() {
            Category::Syntax | Category::Io => return Self::NotJson,
            Category::Eof => return Self::TooShort,
            Category::Data => {}
        }
        let text = error.to_string();
        let text = text.rfind(" at line ").and_then(|end| text.get(..end)).unwrap_or(&text);
        let named = |prefix: &str| {
            let name = text.strip_prefix(prefix)?.strip_suffix('`')?;
            is_name(name).then(|| name.to_owned())
        };
        if let Some(field) = named("missing field `") {
            return Self::Missing { field };
        }
        if let Some(field) = named("duplicate field `") {
            return Self::Twice { field };
        }
        // The value stands before; a type's own words have no comma.
        match text.rsplit_once(", expected ") {
            Some((_, expected)) => Self::Mismatch { expected: in_json_words(expected).to_owned() },
            None => Self::Other,
        }
    }
}

/// What serde calls by Rust's names.
fn in_json_words(expected: &str) -> &str {
    match expected {
        "i64" => "an integer of 64 bits",
        "i32" => "an integer of 32 bits",
        "a sequence" => "an array",
        object if object.starts_with("struct ") => "an object",
        other => other,
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson => f.write_str("this isn't JSON"),
            Self::TooShort => f.write_str("the JSON ends too early"),
            Self::Missing { field } => write!(f, "the field `{field}` is missing"),
            Self::Twice { field } => write!(f, "the field `{field}` stands there twice"),
            Self::Mismatch { expected } => write!(f, "expected {expected}, found something else"),
            Self::Other => f.write_str("the value doesn't fit"),
        }
    }
}
