//! Requests and answers of all calls: the model's fixtures, with what a test wants otherwise.

use std::fs;
use std::path::Path;

use paykka_model::WireObject;
use serde_json::Value;

/// What a test wants otherwise, by JSON pointer; `null` takes a field away.
pub(crate) type Changes<'a> = &'a [(&'a str, Value)];

pub(crate) fn fixture(name: &str) -> Value {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../paykka-model/tests/fixtures");
    serde_json::from_str(&fs::read_to_string(fixtures.join(format!("{name}.json"))).unwrap()).unwrap()
}

/// An operation's request, typed. It names no files but those that it can't do without, since nobody uploaded them.
pub(crate) fn request<T: WireObject>(operation: &str, changes: Changes<'_>) -> T {
    let mut body = fixture(&format!("{operation}.request"));
    without_files(&mut body);
    change(&mut body, changes);
    serde_json::from_value(body).unwrap()
}

pub(crate) fn change(body: &mut Value, changes: Changes<'_>) {
    for (pointer, value) in changes {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        if value.is_null() {
            parent.remove(key)
        } else {
            parent.insert(key.to_owned(), value.clone())
        };
    }
}

fn without_files(value: &mut Value) {
    let required = ["contract_file_ids", "invoice_file_ids", "doc_portrait_side_file_id"];
    let is_optional = |key: &str| key.contains("file_id") && !required.contains(&key);
    match value {
        Value::Object(fields) => {
            fields.retain(|key, _| !is_optional(key));
            fields.values_mut().for_each(without_files);
        }
        Value::Array(items) => items.iter_mut().for_each(without_files),
        _ => {}
    }
}
