//! Which kind a notification is, as one pure function over what the envelope shows: a wrong guess would book money
//! that isn't there.

use super::NotificationKind;

impl NotificationKind {
    /// The kind of a notification with this `type` and these keys in its `data`, if it can be told without knowing where
    /// it arrived.
    ///
    /// 1. A `type` that names one kind decides: `ASSESSMENT` (T). `MERCH` stands on several (D).
    /// 2. Else keys that one kind alone has, as far as the kinds are known: all that are there must be of one kind.
    ///
    /// Never the status: the same words stand on several kinds.
    ///
    /// # Errors
    /// The candidates where it can't be told: the kinds whose own keys are there, or else those that have all the known
    /// keys that are there.
    pub fn of(r#type: &str, keys: &[&str]) -> Result<Self, Vec<Self>> {
        if r#type == "ASSESSMENT" {
            return Ok(Self::Assessment);
        }
        let having =
            |key: &str| -> Vec<Self> { Self::ALL.iter().copied().filter(|kind| kind.has(key)).collect() };
        let is_own = |kind: Self| keys.iter().any(|key| having(key) == [kind]);
        let own: Vec<Self> = Self::ALL.iter().copied().filter(|kind| is_own(*kind)).collect();
        match *own {
            [kind] => Ok(kind),
            [] => {
                let mut known = keys.iter().filter(|key| !having(key).is_empty()).peekable();
                if known.peek().is_none() {
                    return Err(Vec::new());
                }
                let known: Vec<_> = known.collect();
                let has_all = |kind: &Self| known.iter().all(|key| kind.has(key));
                Err(Self::ALL.iter().copied().filter(has_all).collect())
            }
            _ => Err(own),
        }
    }

    /// Whether data of this kind has the key, by any of its names.
    fn has(self, key: &str) -> bool {
        self.info().request.fields.iter().any(|field| field.name == key || field.aliases.contains(&key))
    }
}
