//! What happens by itself, and when.

use std::collections::BTreeMap;

use paykka_model::NotificationKind;
use serde::{Deserialize, Serialize};

use super::{Millis, Subject};

/// The next step of an object, with its merchant where it has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Due {
    Onboarding(String),
    Assessment(String),
    Va(String, String),
    Order(String, String),
    Receipt(String, String),
    Payee(String, String),
    Exchange(String, String),
    /// The expiry of a quote.
    Quote(String, String),
    /// With its number in the ledger: one number of the merchant's may be executed twice.
    Payment(String, String, u64),
}

impl Due {
    /// Whom notifications of this step will be about.
    pub(super) fn subject(&self) -> Subject {
        let of = |kind, merchant: Option<&String>, object: &String| Subject {
            kind,
            merchant: merchant.cloned(),
            object: object.clone(),
        };
        match self {
            Self::Onboarding(number) => of(NotificationKind::Onboarding, None, number),
            Self::Assessment(number) => of(NotificationKind::Assessment, None, number),
            Self::Va(merchant, id) => of(NotificationKind::Va, Some(merchant), id),
            Self::Order(merchant, id) => of(NotificationKind::OrderReview, Some(merchant), id),
            Self::Receipt(merchant, id) => of(NotificationKind::TradeSettle, Some(merchant), id),
            Self::Payee(merchant, id) => of(NotificationKind::Payee, Some(merchant), id),
            Self::Exchange(merchant, id) | Self::Quote(merchant, id) => {
                of(NotificationKind::Forex, Some(merchant), id)
            }
            Self::Payment(merchant, id, _) => of(NotificationKind::Payment, Some(merchant), id),
        }
    }
}

/// By time; what is due at one moment happens in the order in which it was planned.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<(Millis, Due)>", into = "Vec<(Millis, Due)>")]
pub(super) struct Schedule {
    due: BTreeMap<(Millis, u64), Due>,
    planned: u64,
}

impl Schedule {
    pub(super) fn push(&mut self, at: Millis, due: Due) {
        self.planned += 1;
        self.due.insert((at, self.planned), due);
    }

    pub(super) fn pop_due(&mut self, now: Millis) -> Option<(Millis, Due)> {
        let entry = self.due.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((at, _), due) = entry.remove_entry();
        Some((at, due))
    }

    pub(super) fn next(&self) -> Option<Millis> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }
}

impl From<Vec<(Millis, Due)>> for Schedule {
    fn from(all: Vec<(Millis, Due)>) -> Self {
        let mut schedule = Self::default();
        all.into_iter().for_each(|(at, due)| schedule.push(at, due));
        schedule
    }
}

impl From<Schedule> for Vec<(Millis, Due)> {
    fn from(schedule: Schedule) -> Self {
        schedule.due.into_iter().map(|((at, _), due)| (at, due)).collect()
    }
}

impl Clone for Schedule {
    fn clone(&self) -> Self {
        Self { due: self.due.clone(), planned: self.planned }
    }
}
