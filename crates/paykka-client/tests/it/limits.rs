//! Every limit that the platform documents, and each rule of ours that stops a call: the error that a user sees, and that
//! nothing was sent. Driven by the model's schemas, so that a new limit has its test.
#![allow(clippy::print_stdout, reason = "the test's report lists what a user sees")]

use paykka_client::Client;
use paykka_model::{
    Encoding, Event, Field, JsonType, Limit, Operation, OperationVisitor, Origin, Schema, visit_operations,
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::double::{self, Log};
use crate::fixtures::fixture;

#[test]
fn every_documented_limit_stops_the_call_and_is_named() {
    let mut all = Limits::new();
    visit_operations(&mut all);
    assert!(all.documented >= 56, "only {} violations of documented limits", all.documented);
    assert!(all.unwritable >= 10, "only {} violations that no type can hold", all.unwritable);
    assert!(all.log.lock().unwrap().is_empty(), "nothing was sent");
    println!(
        "{} violations of documented limits were refused, {} can't be written as a type",
        all.documented, all.unwritable
    );
}

struct Limits {
    runtime: Runtime,
    client: Client,
    log: Log,
    documented: usize,
    unwritable: usize,
}

impl Limits {
    fn new() -> Self {
        let (client, log) = double::client(|_, _| (500, String::new()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { runtime, client, log, documented: 0, unwritable: 0 }
    }

    fn refuses<O: Operation>(&mut self, body: Value, path: &str, what: &str) {
        let Ok(request) = serde_json::from_value::<O::Request>(body) else {
            // Of these alone the limit holds already when they are made.
            assert!(path.ends_with("request_id"), "{path}");
            self.unwritable += 1;
            return;
        };
        let error = self.runtime.block_on(self.client.call::<O>(&request).into_future()).unwrap_err();
        let text = error.to_string();
        assert!(error.is_invalid() && error.is_config() && !error.outcome_unknown(), "{path}: {error:?}");
        let line = text.lines().find(|line| line.contains(&format!("{path}: ")) && line.contains(what));
        let line = line.unwrap_or_else(|| panic!("{} {path} {what}: {text}", O::INFO.name));
        assert!(!line.starts_with("warning"), "{line}");
        assert!(text.starts_with(O::INFO.name), "{text}");
        let named = error.validation().unwrap().stopping().any(|violation| violation.path() == path);
        assert!(named, "{path}: {text}");
        println!("{text}");
        self.documented += 1;
    }
}

impl OperationVisitor for Limits {
    fn call<O: Operation>(&mut self) {
        if O::INFO.encoding == Encoding::Multipart {
            return;
        }
        let name = O::INFO.name;
        let fixture = fixture(&format!("{name}.request"));
        let mut places = Vec::new();
        collect(O::INFO.request, &fixture, "", true, &mut places);
        for Place { pointer, field } in places {
            let path = json_path(&pointer);
            let broken = |value: Value| {
                let mut body = fixture.clone();
                *body.pointer_mut(&pointer).unwrap() = value;
                body
            };
            match field.limit.unwrap() {
                Limit::Length { min, max } => {
                    self.refuses::<O>(broken(json!("x".repeat(max + 1))), &path, "UTF-16 units");
                    if min > 0 {
                        self.refuses::<O>(broken(json!("")), &path, "is empty");
                    }
                }
                Limit::Items { min, max } => {
                    let one = fixture.pointer(&pointer).unwrap()[0].clone();
                    self.refuses::<O>(broken(Value::Array(vec![one; max + 1])), &path, "items");
                    if min > 0 {
                        self.refuses::<O>(broken(json!([])), &path, "is empty");
                    }
                }
                _ => panic!("a limit of another kind: {path}"),
            }
        }
    }

    fn event<E: Event>(&mut self) {}
}

struct Place {
    pointer: String,
    field: &'static Field,
}

/// All fields with a documented limit that the fixture fills.
fn collect(schema: &Schema, value: &Value, at: &str, is_sure: bool, places: &mut Vec<Place>) {
    for field in schema.fields {
        let Some(inner) = value.get(field.name).filter(|inner| !inner.is_null()) else {
            let is_limited = field.limit.is_some() && is_sure && field.limit_origin == Origin::Documented;
            assert!(!is_limited, "{at}/{}: the fixture leaves it out", field.name);
            continue;
        };
        let pointer = format!("{at}/{}", field.name);
        if field.limit.is_some() && is_sure && field.limit_origin == Origin::Documented {
            places.push(Place { pointer: pointer.clone(), field });
        }
        let is_sure =
            is_sure && [field.inside, field.limits_inside].iter().all(|origin| *origin == Origin::Documented);
        match field.json {
            JsonType::Object(schema) => collect(schema, inner, &pointer, is_sure, places),
            JsonType::Array(JsonType::Object(schema)) => {
                if let Some(first) = inner.get(0) {
                    collect(schema, first, &format!("{pointer}/0"), is_sure, places);
                }
            }
            _ => {}
        }
    }
}

/// `/a/0/b` as `$.a[0].b`.
fn json_path(pointer: &str) -> String {
    pointer.split('/').skip(1).fold("$".to_owned(), |path, key| match key.parse::<usize>() {
        Ok(index) => format!("{path}[{index}]"),
        Err(_) => format!("{path}.{key}"),
    })
}

#[test]
fn a_number_of_ones_own_that_breaks_its_limit_cant_be_made() {
    for (text, says) in [(String::new(), "1 to 32"), ("x".repeat(33), "1 to 32")] {
        let error = text.parse::<paykka_model::RequestId>().unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[tokio::test]
async fn texts_that_mislead_are_refused_and_guessed_limits_are_not() {
    let (client, log) = double::client(|_, _| (200, r#"{"status":"PROCESSING"}"#.to_owned()));
    for (postscript, says) in [
        ("two\nlines", "has a control character"),
        ("turned\u{202e}round", "has an invisible mark"),
        (" blank", "begins or ends with white space"),
    ] {
        let mut request = crate::world::payment("R1", 1);
        postscript.clone_into(&mut request.postscript);
        let error = client.payments().apply(&request).await.unwrap_err();
        assert!(error.is_invalid() && error.to_string().contains(says), "{error}");
        assert!(error.to_string().contains("$.postscript") && !error.to_string().contains(postscript));
    }
    assert!(log.lock().unwrap().is_empty());
    // An amount that isn't above zero is a warning of ours: the platform decides.
    assert!(client.payments().apply(&crate::world::payment("R1", 0)).await.is_ok());
}
