//! Which kind a notification is, as one pure function over what the envelope shows: a wrong guess would book money
//! that isn't there.

use super::NotificationKind;

impl NotificationKind {
    /// The kind of a notification with this `type` and these keys in its `data`, if it can be told without knowing where
    /// it arrived.
    ///
    /// 1. A `type` that names one kind decides: `ASSESSMENT` (T). `MERCH` stands on several (D).
    /// 2. Else a key that one kind alone has, as far as the kinds are known, if that kind has all the other known keys that
    ///    are there, too.
    ///
    /// Never the status: the same words stand on several kinds. Most of the kinds' own keys are inferred (I), so a kind
    /// that was told by them is a reading, not a fact: ask the inquiry call before you book money.
    ///
    /// # Errors
    /// The candidates where it can't be told: the kinds whose keys contradict each other, or else those that have all the
    /// known keys that are there.
    pub fn of(r#type: &str, keys: &[&str]) -> Result<Self, Vec<Self>> {
        if r#type == "ASSESSMENT" {
            return Ok(Self::Assessment);
        }
        let having = || keys.iter().map(|key| Kinds::having(key)).filter(|kinds| !kinds.is_none());
        let own = having().filter(Kinds::is_one).fold(Kinds::NONE, Kinds::or);
        let with_all = having().reduce(Kinds::and).unwrap_or(Kinds::NONE);
        let told = own.and(with_all).list().next().filter(|_| own.is_one());
        told.ok_or_else(|| {
            // Whose keys contradict each other are candidates all the same.
            let odd = having().filter(|kinds| kinds.and(own).is_none()).fold(own, Kinds::or);
            let candidates = if own.is_none() { with_all } else { odd };
            candidates.list().collect()
        })
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// A set of kinds, a bit each.
#[derive(Clone, Copy)]
struct Kinds(u16);

impl Kinds {
    const NONE: Self = Self(0);

    /// The kinds whose data has the key, by any of its names.
    fn having(key: &str) -> Self {
        let has = |kind: &NotificationKind| {
            let mut fields = kind.info().request.fields.iter();
            fields.any(|field| field.name == key || field.aliases.contains(&key))
        };
        let kinds = NotificationKind::ALL.iter().copied().filter(has);
        kinds.fold(Self::NONE, |all, kind| all.or(Self(kind.bit())))
    }

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    const fn is_none(&self) -> bool {
        self.0 == 0
    }

    const fn is_one(&self) -> bool {
        self.0.is_power_of_two()
    }

    fn list(self) -> impl Iterator<Item = NotificationKind> {
        NotificationKind::ALL.iter().copied().filter(move |kind| self.0 & kind.bit() != 0)
    }
}
