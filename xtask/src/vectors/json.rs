//! JSON with its keys in the order in which they were given, since the files are read by people as well.
//! `serde_json` keeps that order only with a feature that other packages may or may not turn on.

use serde_core::ser::{Serialize, Serializer};

use crate::generated::Generated;

/// What the vectors consist of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Json {
    Null,
    Number(u64),
    Text(String),
    List(Vec<Self>),
    Object(Vec<(&'static str, Self)>),
}

impl Json {
    /// A whole file: indented, ending in a line feed.
    pub(crate) fn into_file(self, path: &str) -> Result<Generated, String> {
        let text = serde_json::to_string_pretty(&self).map_err(|error| format!("{path}: {error}"))?;
        Ok(Generated { path: path.into(), content: (text + "\n").into_bytes() })
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(members) => serializer.collect_map(members.iter().map(|(key, value)| (key, value))),
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Option<&str>> for Json {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Null, Self::from)
    }
}

/// JSON's own form of a text; only what must be escaped is escaped.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_and_texts_are_escaped() {
        let json = Json::Object(vec![
            ("z", Json::Number(1)),
            ("a", Json::List(vec![Json::Null, "\"\\/\n深".into()])),
        ]);
        let expected = "{\n  \"z\": 1,\n  \"a\": [\n    null,\n    \"\\\"\\\\/\\n深\"\n  ]\n}\n";
        assert_eq!(json.into_file("a.json").unwrap().content, expected.as_bytes());
    }
}
