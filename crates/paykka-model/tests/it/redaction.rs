//! Nothing but ids, statuses, currencies and counts is ever printed.

use std::collections::BTreeSet;
use std::fmt::Debug;

use paykka_model::{
    Envelope, Event, Field, Notification, Operation, OperationVisitor, Schema, decode, visit_operations,
};
use serde::de::DeserializeOwned;

use crate::sample::{Leaves, object};

/// What may be printed. A name that comes here was thought about.
const ALLOWED: [&str; 21] = [
    "beneficiary_id",
    "beneficiary_type",
    "buy_currency",
    "buyer_country",
    "contract_order_id",
    "contract_order_no",
    "country",
    "country_code",
    "currency",
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
    // Numbers have no marker; a file's id is the one that may be printed.
    bodies.fields.remove("file_id");
    assert_eq!(bodies.fields, ALLOWED.map(str::to_owned).into());
}

struct Bodies {
    /// The names of all fields that are printed.
    fields: BTreeSet<String>,
    /// Of the sample at hand: each text field's marker, and whether it may be printed.
    markers: Vec<(String, bool)>,
    types: usize,
}

impl Leaves for Bodies {
    fn text(&mut self, path: &str, field: &Field) -> String {
        let marker = format!("MARK{}X", self.markers.len());
        // An array shows how many items it has, whatever they are.
        let is_item = matches!(field.json, paykka_model::JsonType::Array(_));
        self.markers.push((marker.clone(), field.shown && !is_item));
        if field.shown && !is_item {
            self.fields.insert(path.rsplit('.').next().unwrap().to_owned());
        }
        marker
    }
}

impl OperationVisitor for Bodies {
    fn call<O: Operation>(&mut self) {
        self.is_silent::<O::Request>(O::INFO.request);
        self.is_silent::<O::Response>(O::INFO.response.unwrap());
    }

    fn event<E: Event>(&mut self) {
        let body = self.is_silent::<E::Data>(E::INFO.request);
        let envelope = format!(r#"{{"type":"MERCH","version":"1.0","data":{body}}}"#);
        self.assert_printed(&Notification::from_body_of::<E>(envelope.as_bytes()).unwrap());
        assert!(!format!("{:?}", decode::<Envelope<E::Data>>(envelope.as_bytes()).unwrap()).contains("MARK"));
        // As a kind that nobody knows: nothing but the merchant.
        let unknown = envelope
            .replace("{\"", "{\"x_")
            .replace(",\"", ",\"x_")
            .replace("x_type\":\"MERCH", "type\":\"NEW");
        let unknown = unknown.replace("x_version", "version").replace("x_data", "data").replace("x_x_", "x_");
        let unknown = Notification::from_body(unknown.as_bytes()).unwrap();
        assert!(matches!(unknown, Notification::Unknown(_)) && !format!("{unknown:?}").contains("MARK"));
    }
}

impl Bodies {
    /// Gives the sample's text.
    fn is_silent<T: DeserializeOwned + Debug>(&mut self, schema: &Schema) -> String {
        self.types += 1;
        self.markers.clear();
        let sample = object(schema, schema.name, self);
        let text = serde_json::to_string(&sample).unwrap();
        self.assert_printed(&decode::<T>(text.as_bytes()).unwrap());

        // Of every field another type, and every error: none repeats a value.
        for key in sample.keys() {
            let mut broken = sample.clone();
            broken.insert(key.clone(), serde_json::json!({"MARK": ["MARK"], "x": "MARK, expected MARK"}));
            let body = serde_json::to_string(&broken).unwrap();
            if let Err(error) = decode::<T>(body.as_bytes()) {
                assert!(
                    !error.to_string().contains("MARK") && !format!("{error:?}").contains("MARK"),
                    "{error}"
                );
                assert!(error.path().starts_with("$."), "{}: {}", schema.name, error.path());
            }
        }
        text
    }

    fn assert_printed(&self, value: &impl Debug) {
        let printed = format!("{value:?}");
        for (marker, may_be_printed) in &self.markers {
            assert_eq!(printed.contains(marker.as_str()), *may_be_printed, "{marker} in {printed}");
        }
    }
}
