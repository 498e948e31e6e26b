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
#[serde(from = "Vec<Entry>", into = "Vec<Entry>")]
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

    /// The accounts in the order of their currencies.
    pub(super) fn accounts(&self) -> impl Iterator<Item = AccountBalance> {
        self.balances.iter().map(|(currency, balance)| {
            AccountBalance::new(AccountBalanceFields {
                currency: currency.as_str().into(),
                balance: *balance,
                available_amount: *balance,
            })
        })
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

impl From<Vec<Entry>> for Ledger {
    fn from(entries: Vec<Entry>) -> Self {
        let balances = added(BTreeMap::new(), &entries).unwrap_or_default();
        let moved = entries.iter().map(key).collect();
        Self { entries, balances, moved, checked: Default::default() }
    }
}

impl From<Ledger> for Vec<Entry> {
    fn from(ledger: Ledger) -> Self {
        ledger.entries
    }
}

impl Clone for Ledger {
    fn clone(&self) -> Self {
        self.entries.clone().into()
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

fn compare(sums: &BTreeMap<String, Amount>, balances: &BTreeMap<String, Amount>) -> Result<(), String> {
    let differs = balances.iter().find(|(currency, balance)| sums.get(*currency) != Some(*balance));
    differs.map_or(Ok(()), |(currency, _)| Err(currency.clone()))
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
