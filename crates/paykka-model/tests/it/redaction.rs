//! Nothing but ids, statuses, currencies and counts is ever printed: not by `Debug`, not by an error, not by a finding.

use std::collections::BTreeSet;

use paykka_model::{
    ApiError, Envelope, Event, Field, JsonType, Notification, Operation, OperationVisitor, Schema,
    WireObject, decode, visit_operations,
};
use serde_json::{Map, Value, json};

use crate::sample::{Leaves, object};

/// What may be printed. A name that comes here was thought about.
const ALLOWED: [&str; 22] = [
    "beneficiary_id",
    "beneficiary_type",
    "buy_currency",
    "buyer_country",
    "contract_order_id",
    "contract_order_no",
    "country",
    "country_code",
    "currency",
    "file_id",
    "merch_id",
    "nationality",
    "order_no",
    "payer_country",
    "recv_order_no",
    "region",
    "registered_currency",
    "request_id",
    "risk_level",
    "sell_currency",
    "status",
    "type",
];

#[test]
fn only_what_is_on_the_list_is_printed() {
    let mut bodies = Bodies { fields: BTreeSet::new(), markers: Vec::new(), types: 0 };
    visit_operations(&mut bodies);
    assert_eq!(bodies.types, 24 * 2 + 9);
    assert_eq!(bodies.fields, ALLOWED.map(str::to_owned).into());
}

#[test]
fn the_platforms_words_are_not_printed() {
    let error = ApiError::from_body(br#"{"ret_code":"010000","ret_msg":"MARK"}"#).unwrap();
    assert!(error.ret_msg.is_some() && !format!("{error:?}").contains("MARK"));
}

struct Bodies {
    /// The names of all fields that are printed.
    fields: BTreeSet<String>,
    /// Of the sample at hand: each leaf's marker, and whether it may be printed.
    markers: Vec<(String, bool)>,
    types: usize,
}

impl Bodies {
    fn mark(&mut self, path: &str, field: &Field, marker: String) -> String {
        // An array shows how many items it has, whatever they are.
        let is_shown = field.shown && !matches!(field.json, JsonType::Array(_));
        if is_shown {
            self.fields.insert(path.rsplit('.').next().unwrap().to_owned());
        }
        self.markers.push((marker.clone(), is_shown));
        marker
    }
}

impl Leaves for Bodies {
    fn text(&mut self, path: &str, field: &Field) -> String {
        let marker = format!("MARK{}X", self.markers.len());
        self.mark(path, field, marker)
    }

    fn number(&mut self, path: &str, field: &Field) -> i32 {
        let marker = (770_000_000 + self.markers.len()).to_string();
        self.mark(path, field, marker).parse().unwrap()
    }
}

impl OperationVisitor for Bodies {
    fn call<O: Operation>(&mut self) {
        self.is_silent::<O::Request>(O::INFO.request);
        self.is_silent::<O::Response>(O::INFO.response.unwrap());
    }

    fn event<E: Event>(&mut self) {
        let data = self.is_silent::<E::Data>(E::INFO.request);
        let envelope = json!({"type": "MERCH", "version": "1.0", "data": data}).to_string();
        self.assert_printed(&Notification::from_body_of::<E>(envelope.as_bytes()).unwrap());
        assert!(!format!("{:?}", decode::<Envelope<E::Data>>(envelope.as_bytes()).unwrap()).contains("MARK"));
        // As a kind that nobody knows: nothing of it.
        let renamed: Map<String, Value> =
            data.into_iter().map(|(key, value)| (format!("x_{key}"), value)).collect();
        let unknown = json!({"type": "NEW", "data": renamed}).to_string();
        let unknown = Notification::from_body(unknown.as_bytes()).unwrap();
        assert!(matches!(unknown, Notification::Unknown(_)));
        assert!(!format!("{unknown:?}").contains("MARK") && !format!("{unknown:?}").contains("77000"));
    }
}

impl Bodies {
    /// Gives the sample.
    fn is_silent<T: WireObject>(&mut self, schema: &Schema) -> Map<String, Value> {
        self.types += 1;
        self.markers.clear();
        let sample = object(schema, schema.name, self);
        let mut sent = sample.clone();
        sent.insert("a_key_of_tomorrow".to_owned(), "MARK-EXTRA".into());
        let value = decode::<T>(&serde_json::to_vec(&sent).unwrap()).unwrap();
        self.assert_printed(&value);
        assert!(!format!("{value:?}").contains("MARK-EXTRA"));
        let findings = value.validate();
        assert!(!format!("{findings} {findings:?}").contains("MARK"), "{findings}");

        let mut paths = Vec::new();
        leaves("", &Value::Object(sample.clone()), &mut paths);
        assert!(!paths.is_empty());
        // At every place something of another type: no error repeats it.
        for path in paths {
            let mut broken = Value::Object(sample.clone());
            *broken.pointer_mut(&path).unwrap() = json!({"MARK": ["MARK"], "x": "MARK, expected MARK"});
            let error = decode::<T>(&serde_json::to_vec(&broken).unwrap()).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("MARK"), "{error}");
            let key = path.rsplit('/').find(|key| key.parse::<usize>().is_err()).unwrap();
            assert!(error.path().contains(key), "{} at {path}: {}", schema.name, error.path());
        }
        sample
    }

    fn assert_printed(&self, value: &impl std::fmt::Debug) {
        let printed = format!("{value:?}");
        for (marker, may_be_printed) in &self.markers {
            assert_eq!(printed.contains(marker.as_str()), *may_be_printed, "{marker} in {printed}");
        }
    }
}

/// The places of all leaves, as JSON pointers.
fn leaves(path: &str, value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| leaves(&format!("{path}/{key}"), value, out));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, value)| leaves(&format!("{path}/{at}"), value, out));
        }
        _ => out.push(path.to_owned()),
    }
}
