//! A merchant's money: entries that are only ever added, and the balance that is their sum. Integers of minor units.

use std::collections::{BTreeMap, HashSet};

use paykka_model::{AccountBalance, AccountBalanceFields, Amount};
use serde::{Deserialize, Serialize};

use super::{Failure, Millis};

/// One movement on an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When, by the business clock, in Unix milliseconds.
    pub at: u64,
    /// On the account of which currency.
    pub currency: String,
    /// How much came (above zero) or went, in minor units.
    pub amount: Amount,
    /// Why.
    pub cause: Cause,
    /// Which object moved it.
    pub reference: String,
}

/// Why money moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Cause {
    /// There from the start.
    Opening,
    /// A receipt was settled.
    Settlement,
    /// An exchange took it.
    ExchangeSold,
    /// An exchange brought it.
    ExchangeBought,
    /// A payment took it.
    Payment,
    /// A payment failed or came back.
    PaymentReturned,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(from = "Saved", into = "Saved")]
pub(super) struct Ledger {
    entries: Vec<Entry>,
    balances: BTreeMap<String, Amount>,
    /// No object moves money twice for one cause.
    moved: HashSet<(Cause, String, String)>,
    /// How many entries were checked, and what they came to.
    checked: (usize, BTreeMap<String, Amount>),
}

impl Ledger {
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// By currency.
    pub(super) const fn balances(&self) -> &BTreeMap<String, Amount> {
        &self.balances
    }

    pub(super) fn balance(&self, currency: &str) -> Option<Amount> {
        self.balances.get(currency).copied()
    }

    /// The accounts in the order of their currencies, as they were at a moment.
    pub(super) fn accounts_at(&self, moment: Millis) -> Vec<AccountBalance> {
        let account = |(currency, balance): (&String, &Amount)| {
            AccountBalance::new(AccountBalanceFields {
                currency: currency.as_str().into(),
                balance: *balance,
                available_amount: *balance,
            })
        };
        // Entries come in the order of time, so a look at the last one tells whether there is anything to leave out.
        if self.entries.last().is_none_or(|last| last.at <= moment) {
            return self.balances.iter().map(account).collect();
        }
        let until: Vec<Entry> = self.entries.iter().filter(|entry| entry.at <= moment).cloned().collect();
        added(BTreeMap::new(), &until).unwrap_or_default().iter().map(account).collect()
    }

    /// Adds entries together or not at all.
    ///
    /// # Errors
    /// 010003 where a balance would be below zero or beyond int64; 010004 where an object moves money twice.
    pub(super) fn post(&mut self, entries: Vec<Entry>) -> Result<(), Failure> {
        let mut balances = self.balances.clone();
        for entry in &entries {
            let balance = balances.entry(entry.currency.clone()).or_insert(Amount::from_wire(0));
            let sum = balance.checked_add(entry.amount).filter(|sum| sum.to_wire() >= 0);
            *balance = sum.ok_or_else(|| Failure::state("the balance is too low"))?;
            if self.moved.contains(&key(entry)) {
                return Err(Failure::reused("reference"));
            }
        }
        self.moved.extend(entries.iter().map(key));
        self.balances = balances;
        self.entries.extend(entries);
        Ok(())
    }

    /// The currency whose balance isn't the sum of its entries, if there is one, or that a movement stands there twice.
    pub(super) fn check(&self) -> Result<(), String> {
        self.check_once()?;
        let sums = added(BTreeMap::new(), &self.entries)?;
        compare(&sums, &self.balances)
    }

    /// As [`check`](Self::check), of what came since the last time.
    pub(super) fn check_new(&mut self) -> Result<(), String> {
        self.check_once()?;
        let (len, sums) = std::mem::take(&mut self.checked);
        let sums = added(sums, self.entries.get(len..).unwrap_or_default())?;
        self.checked = (self.entries.len(), sums);
        compare(&self.checked.1, &self.balances)
    }

    fn check_once(&self) -> Result<(), String> {
        let is_once = self.moved.len() == self.entries.len();
        if is_once { Ok(()) } else { Err("with a movement that stands there twice".to_owned()) }
    }
}

/// A ledger as it is saved: the balances beside the entries, so that each can be held against the other.
#[derive(Serialize, Deserialize)]
struct Saved {
    entries: Vec<Entry>,
    balances: BTreeMap<String, Amount>,
}

impl From<Saved> for Ledger {
    fn from(Saved { entries, balances }: Saved) -> Self {
        let moved = entries.iter().map(key).collect();
        Self { entries, balances, moved, checked: Default::default() }
    }
}

impl From<Ledger> for Saved {
    fn from(Ledger { entries, balances, .. }: Ledger) -> Self {
        Self { entries, balances }
    }
}

impl Clone for Ledger {
    fn clone(&self) -> Self {
        Saved { entries: self.entries.clone(), balances: self.balances.clone() }.into()
    }
}

fn key(entry: &Entry) -> (Cause, String, String) {
    (entry.cause, entry.currency.clone(), entry.reference.clone())
}

fn added(mut sums: BTreeMap<String, Amount>, entries: &[Entry]) -> Result<BTreeMap<String, Amount>, String> {
    for entry in entries {
        let sum = sums.entry(entry.currency.clone()).or_insert(Amount::from_wire(0));
        *sum = sum.checked_add(entry.amount).ok_or_else(|| entry.currency.clone())?;
    }
    Ok(sums)
}

/// Each balance is its sum, none is below zero, and none is missing.
fn compare(sums: &BTreeMap<String, Amount>, balances: &BTreeMap<String, Amount>) -> Result<(), String> {
    let differs = balances
        .iter()
        .find(|(currency, balance)| sums.get(*currency) != Some(*balance) || balance.to_wire() < 0);
    let missing = sums.iter().find(|(currency, _)| !balances.contains_key(*currency));
    differs.or(missing).map_or(Ok(()), |(currency, _)| Err(currency.clone()))
}

/// The entry of one movement.
pub(super) fn entry(
    at: Millis,
    currency: &str,
    amount: Amount,
    cause: Cause,
    reference: impl Into<String>,
) -> Entry {
    Entry { at, currency: currency.to_owned(), amount, cause, reference: reference.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A check that never fails would prove nothing.
    #[test]
    fn a_ledger_that_does_not_add_up_is_found() {
        let sound = || {
            let mut ledger = Ledger::default();
            let entries = [("USD", 100, "1"), ("EUR", 50, "2"), ("USD", -30, "3")];
            for (currency, amount, reference) in entries {
                ledger
                    .post(vec![entry(1, currency, Amount::from_wire(amount), Cause::Payment, reference)])
                    .unwrap();
            }
            ledger
        };
        assert_eq!((sound().check(), sound().check_new()), (Ok(()), Ok(())));
        type Damage = fn(&mut Ledger);
        let damages: [(&str, Damage); 4] = [
            ("another balance", |ledger| _ = ledger.balances.insert("USD".into(), Amount::from_wire(71))),
            ("no balance", |ledger| _ = ledger.balances.remove("EUR")),
            ("an entry less", |ledger| drop(ledger.entries.remove(0))),
            ("below zero", |ledger| {
                ledger.entries.push(entry(2, "EUR", Amount::from_wire(-60), Cause::Payment, "4"));
                ledger.moved.insert((Cause::Payment, "EUR".into(), "4".into()));
                ledger.balances.insert("EUR".into(), Amount::from_wire(-10));
            }),
        ];
        for (what, damage) in damages {
            let mut ledger = sound();
            damage(&mut ledger);
            assert!(ledger.clone().check().is_err() && ledger.check_new().is_err(), "{what}");
        }
        let too_much = vec![entry(2, "EUR", Amount::from_wire(-51), Cause::Payment, "5")];
        assert!(sound().post(too_much).is_err());
    }
}
