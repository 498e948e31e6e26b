//! Handles: boxed values that C holds by pointer. The bounds on `T` are the header's promise that any number of
//! threads may use one.

use std::ptr;

use crate::PaykkaResult;
use crate::boundary::guard_or;

/// Puts a new handle into `*out`, or NULL if `make` fails.
///
/// # Safety
/// `out` is NULL, or valid for writing.
pub(crate) unsafe fn hand_out<T: Send + Sync>(
    out: *mut *mut T,
    make: impl FnOnce() -> Result<T, PaykkaResult>,
) -> Result<(), PaykkaResult> {
    if out.is_null() {
        return Err(PaykkaResult::NullPointer);
    }
    // SAFETY: it isn't NULL, so the caller promises that it is valid for writing.
    unsafe { out.write(ptr::null_mut()) };
    let handle = Box::into_raw(Box::new(make()?));
    // SAFETY: as above.
    unsafe { out.write(handle) };
    Ok(())
}

/// # Safety
/// `handle` is NULL, or came from [`hand_out`] and isn't freed during `'a`.
pub(crate) unsafe fn borrow<'a, T: Send + Sync>(handle: *const T) -> Result<&'a T, PaykkaResult> {
    // SAFETY: NULL becomes `None`; everything else is a live box by the caller's promise, and nobody has it mutably.
    unsafe { handle.as_ref() }.ok_or(PaykkaResult::NullPointer)
}

/// # Safety
/// `handle` is NULL, or came from [`hand_out`], wasn't freed, and isn't used from here on.
pub(crate) unsafe fn free<T: Send + Sync>(handle: *mut T) {
    if handle.is_null() {
        return;
    }
    // SAFETY: it came out of `Box::into_raw` and is given back once, both by the caller's promise.
    let owned = unsafe { Box::from_raw(handle) };
    guard_or((), || drop(owned));
}
