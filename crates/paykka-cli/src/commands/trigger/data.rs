//! What a notification says: data of the user's own, or an example's, in the documented envelope.

use bytes::Bytes;
use paykka_model::NotificationKind;
use paykka_webhook::testing::{MERCHANT, sample};
use serde_json::Value;

use crate::frame::Failure;
use crate::inputs::Given;

/// The body that is signed, byte for byte.
pub(super) fn body(kind: NotificationKind, data: Option<&Given>, merchant: &str) -> Result<Bytes, Failure> {
    let Some(data) = data else {
        return Ok(envelope(kind, sample(kind).replace(MERCHANT, &escaped(merchant)).as_bytes()));
    };
    let (text, value) = data.object()?;
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
