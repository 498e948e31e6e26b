//! What a request to the control port is read into: the emulator, the names in its path, and its JSON, with errors that
//! name the field. No value of a body comes back in an error, since one of them may be a private key.

use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequest, Path, Request};
use http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::Context;
use super::problem::Problem;
use crate::Emulator;
use crate::platform::is_name;

/// The emulator, as long as it is there.
pub(super) struct Running(pub(super) Emulator);

impl FromRequestParts<Context> for Running {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, context: &Context) -> Result<Self, Problem> {
        context.emulator.emulator().map(Self).ok_or_else(Problem::ending)
    }
}

/// What stands in the path.
pub(super) struct Named<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Context> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> Result<Self, Problem> {
        let Path(named) = Path::from_request_parts(parts, context).await.map_err(|_| {
            Problem::invalid("the path: isn't of the right form", "numbers are digits, and names are UTF-8")
        })?;
        Ok(Self(named))
    }
}

/// The body, as JSON. `Content-Type` isn't asked for.
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Context> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, context: &Context) -> Result<Self, Problem> {
        Self::of(&read(request, context).await?)
    }
}

/// Without a body there is none.
impl<T: DeserializeOwned> OptionalFromRequest<Context> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, context: &Context) -> Result<Option<Self>, Problem> {
        let body = read(request, context).await?;
        if body.is_empty() { Ok(None) } else { Self::of(&body).map(Some) }
    }
}

impl<T: DeserializeOwned> Json<T> {
    fn of(body: &[u8]) -> Result<Self, Problem> {
        // serde would take a list, too, as the fields in their order.
        if body.trim_ascii_start().first() == Some(&b'[') {
            return Err(Problem::invalid(
                "the body: is a list",
                "send one JSON object, such as docs/emulator.md shows",
            ));
        }
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
            let field = error.path().to_string();
            unreadable(&field, error.inner())
        })?;
        deserializer.end().map_err(|error| unreadable(".", &error))?;
        Ok(Self(value))
    }
}

async fn read(request: Request, context: &Context) -> Result<Vec<u8>, Problem> {
    let reading = Limited::new(request.into_body(), MAX_BODY).collect();
    let Ok(read) = tokio::time::timeout(context.patience, reading).await else {
        return Err(Problem::too_slow());
    };
    match read {
        Ok(body) => Ok(body.to_bytes().into()),
        Err(error) if error.is::<LengthLimitError>() => Err(Problem::too_long(MAX_BODY)),
        Err(_) => Err(Problem::invalid("the body: ended before its end", "send all of it")),
    }
}

/// A plan of a thousand faults fits; a key needs 4 KiB.
const MAX_BODY: usize = 64 * 1024;

fn unreadable(field: &str, error: &serde_json::Error) -> Problem {
    if !error.is_data() {
        let place = format!("the body: isn't JSON at line {}, column {}", error.line(), error.column());
        return Problem::invalid(place, "send one JSON object, such as docs/emulator.md shows");
    }
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    // serde quotes what it found there.
    let is_quoted = text.starts_with("invalid type") || text.starts_with("invalid value");
    let text = match text.rsplit_once(", expected ") {
        Some((_, expected)) if is_quoted => format!("must be {expected}"),
        _ => text.to_owned(),
    };
    let field = if field == "." { "the body".to_owned() } else { format!("`{field}`") };
    Problem::invalid(format!("{field}: {text}"), "docs/emulator.md shows the fields of each request")
}

/// A merchant's number or another name: what a header can carry.
pub(super) fn check_name(field: &str, name: &str) -> Result<(), Problem> {
    if is_name(name) {
        return Ok(());
    }
    Err(Problem::invalid(format!("`{field}`: can't be used"), "give 1..128 visible ASCII characters"))
}

pub(super) fn check_currency(currency: &str) -> Result<(), Problem> {
    if currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(());
    }
    Err(Problem::invalid("`currency`: isn't a currency's code", "give three capital letters, such as USD"))
}

pub(super) fn known_merchant(emulator: &Emulator, merchant: &str) -> Result<(), Problem> {
    if emulator.balances(merchant).is_some() {
        return Ok(());
    }
    Err(Problem::not_found(
        "there is no such merchant",
        "GET /merchants lists them; POST /merchants registers one",
    ))
}
