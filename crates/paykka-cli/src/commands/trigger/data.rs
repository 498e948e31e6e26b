//! What a notification says: data of the user's own, or an example's, in the documented envelope.

use std::convert::Infallible;
use std::str::FromStr;

use bytes::Bytes;
use paykka_model::NotificationKind;
use paykka_webhook::testing::{MERCHANT, sample};
use serde_json::Value;

use crate::frame::Failure;
use crate::inputs::{Source, json};
use crate::texts::trigger as texts;

/// JSON, `@` before a file's name, or `-`.
#[derive(Debug, Clone)]
pub(super) enum Data {
    Text(String),
    In(Source),
}

impl FromStr for Data {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text.strip_prefix('@') {
            Some(file) => Self::In(Source::File(file.into())),
            None if text == "-" => Self::In(Source::Stdin),
            None => Self::Text(text.to_owned()),
        })
    }
}

impl Data {
    fn read(&self) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Text(text) => Ok(text.clone().into_bytes()),
            Self::In(source) => source.read(),
        }
    }
}

/// The body that is signed, byte for byte.
pub(super) fn body(kind: NotificationKind, data: Option<&Data>, merchant: &str) -> Result<Bytes, Failure> {
    let Some(data) = data else {
        return Ok(envelope(kind, sample(kind).replace(MERCHANT, &escaped(merchant)).as_bytes()));
    };
    let text = data.read()?;
    let value = json::read(&text).map_err(|mistake| {
        let [line, mark] = &mistake.excerpt;
        let failure = Failure::input("data", mistake.message(), texts::no_data_to_do());
        failure.detailed([line.clone(), mark.clone()])
    })?;
    if !value.is_object() {
        return Err(Failure::input("data", texts::no_object(), texts::no_data_to_do()));
    }
    let is_whole = value.get("type").is_some() && value.get("data").is_some_and(Value::is_object);
    Ok(if is_whole { text.into() } else { envelope(kind, text.trim_ascii()) })
}

/// As `paykka_webhook::testing::Notice` has it.
fn envelope(kind: NotificationKind, data: &[u8]) -> Bytes {
    let r#type = if kind == NotificationKind::Assessment { "ASSESSMENT" } else { "MERCH" };
    let before = format!(r#"{{"type":"{}","version":"1.0","data":"#, r#type);
    [before.as_bytes(), data, b"}"].concat().into()
}

/// Inside a JSON text.
fn escaped(merchant: &str) -> String {
    let text = Value::from(merchant).to_string();
    text.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned()
}
