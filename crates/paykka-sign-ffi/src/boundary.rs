//! Where Rust ends: a panic may not unwind into C, so every function with code that could panic runs in here; and
//! what went wrong becomes a number and, for whoever asked for it, a text.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use paykka_sign::Error;

use crate::PaykkaResult;
use crate::message::PaykkaError;

/// Why a call failed: the number for C, and the text for people.
#[derive(Debug)]
pub(crate) struct Failure {
    result: PaykkaResult,
    text: Cow<'static, str>,
}

impl Failure {
    pub(crate) fn new(result: PaykkaResult, text: impl Into<Cow<'static, str>>) -> Self {
        Self { result, text: text.into() }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(PaykkaResult::from_code(error.code()), error.to_string())
    }
}

/// Runs a function's body, and writes into `error` why it failed, or that nothing did.
///
/// # Safety
/// `error` is NULL, or valid for writing.
pub(crate) unsafe fn guard(
    error: *mut PaykkaError,
    run: impl FnOnce() -> Result<(), Failure>,
) -> PaykkaResult {
    let defect = || Err(Failure::new(PaykkaResult::Panic, "a defect in the library was caught; report it"));
    let ended = guard_or_else(defect, run);
    let (result, text) = match &ended {
        Ok(()) => (PaykkaResult::Ok, ""),
        Err(failure) => (failure.result, &*failure.text),
    };
    // SAFETY: the caller's promise is the same.
    unsafe { PaykkaError::write(error, text) };
    result
}

pub(crate) fn guard_or_else<T>(otherwise: impl FnOnce() -> T, run: impl FnOnce() -> T) -> T {
    // Nothing half-changed can be seen later: handles change by one swap, and out-parameters are set before or after
    // all else.
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| otherwise())
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;

    #[test]
    fn a_panic_becomes_a_result() {
        // SAFETY: NULL is allowed.
        assert_eq!(unsafe { guard(ptr::null_mut(), || panic!("a defect")) }, PaykkaResult::Panic);
        assert_eq!(guard_or_else(|| 1, || panic!("a defect")), 1);
    }

    #[test]
    fn everything_else_passes() {
        let late = || Err(Failure::new(PaykkaResult::Late, "late"));
        // SAFETY: NULL is allowed.
        unsafe {
            assert_eq!(guard(ptr::null_mut(), || Ok(())), PaykkaResult::Ok);
            assert_eq!(guard(ptr::null_mut(), late), PaykkaResult::Late);
        }
    }
}
