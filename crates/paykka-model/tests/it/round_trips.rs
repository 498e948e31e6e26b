//! Whatever fits an object survives being read and written, with unknown keys ignored and `null` taken for absent.

use paykka_model::{
    Event, Field, JsonType, Operation, OperationVisitor, Schema, WireObject, decode, visit_operations,
};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use serde_json::{Map, Value};

use crate::sample::{Leaves, fitted, object};

#[test]
fn what_fits_survives() {
    let texts = proptest::collection::vec(("[^\\p{C}\\s]{1,40}", any::<bool>()), 1..40);
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() });
    runner
        .run(&(texts, any::<bool>()), |(texts, nulls)| {
            let mut bodies = Bodies { texts, at: 0, nulls, problem: None };
            visit_operations(&mut bodies);
            bodies.problem.map_or(Ok(()), |problem| Err(TestCaseError::fail(problem)))
        })
        .unwrap();
}

/// Texts and presence of optional fields, dealt out in turn.
struct Bodies {
    texts: Vec<(String, bool)>,
    at: usize,
    nulls: bool,
    problem: Option<String>,
}

impl Leaves for Bodies {
    fn text(&mut self, _path: &str, field: &Field) -> String {
        self.at += 1;
        let (text, is_known) = &self.texts[self.at % self.texts.len()];
        match field.json {
            // Known values as well as unknown ones.
            JsonType::Enum(known) if *is_known => known[self.at % known.len()].text.to_owned(),
            _ => fitted(text, field),
        }
    }

    fn number(&mut self, _path: &str, _field: &Field) -> i32 {
        self.at += 1;
        i32::try_from(self.at).unwrap() - 50
    }

    fn is_there(&mut self) -> bool {
        self.at += 1;
        self.texts[self.at % self.texts.len()].1
    }
}

impl OperationVisitor for Bodies {
    fn call<O: Operation>(&mut self) {
        self.survives::<O::Request>(O::INFO.request);
        self.survives::<O::Response>(O::INFO.response.unwrap());
    }

    fn event<E: Event>(&mut self) {
        self.survives::<E::Data>(E::INFO.request);
    }
}

impl Bodies {
    fn survives<T: WireObject>(&mut self, schema: &Schema) {
        let sample = object(schema, schema.name, self);
        let mut sent = sample.clone();
        if self.nulls {
            add_nulls(schema, &mut sent);
        }
        if !schema.extra {
            sent.insert("a_key_of_tomorrow".to_owned(), serde_json::json!({"status": ["x"]}));
        }
        let read = decode::<T>(serde_json::to_string(&sent).unwrap().as_bytes());
        let written = read.map(|value| serde_json::to_value(value).unwrap());
        if written.as_ref().ok() != Some(&Value::Object(sample)) {
            self.problem.get_or_insert(format!("{}: {sent:?} became {written:?}", schema.name));
        }
    }
}

/// Every optional field that isn't there is `null`.
fn add_nulls(schema: &Schema, sent: &mut Map<String, Value>) {
    for field in schema.fields.iter().filter(|field| !field.required) {
        sent.entry(field.name).or_insert(Value::Null);
    }
    for field in schema.fields {
        if let (JsonType::Object(inner), Some(Value::Object(value))) = (field.json, sent.get_mut(field.name))
        {
            add_nulls(inner, value);
        }
    }
}
