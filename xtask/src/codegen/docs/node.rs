//! JSON of a known form, read by hand: a derive would double what must be compiled before `cargo xtask` starts.

use serde_json::Value;

/// A value with its place, so that an error says where it is.
#[derive(Debug)]
pub(super) struct Node<'a> {
    value: &'a Value,
    place: String,
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, place: "$".into() }
    }

    pub(super) fn get(&self, key: &str) -> Result<Self, String> {
        self.find(key).ok_or_else(|| format!("{}.{key} isn't there", self.place))
    }

    /// `null` is as good as absent.
    pub(super) fn find(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(Self { value, place: format!("{}.{key}", self.place) })
    }

    pub(super) fn each<T>(&self, read: impl Fn(&Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        let items = self.value.as_array().ok_or_else(|| self.problem("a list"))?;
        let items = items.iter().enumerate();
        items.map(|(index, value)| read(&Self { value, place: format!("{}[{index}]", self.place) })).collect()
    }

    pub(super) fn members(&self) -> Result<Vec<(&'a String, Self)>, String> {
        let members = self.value.as_object().ok_or_else(|| self.problem("an object"))?;
        let node = |(key, value)| (key, Self { value, place: format!("{}.{key}", self.place) });
        Ok(members.iter().map(node).collect())
    }

    pub(super) fn text(&self) -> Result<String, String> {
        self.value.as_str().map(str::to_owned).ok_or_else(|| self.problem("a text"))
    }

    pub(super) fn truth(&self) -> Result<bool, String> {
        self.value.as_bool().ok_or_else(|| self.problem("true or false"))
    }

    pub(super) fn number(&self) -> Result<u64, String> {
        self.value.as_u64().ok_or_else(|| self.problem("a whole number"))
    }

    pub(super) fn problem(&self, wanted: &str) -> String {
        format!("{} isn't {wanted}", self.place)
    }
}
