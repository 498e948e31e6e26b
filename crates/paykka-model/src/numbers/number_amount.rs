//! Money where the wire has a JSON number: payments and exchanges. Its text is kept exactly, and its unit is as unknown
//! as an integer's.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Amount, AmountError, AmountUnit, Decimal};
use crate::Currency;

/// An amount that the platform's page shows as a number, not as an integer (D for `payment.apply` and
/// `forex.pre_order`). What it counts in isn't documented, so a decimal comes of it only with an [`AmountUnit`].
///
/// Equal are amounts of equal value: `1.10` and `1.1`. Each is written as it was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NumberAmount(Decimal);

impl NumberAmount {
    /// From the number on the wire.
    #[must_use]
    pub const fn from_wire(wire: Decimal) -> Self {
        Self(wire)
    }

    /// The number on the wire.
    #[must_use]
    pub const fn as_wire(&self) -> &Decimal {
        &self.0
    }

    /// The number on the wire, if it is a whole one that an [`Amount`] can hold.
    #[must_use]
    pub fn to_amount(&self) -> Option<Amount> {
        self.0.to_i64().map(Amount::from_wire)
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
}

/// The same number on the wire.
impl From<Amount> for NumberAmount {
    fn from(amount: Amount) -> Self {
        Self(amount.to_wire().into())
    }
}

/// Says that the unit is unknown, so that nobody reads it as a decimal.
impl fmt::Display for NumberAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (wire units)", self.0)
    }
}
