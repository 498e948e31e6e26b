//! Money as it stands on the wire: an integer whose unit the platform doesn't state. Keeping it a type of its own
//! means that no float and no guess about the unit gets in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The integer of an amount field (int64, D). Its unit isn't documented; minor units are likely (I), so this type
/// offers no conversion to or from a decimal.
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
}

/// Says that the unit is unknown, so that nobody reads it as a decimal.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (wire units)", self.0)
    }
}
