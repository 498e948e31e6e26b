//! The body of a failed call, as the platform's rules page describes it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::open_enum::open_enum;

open_enum! {
    /// `ret_code` of a failed call (D). Its HTTP status stands beside it in the answer (I).
    RetCode, UnknownRetCode {
        /// Success; the sister product's envelope carries it (I).
        Success = "000000",
        /// Unknown error.
        Unknown = "999999",
        /// Invalid request parameters.
        InvalidParameters = "010000",
        /// Too many requests.
        TooManyRequests = "010001",
        /// Data not found.
        NotFound = "010002",
        /// Invalid data state.
        InvalidState = "010003",
        /// Data integrity violation.
        IntegrityViolation = "010004",
        /// File larger than allowed.
        FileTooLarge = "010005",
        /// Unauthorised: signature verification failed.
        SignatureRefused = "010100",
        /// Unauthorised for another reason (the public text repeats that of 010100).
        Unauthorised = "010200",
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
    /// The failure that `body` states, whatever its HTTP status: `None` where it isn't JSON, has no `ret_code`, or one
    /// of `000000`.
    #[must_use]
    pub fn from_body(body: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Self>(body).ok().filter(|error| error.ret_code != RetCode::Success)
    }
}
