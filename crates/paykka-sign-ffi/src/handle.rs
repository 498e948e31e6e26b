//! Handles: boxed values that C holds by pointer. The bounds on `T` are the header's promise that any number of
//! threads may use one.

use std::ptr;

use crate::PaykkaResult;
use crate::boundary::{Failure, guard_or_else};

/// Puts a new handle into `*out`, or NULL if `make` fails.
///
/// # Safety
/// `out` is NULL, or valid for writing.
pub(crate) unsafe fn hand_out<T: Send + Sync>(
    out: *mut *mut T,
    make: impl FnOnce() -> Result<T, Failure>,
) -> Result<(), Failure> {
    if out.is_null() {
        return Err(Failure::new(PaykkaResult::NullPointer, "out is NULL; give a place for the handle"));
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
pub(crate) unsafe fn borrow<'a, T: Send + Sync>(
    handle: *const T,
    name: &'static str,
) -> Result<&'a T, Failure> {
    // SAFETY: the caller's promise is the same.
    unsafe { borrow_optional(handle) }.ok_or_else(|| {
        let text = format!("{name} is NULL; give the handle that `_new` made");
        Failure::new(PaykkaResult::NullPointer, text)
    })
}

/// # Safety
/// As for [`borrow`].
pub(crate) unsafe fn borrow_optional<'a, T: Send + Sync>(handle: *const T) -> Option<&'a T> {
    // SAFETY: NULL becomes `None`; everything else is a live box by the caller's promise, and nobody has it mutably.
    unsafe { handle.as_ref() }
}

/// # Safety
/// `handle` is NULL, or came from [`hand_out`], wasn't freed, and isn't used from here on.
pub(crate) unsafe fn free<T: Send + Sync>(handle: *mut T) {
    if handle.is_null() {
        return;
    }
    // SAFETY: it came out of `Box::into_raw` and is given back once, both by the caller's promise.
    let owned = unsafe { Box::from_raw(handle) };
    guard_or_else(|| (), || drop(owned));
}
