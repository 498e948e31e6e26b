//! Where Rust ends: a panic may not unwind into C, so every function with code that could panic runs in here.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::PaykkaResult;

pub(crate) fn guard(run: impl FnOnce() -> Result<(), PaykkaResult>) -> PaykkaResult {
    guard_or(PaykkaResult::Panic, || run().err().unwrap_or(PaykkaResult::Ok))
}

pub(crate) fn guard_or<T>(otherwise: T, run: impl FnOnce() -> T) -> T {
    // Nothing half-changed can be seen later: handles are immutable, and out-parameters are set before or after all
    // else.
    catch_unwind(AssertUnwindSafe(run)).unwrap_or(otherwise)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_result() {
        assert_eq!(guard(|| panic!("a defect")), PaykkaResult::Panic);
        assert_eq!(guard_or(1, || panic!("a defect")), 1);
    }

    #[test]
    fn everything_else_passes() {
        assert_eq!(guard(|| Ok(())), PaykkaResult::Ok);
        assert_eq!(guard(|| Err(PaykkaResult::Late)), PaykkaResult::Late);
    }
}
