//! Money and rates without a float and without a guess: what stands on the wire is kept exactly, and becomes a decimal
//! only when the program says what the wire counts in.

mod amount;
mod decimal;
mod digits;
mod number_amount;
mod unit;

use crate::Currency;

pub use amount::Amount;
pub use decimal::{Decimal, DecimalError};
pub use number_amount::NumberAmount;
pub use unit::{AmountError, AmountUnit};

impl Currency {
    /// How many digits the currency has after the point, by ISO 4217 (CNH as CNY, I); `None` for a code that isn't in it.
    #[must_use]
    pub fn minor_digits(&self) -> Option<u8> {
        digits::of(self.code())
    }
}
