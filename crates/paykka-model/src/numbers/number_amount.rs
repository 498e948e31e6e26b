//! Money where the wire has a JSON number: payments and exchanges. Its text is kept exactly, and its unit is as unknown
//! as an integer's.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{AmountError, AmountUnit, Decimal, DecimalError};
use crate::Currency;

/// An amount that the platform's page shows as a number, not as an integer (D for `payment.apply` and
/// `forex.pre_order`). What it counts in isn't documented, so a decimal comes of it only with an [`AmountUnit`]; and nobody
/// says that it counts in what an [`Amount`](crate::Amount) counts in, so neither comes of the other.
///
/// Equal are amounts of equal value: `1.10` and `1.1`. Each is written as it was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NumberAmount(Decimal);

impl NumberAmount {
    /// From the number as it shall stand on the wire, such as `1250` or `12.50`: which of the two is yours to know.
    ///
    /// # Errors
    /// [`DecimalError`] for what isn't a number as JSON writes it.
    pub fn from_wire(wire: &str) -> Result<Self, DecimalError> {
        wire.parse().map(Self)
    }

    /// From a whole number as it shall stand on the wire.
    #[must_use]
    pub fn from_integer(wire: i64) -> Self {
        Self(wire.into())
    }

    /// The number as it stands on the wire.
    #[must_use]
    pub fn as_wire(&self) -> &str {
        self.0.as_str()
    }

    /// The number on the wire, if it is a whole one within int64.
    #[must_use]
    pub fn to_integer(&self) -> Option<i64> {
        self.0.to_i64()
    }

    /// From so much money, such as `12.50`, if the wire counts in `unit`.
    ///
    /// # Errors
    /// [`AmountError`] where the currency has fewer digits than the value, or isn't known. Nothing is rounded.
    pub fn from_decimal(value: &Decimal, currency: &Currency, unit: AmountUnit) -> Result<Self, AmountError> {
        unit.wire(value, currency).map(Self)
    }

    /// The money that this is, such as `12.50`, if the wire counts in `unit`.
    ///
    /// # Errors
    /// [`AmountError`] where the number has more digits than the currency, or the currency isn't known.
    pub fn to_decimal(&self, currency: &Currency, unit: AmountUnit) -> Result<Decimal, AmountError> {
        unit.money(&self.0, currency)
    }

    pub(crate) fn is_above_zero(&self) -> bool {
        !self.0.is_negative() && !self.0.is_zero()
    }
}

/// Says that the unit is unknown, so that nobody reads it as a decimal.
impl fmt::Display for NumberAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (wire units)", self.0)
    }
}
