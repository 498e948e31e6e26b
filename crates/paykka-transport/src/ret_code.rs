//! The one word of a failure's body that decides whether something is sent again. Whoever calls reads the rest.

use serde_json::Value;

/// Success (D), where a body states it.
pub(crate) const SUCCESS: &str = "000000";

/// The platform doesn't know what went wrong (D).
pub(crate) const UNKNOWN: &str = "999999";

/// Too many requests (D).
pub(crate) const RATE_LIMITED: &str = "010001";

/// Our signature was refused (D).
pub(crate) const SIGNATURE_REFUSED: &str = "010100";

/// The body's `ret_code`, also one that is written as a number.
pub(crate) fn ret_code(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    match body.get("ret_code")? {
        Value::String(code) => Some(code.clone()),
        Value::Number(code) => Some(code.to_string()),
        _ => None,
    }
}
