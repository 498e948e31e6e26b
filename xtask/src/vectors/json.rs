//! JSON with its keys in the order in which they were given, since the files are read by people as well.
//! `serde_json` keeps that order only with a feature that other packages may or may not turn on.

use std::fmt::Write;

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
    /// The whole file: indented, ending in a line feed.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, "\n");
        out.push('\n');
        out
    }

    fn write(&self, out: &mut String, line: &str) {
        match self {
            Self::Null => out.push_str("null"),
            // Writing to a string can't fail.
            Self::Number(number) => write!(out, "{number}").unwrap_or_default(),
            Self::Text(text) => out.push_str(&quoted(text)),
            Self::List(items) => {
                let items = items.iter().map(|item| (String::new(), item));
                write_all(out, line, ['[', ']'], items);
            }
            Self::Object(members) => {
                let members = members.iter().map(|(key, value)| (format!("{}: ", quoted(key)), value));
                write_all(out, line, ['{', '}'], members);
            }
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

fn write_all<'a>(
    out: &mut String,
    line: &str,
    [open, close]: [char; 2],
    items: impl Iterator<Item = (String, &'a Json)>,
) {
    let inner = format!("{line}  ");
    out.push(open);
    for (index, (label, item)) in items.enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(&inner);
        out.push_str(&label);
        item.write(out, &inner);
    }
    out.push_str(line);
    out.push(close);
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
        let text = json.text();
        assert_eq!(text, "{\n  \"z\": 1,\n  \"a\": [\n    null,\n    \"\\\"\\\\/\\n深\"\n  ]\n}\n");
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }
}
