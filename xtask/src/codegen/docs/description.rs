//! What `paykka-model` says about itself. It is asked for by running the package's example `describe`, since a
//! dependency on the package would leave these chores unusable whenever it doesn't compile.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::node::Node;
use crate::process;

/// All of it.
#[derive(Debug)]
pub(super) struct Description {
    /// In the order of the platform's list.
    pub(super) operations: Vec<Operation>,
    pub(super) objects: BTreeMap<String, Object>,
    pub(super) tables: Vec<Table>,
    /// What `ret_code` is known to say.
    pub(super) ret_codes: Vec<KnownValue>,
}

/// How sure a fact is; the surest is the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    Documented,
    ThirdParty,
    Inferred,
}

/// A call or a notification.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) is_call: bool,
    /// `never`, `required` or `optional`.
    pub(super) merchant: String,
    /// What a repeat does: `read`, `write`, `spare`, `money` or `notice`.
    pub(super) effect: String,
    /// The field that names what is done.
    pub(super) key: Option<String>,
    /// The call that tells what became of it.
    pub(super) resolved_by: Option<String>,
    pub(super) is_multipart: bool,
    pub(super) origin: Origins,
    /// The object of the request or of the notification's data.
    pub(super) request: String,
    /// A notification's answer has no object.
    pub(super) response: Option<String>,
}

/// Where the parts of an operation come from.
#[derive(Debug)]
pub(super) struct Origins {
    pub(super) path: Mark,
    pub(super) merchant: Mark,
    pub(super) request: Mark,
    pub(super) response: Mark,
}

#[derive(Debug)]
pub(super) struct Object {
    /// Whether other keys may be written, since not all are public.
    pub(super) extra: bool,
    pub(super) fields: Vec<Field>,
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) aliases: Vec<String>,
    pub(super) kind: FieldKind,
    pub(super) required: bool,
    pub(super) limit: Option<Limit>,
    pub(super) origin: Mark,
    pub(super) required_origin: Mark,
    pub(super) limit_origin: Mark,
    /// How sure what is inside is at best.
    pub(super) inside: Mark,
    /// How sure the limits inside are at best.
    pub(super) limits_inside: Mark,
    /// That its codes are those of its table.
    pub(super) table_origin: Mark,
    /// Whether an amount that isn't above zero is warned of.
    pub(super) above_zero: bool,
    /// Whether our own rule about misleading texts holds.
    pub(super) clean: bool,
}

#[derive(Debug)]
pub(super) enum FieldKind {
    /// By its name: `string`, `int32`, `int64`, `number`, `boolean`, `date` or `datetime`.
    Plain(String),
    Enum(Vec<KnownValue>),
    /// A code out of the table of this name.
    Code {
        table: String,
        is_text: bool,
    },
    /// By the object's name.
    Object(String),
    Array(Box<Self>),
}

#[derive(Debug)]
pub(super) struct KnownValue {
    pub(super) text: String,
    pub(super) origin: Mark,
}

/// Both bounds belong to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    /// Of an array's items, else of a text's length.
    pub(super) is_of_items: bool,
    pub(super) min: u64,
    pub(super) max: u64,
}

#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    /// `string` or `int32`.
    pub(super) wire: String,
    /// Of each row: how sure it is, and where it comes from.
    pub(super) rows: Vec<(Mark, String)>,
}

impl Description {
    pub(super) fn of_the_model() -> Result<Self, String> {
        let mut example =
            process::cargo(&["run", "--quiet", "--package", "paykka-model", "--example", "describe"]);
        Self::read(&process::output(&mut example, b"")?)
    }

    pub(super) fn read(json: &[u8]) -> Result<Self, String> {
        let value: Value = serde_json::from_slice(json).map_err(|error| format!("no JSON: {error}"))?;
        let root = Node::root(&value);
        let objects = root.get("objects")?.members()?.into_iter();
        let objects = objects.map(|(name, object)| Ok((name.clone(), Object::read(&object)?)));
        Ok(Self {
            operations: root.get("operations")?.each(Operation::read)?,
            objects: objects.collect::<Result<_, String>>()?,
            tables: root.get("tables")?.each(Table::read)?,
            ret_codes: root.get("ret_codes")?.each(KnownValue::read)?,
        })
    }

    pub(super) fn object(&self, name: &str) -> Result<&Object, String> {
        self.objects.get(name).ok_or_else(|| format!("there is no object `{name}`"))
    }
}

impl Mark {
    pub(super) const ALL: [Self; 3] = [Self::Documented, Self::ThirdParty, Self::Inferred];

    /// The less sure of the two: what was taken over is no surer than the taking over.
    pub(super) fn weaker(self, other: Self) -> Self {
        self.max(other)
    }

    pub(super) const fn letter(self) -> &'static str {
        match self {
            Self::Documented => "D",
            Self::ThirdParty => "T",
            Self::Inferred => "I",
        }
    }

    fn read(node: &Node<'_>) -> Result<Self, String> {
        let text = node.text()?;
        let mark = Self::ALL.into_iter().find(|mark| mark.letter() == text);
        mark.ok_or_else(|| node.problem("a mark"))
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.letter())
    }
}

impl Operation {
    fn read(node: &Node<'_>) -> Result<Self, String> {
        let (effect, origin) = (node.get("effect")?, node.get("origin")?);
        let mark = |part| Mark::read(&origin.get(part)?);
        Ok(Self {
            name: node.get("name")?.text()?,
            path: node.get("path")?.text()?,
            is_call: node.get("role")?.text()? == "call",
            merchant: node.get("merchant")?.text()?,
            effect: effect.get("kind")?.text()?,
            key: effect.find("key").map(|key| key.text()).transpose()?,
            resolved_by: effect.find("resolved_by").map(|call| call.text()).transpose()?,
            is_multipart: node.get("encoding")?.text()? == "multipart",
            origin: Origins {
                path: mark("path")?,
                merchant: mark("merchant")?,
                request: mark("request")?,
                response: mark("response")?,
            },
            request: node.get("request")?.text()?,
            response: node.find("response").map(|object| object.text()).transpose()?,
        })
    }
}

impl Object {
    fn read(node: &Node<'_>) -> Result<Self, String> {
        Ok(Self { extra: node.get("extra")?.truth()?, fields: node.get("fields")?.each(Field::read)? })
    }
}

impl Field {
    fn read(node: &Node<'_>) -> Result<Self, String> {
        let mark = |part| Mark::read(&node.get(part)?);
        Ok(Self {
            name: node.get("name")?.text()?,
            aliases: node.get("aliases")?.each(Node::text)?,
            kind: FieldKind::read(&node.get("type")?)?,
            required: node.get("required")?.truth()?,
            limit: node.find("limit").map(|limit| Limit::read(&limit)).transpose()?,
            origin: mark("origin")?,
            required_origin: mark("required_origin")?,
            limit_origin: mark("limit_origin")?,
            inside: mark("inside")?,
            limits_inside: mark("limits_inside")?,
            table_origin: mark("table_origin")?,
            above_zero: node.get("above_zero")?.truth()?,
            clean: node.get("clean")?.truth()?,
        })
    }
}

impl FieldKind {
    fn read(node: &Node<'_>) -> Result<Self, String> {
        let table = || node.get("table")?.text();
        let kind = node.get("kind")?;
        match kind.text()?.as_str() {
            "enum" => Ok(Self::Enum(node.get("values")?.each(KnownValue::read)?)),
            "text_code" => Ok(Self::Code { table: table()?, is_text: true }),
            "int32_code" => Ok(Self::Code { table: table()?, is_text: false }),
            "object" => Ok(Self::Object(node.get("object")?.text()?)),
            "array" => Ok(Self::Array(Box::new(Self::read(&node.get("items")?)?))),
            plain @ ("string" | "int32" | "int64" | "number" | "boolean" | "date" | "datetime") => {
                Ok(Self::Plain(plain.to_owned()))
            }
            _ => Err(kind.problem("a JSON type that is known here")),
        }
    }

    /// What it is, or what it is an array of.
    pub(super) fn innermost(&self) -> &Self {
        match self {
            Self::Array(item) => item.innermost(),
            one => one,
        }
    }
}

impl KnownValue {
    fn read(node: &Node<'_>) -> Result<Self, String> {
        Ok(Self { text: node.get("text")?.text()?, origin: Mark::read(&node.get("origin")?)? })
    }
}

impl Limit {
    fn read(node: &Node<'_>) -> Result<Self, String> {
        Ok(Self {
            is_of_items: node.get("kind")?.text()? == "items",
            min: node.get("min")?.number()?,
            max: node.get("max")?.number()?,
        })
    }
}

impl Table {
    fn read(node: &Node<'_>) -> Result<Self, String> {
        let row = |row: &Node<'_>| Ok((Mark::read(&row.get("origin")?)?, row.get("source")?.text()?));
        Ok(Self {
            name: node.get("name")?.text()?,
            wire: node.get("wire")?.text()?,
            rows: node.get("rows")?.each(row)?,
        })
    }

    /// How many rows stand on a page of the platform.
    pub(super) fn confirmed(&self) -> usize {
        self.rows.iter().filter(|(mark, _)| *mark == Mark::Documented).count()
    }

    /// Where its rows come from, each place once.
    pub(super) fn sources(&self) -> Vec<&str> {
        let mut sources: Vec<&str> = self.rows.iter().map(|(_, source)| source.as_str()).collect();
        sources.sort_unstable();
        sources.dedup();
        sources
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_named_with_its_place() {
        let error = Description::read(br#"{"operations": [], "objects": {"A": {"extra": 1}}}"#).unwrap_err();
        assert_eq!(error, "$.objects.A.extra isn't true or false");
        let error = Description::read(br#"{"objects": {}, "operations": [{}]}"#).unwrap_err();
        assert_eq!(error, "$.operations[0].effect isn't there");
        assert!(Description::read(b"").unwrap_err().starts_with("no JSON"));
    }
}
