//! What is looked at in a notification's data before its kind is known: its keys, and whose it is.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

pub(super) struct Seen {
    pub(super) keys: Vec<String>,
    /// Empty where the name isn't text.
    pub(super) merch_id: Option<String>,
}

impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Keys)
    }
}

struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = Seen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Seen, A::Error> {
        let mut seen = Seen { keys: Vec::new(), merch_id: None };
        while let Some(key) = map.next_key::<String>()? {
            if key != "merch_id" {
                map.next_value::<IgnoredAny>()?;
            } else if seen.keys.contains(&key) {
                // Readers differ in which of two they take, so the merchant must be named once.
                return Err(A::Error::duplicate_field("merch_id"));
            } else {
                let value: Box<RawValue> = map.next_value()?;
                seen.merch_id = match value.get() {
                    "null" => None,
                    json => Some(serde_json::from_str(json).unwrap_or_default()),
                };
            }
            seen.keys.push(key);
        }
        Ok(seen)
    }
}
