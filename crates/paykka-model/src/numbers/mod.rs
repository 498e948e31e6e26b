//! Money and rates without a float and without a guess: what stands on the wire is kept exactly, and becomes a decimal
//! only when the program says what the wire counts in.

mod amount;
mod decimal;
mod digits;
mod number_amount;
mod unit;

pub use amount::Amount;
pub use decimal::{Decimal, DecimalError};
pub use number_amount::NumberAmount;
pub use unit::{AmountError, AmountUnit};
