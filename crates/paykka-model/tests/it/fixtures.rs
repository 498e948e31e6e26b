//! Every body as JSON, as people meet it: decoded, written again, compared.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use paykka_model::{
    ApiError, Envelope, Event, FileUploadResponse, JsonType, Notification, NotificationKind, Operation,
    OperationVisitor, RetCode, Schema, VaState, VaStatus, decode, visit_operations,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

#[test]
fn every_body_has_a_fixture_with_all_its_fields_that_survives() {
    struct Bodies(BTreeSet<String>);

    impl OperationVisitor for Bodies {
        fn call<O: Operation>(&mut self) {
            let name = O::INFO.name;
            self.survives::<O::Request>(&format!("{name}.request"), O::INFO.request);
            self.survives::<O::Response>(&format!("{name}.response"), O::INFO.response.unwrap());
        }

        fn event<E: Event>(&mut self) {
            let name = format!("{}.data", E::INFO.name);
            let body = fixture(&name);
            let envelope: Envelope<E::Data> = decode(body.as_bytes()).unwrap();
            assert_same(&body, &envelope);
            assert_complete(&serde_json::to_value(envelope.data).unwrap(), E::INFO.request);
            assert_eq!(Notification::from_body_of::<E>(body.as_bytes()).unwrap().kind(), Some(E::KIND));
            self.0.insert(name);
        }
    }

    impl Bodies {
        fn survives<T: Serialize + DeserializeOwned>(&mut self, name: &str, schema: &'static Schema) {
            let body = fixture(name);
            let value: T = decode(body.as_bytes()).expect(name);
            assert_same(&body, &value);
            // A quote is asked for by one amount or by the other.
            if name != "forex.pre_order.request" {
                assert_complete(&serde_json::to_value(&value).unwrap(), schema);
            }
            self.0.insert(name.to_owned());
        }
    }

    let mut bodies = Bodies(BTreeSet::new());
    visit_operations(&mut bodies);
    assert_eq!(bodies.0.len(), 24 * 2 + 9);
    let others = [
        "va.notification.older-names",
        "order.notification.without-version",
        "file.upload.wrapped",
        "failure",
    ];
    bodies.0.extend(others.map(str::to_owned));
    let files: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(files, bodies.0, "a fixture that no test reads, or a body without one");
}

#[test]
fn older_names_of_an_account_are_read() {
    let body = fixture("va.notification.older-names");
    let Notification::Va(old) = Notification::from_body(body.as_bytes()).unwrap() else { panic!() };
    assert_eq!(old.currencies.as_ref().map(Vec::len), Some(2));
    assert_eq!(old.r#type.as_ref().unwrap().as_str(), "LOCAL");
    assert_eq!(old.bic_swift_code.as_deref(), Some("EXAMUS33"));
    assert_eq!(old.status, Some(VaStatus::Enabled));

    let written = serde_json::to_value(&old).unwrap();
    for (today, older) in [("currencies", "currency"), ("type", "account_type"), ("bic_swift_code", "bic")] {
        assert!(written.get(today).is_some() && written.get(older).is_none(), "{today}");
    }
    let one: VaState = decode(br#"{"request_id":"R","currency":"USD"}"#).unwrap();
    assert_eq!(one.currencies, Some(vec!["USD".into()]));
    assert_eq!(decode::<VaState>(br#"{"request_id":"R","currency":null}"#).unwrap().currencies, None);
    let error = decode::<VaState>(br#"{"request_id":"R","currency":[1]}"#).unwrap_err();
    assert_eq!(error.path(), "$.currency[0]");
}

#[test]
fn an_order_review_has_no_version() {
    let body = fixture("order.notification.without-version");
    let review = Notification::from_body(body.as_bytes()).unwrap();
    assert_eq!(review.kind(), Some(NotificationKind::OrderReview));
    assert_eq!(review.merch_id(), Some("M24061911365700670"));
}

#[test]
fn an_upload_is_answered_with_or_without_a_wrapper() {
    let wrapped: FileUploadResponse = decode(fixture("file.upload.wrapped").as_bytes()).unwrap();
    let plain: FileUploadResponse = decode(fixture("file.upload.response").as_bytes()).unwrap();
    assert_eq!(wrapped, plain);
    let plain_beside_another: FileUploadResponse = decode(br#"{"file_id":1001,"data":"stored"}"#).unwrap();
    assert_eq!(plain_beside_another, plain);
    for without in ["{}", r#"{"data":{}}"#, r#"{"file_id":null,"data":null}"#] {
        let error = decode::<FileUploadResponse>(without.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("the field `file_id` is missing"), "{error}");
    }
}

#[test]
fn a_failure_is_read() {
    let body = fixture("failure");
    assert_eq!(ApiError::from_body(body.as_bytes()).unwrap().ret_code, RetCode::NotFound);
}

/// The same JSON, numbers compared by their text.
fn assert_same(body: &str, value: &impl Serialize) {
    assert_eq!(texts(body), texts(&serde_json::to_string(value).unwrap()));
}

/// All leaves with their paths; a number's text is its own.
fn texts(json: &str) -> BTreeSet<String> {
    fn walk(path: &str, json: &RawValue, out: &mut BTreeSet<String>) {
        let text = json.get();
        if let Ok(object) = serde_json::from_str::<std::collections::BTreeMap<String, Box<RawValue>>>(text) {
            object.iter().for_each(|(key, value)| walk(&format!("{path}.{key}"), value, out));
        } else if let Ok(array) = serde_json::from_str::<Vec<Box<RawValue>>>(text) {
            array.iter().enumerate().for_each(|(at, value)| walk(&format!("{path}[{at}]"), value, out));
        } else {
            out.insert(format!("{path} = {text}"));
        }
    }
    let mut out = BTreeSet::new();
    walk("$", serde_json::from_str(json).unwrap(), &mut out);
    out
}

fn assert_complete(value: &Value, schema: &Schema) {
    for field in schema.fields {
        let value = value.get(field.name);
        assert!(value.is_some(), "{}: no `{}`", schema.name, field.name);
        let (first, json) = match field.json {
            JsonType::Array(item) => (value.unwrap().get(0), *item),
            json => (value, json),
        };
        if let JsonType::Object(inner) = json {
            assert_complete(first.unwrap(), inner);
        }
    }
}

fn fixture(name: &str) -> String {
    let place = folder().join(format!("{name}.json"));
    fs::read_to_string(&place).expect(name)
}

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures"].iter().collect()
}
