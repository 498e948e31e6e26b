//! Money where the wire has an integer, whose unit the platform doesn't state. Keeping it a type of its own means that
//! no float and no guess about the unit gets in.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{AmountError, AmountUnit, Decimal};
use crate::Currency;

/// The integer of an amount field (int64, D). Its unit isn't documented; minor units are likely (I), so a decimal comes
/// of it only with an [`AmountUnit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(i64);

impl Amount {
    /// From the integer on the wire.
    #[must_use]
    pub const fn from_wire(wire: i64) -> Self {
        Self(wire)
    }

    /// The integer on the wire.
    #[must_use]
    pub const fn to_wire(self) -> i64 {
        self.0
    }

    /// From so much money, such as `12.50`, if the wire counts in `unit`.
    ///
    /// # Errors
    /// [`AmountError`] where the currency has fewer digits than the value, isn't known, or the integer can't hold it.
    /// Nothing is rounded.
    pub fn from_decimal(value: &Decimal, currency: &Currency, unit: AmountUnit) -> Result<Self, AmountError> {
        let wire = unit.wire(value, currency)?;
        wire.to_i64().map(Self).ok_or_else(|| {
            if wire.is_integer() { AmountError::beyond_int64() } else { AmountError::not_whole() }
        })
    }

    /// The money that this is, such as `12.50`, if the wire counts in `unit`.
    ///
    /// # Errors
    /// [`AmountError`] where it isn't known how many digits the currency has.
    pub fn to_decimal(self, currency: &Currency, unit: AmountUnit) -> Result<Decimal, AmountError> {
        unit.money(&Decimal::from(self.0), currency)
    }

    /// The sum, or `None` beyond int64.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The difference, or `None` beyond int64.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Some(Self(difference)),
            None => None,
        }
    }

    /// The negative, or `None` beyond int64.
    #[must_use]
    pub const fn checked_neg(self) -> Option<Self> {
        match self.0.checked_neg() {
            Some(negative) => Some(Self(negative)),
            None => None,
        }
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "one signature for both types of amounts")]
    pub(crate) const fn is_above_zero(&self) -> bool {
        self.0 > 0
    }

    /// The sum of all, or `None` beyond int64.
    #[must_use]
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self(0), Self::checked_add)
    }
}

/// Says that the unit is unknown, so that nobody reads it as a decimal.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (wire units)", self.0)
    }
}
