//! The body of a failed call, as the platform's rules page describes it.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::open_enum::open_enum;

open_enum! {
    /// `ret_code` of a failed call (D). Its HTTP status stands beside it in the answer (I).
    RetCode, UnknownRetCode {
        /// Success; the sister product's envelope carries it (I).
        Success = "000000", I;
        /// Unknown error.
        Unknown = "999999", D;
        /// Invalid request parameters.
        InvalidParameters = "010000", D;
        /// Too many requests.
        TooManyRequests = "010001", D;
        /// Data not found.
        NotFound = "010002", D;
        /// Invalid data state.
        InvalidState = "010003", D;
        /// Data integrity violation.
        IntegrityViolation = "010004", D;
        /// File larger than allowed.
        FileTooLarge = "010005", D;
        /// Unauthorised: signature verification failed.
        SignatureRefused = "010100", D;
        /// Unauthorised; probably for another reason than 010100, whose public text it repeats (I).
        Unauthorised = "010200", D;
    }
}

/// `{"ret_code": "…", "ret_msg": "…"}` (D).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// What went wrong, for programs.
    pub ret_code: RetCode,
    /// What went wrong, for people; the platform's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ret_msg: Option<String>,
}

/// The platform's words are left out: they may quote the request.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError").field("ret_code", &self.ret_code).finish_non_exhaustive()
    }
}

impl ApiError {
    /// The failure that `body` states, whatever its HTTP status: `None` where it isn't a JSON object, has no `ret_code`
    /// or a single one of `000000`. Any other `ret_code` is a failure, of whatever JSON type and however often it stands
    /// there: it is there, and it doesn't say success.
    #[must_use]
    pub fn from_body(body: &[u8]) -> Option<Self> {
        let Stated { ret_codes, ret_msg } = serde_json::from_slice(body).ok()?;
        let is_success = |code: &String| RetCode::from(code.as_str()) == RetCode::Success;
        let failure = ret_codes.iter().find(|code| !is_success(code));
        // Two answers in one are none.
        let ret_code = failure.or(ret_codes.first().filter(|_| ret_codes.len() > 1))?;
        Some(Self { ret_code: RetCode::from(ret_code.as_str()), ret_msg })
    }
}

/// What a body says of success, read more leniently than any type: a failure mustn't be missed for its form.
struct Stated {
    ret_codes: Vec<String>,
    ret_msg: Option<String>,
}

impl<'de> Deserialize<'de> for Stated {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Keys)
    }
}

struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = Stated;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Stated, A::Error> {
        let mut stated = Stated { ret_codes: Vec::new(), ret_msg: None };
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "ret_code" => stated.ret_codes.extend(text(&map.next_value::<Box<RawValue>>()?)),
                "ret_msg" => stated.ret_msg = text(&map.next_value::<Box<RawValue>>()?),
                _ => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        Ok(stated)
    }
}

/// A text's content; of anything else the JSON itself; nothing of `null`.
fn text(value: &RawValue) -> Option<String> {
    let json = value.get();
    if json == "null" {
        return None;
    }
    Some(serde_json::from_str(json).unwrap_or_else(|_| json.to_owned()))
}
