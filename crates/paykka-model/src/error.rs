//! The body of a failed call, as the platform's rules page describes it.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    /// The failure that `body` states, whatever its HTTP status: `None` where it isn't a JSON object, has no `ret_code`, or
    /// one of `000000`. A `ret_code` of another type than text is a failure, too: it is there, and it isn't success.
    #[must_use]
    pub fn from_body(body: &[u8]) -> Option<Self> {
        let stated: Stated = serde_json::from_slice(body).ok()?;
        let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let ret_code = stated.ret_code.map(text).map(RetCode::from)?;
        let ret_msg = stated.ret_msg.map(text);
        (ret_code != RetCode::Success).then_some(Self { ret_code, ret_msg })
    }
}
#[derive(Deserialize)]
struct Stated {
    ret_code: Option<Value>,
    ret_msg: Option<Value>,
}
