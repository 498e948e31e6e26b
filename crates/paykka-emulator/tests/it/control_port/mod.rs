//! The control port: every path of it over a real socket, and nobody gets in who shouldn't.

mod doors;
mod refusals;

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use paykka_emulator::{DeliveryState, Emulator, EmulatorBuilder, Fault, FaultPlan, FaultRule, LocalCa};
use paykka_model::Amount;
use paykka_sign::VerifyingKey;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::bodies::{ask, open_va};
use crate::caller::{
    APPLY, BALANCE, MERCHANT, Message, STEP, builder, call, merchant_key, other_key, payment,
};
use crate::notifications::{receiver, verified};

/// What a program sees of the control port.
pub(crate) struct Control {
    url: String,
    headers: Vec<(&'static str, String)>,
}

impl Control {
    pub(crate) fn of(emulator: &Emulator) -> Self {
        let token = emulator.control_token().unwrap();
        let headers = vec![("authorization", format!("Bearer {token}"))];
        Self { url: emulator.control_url().unwrap(), headers }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn port(&self) -> &str {
        self.url.rsplit_once(':').unwrap().1
    }

    async fn send(&self, method: Method, path: &str, body: impl Into<Bytes>) -> (StatusCode, Bytes) {
        let client: Client<HttpConnector, Full<Bytes>> =
            Client::builder(TokioExecutor::new()).build(HttpConnector::new());
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let response = client.request(request.body(Full::new(body.into())).unwrap()).await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/json", "{path}");
        (response.status(), response.into_body().collect().await.unwrap().to_bytes())
    }

    /// The answer of a call that is done.
    async fn ask(&self, method: Method, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, said) = self.send(method, path, body).await;
        assert_eq!(status, StatusCode::OK, "{path} {}", String::from_utf8_lossy(&said));
        serde_json::from_slice(&said).unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, &Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        self.ask(Method::POST, path, &body).await
    }

    /// Status, error and fix of a call that isn't done.
    pub(crate) async fn fails(&self, method: Method, path: &str, body: &str) -> (u16, String, String) {
        let (status, said) = self.send(method, path, body.to_owned()).await;
        let said: Value = serde_json::from_slice(&said).unwrap();
        let text = |key: &str| said[key].as_str().unwrap().to_owned();
        (status.as_u16(), text("error"), text("fix"))
    }
}

async fn started(builder: EmulatorBuilder) -> (Emulator, Control) {
    let emulator = builder.control().start().await.unwrap();
    let control = Control::of(&emulator);
    (emulator, control)
}

fn ok() -> Value {
    json!({ "ok": true })
}

#[tokio::test]
async fn the_platform_as_a_whole_is_controlled() {
    let (emulator, control) = started(builder()).await;
    assert_eq!(control.get("/health").await, ok());
    let info = control.get("/info").await;
    assert_eq!((&info["http"], &info["https"]), (&emulator.http_url().into(), &emulator.https_url().into()));
    assert_eq!((&info["key_id"], &info["ca_pem"]), (&"P001".into(), &emulator.ca_pem().into()));
    assert_eq!(info["public_key_pem"], emulator.public_key_pem());

    let begin = control.get("/clock").await["unix_millis"].as_u64().unwrap();
    assert_eq!((&info["unix_millis"], begin), (&begin.into(), 1_700_000_000_000));
    call(&emulator, APPLY, &payment("R1", "B1", "USD", 10)).await;
    let later = control.post("/clock/advance", json!({ "millis": 1_000 })).await;
    assert_eq!(later, json!({ "unix_millis": begin + 1_000 }));
    assert_eq!(emulator.payment(MERCHANT, "R1").unwrap().status.as_str(), "SUCCESS", "it has happened");

    let both = json!({ "millis": 1_000 });
    tokio::join!(control.post("/clock/advance", both.clone()), control.post("/clock/advance", both));
    assert_eq!(emulator.business_time(), begin + 3_000, "neither is lost in the other");

    let next = other_key("P002");
    let pem = include_str!("../../../../paykka-sign/testdata/rsa-2048-smaller-prime-first.private.pem");
    let rotated = control.post("/platform-key", json!({ "key_id": "P002", "private_key_pem": pem })).await;
    assert_eq!(rotated, json!({ "key_id": "P002", "public_key_pem": next.public_key() }));
    Message::signed(BALANCE, "{}").send(&emulator).await.verify("P002", &next).unwrap();

    assert_eq!(control.post("/reset", Value::Null).await, ok());
    assert_eq!(
        (emulator.payment_count(), emulator.balance(MERCHANT, "USD")),
        (0, Some(Amount::from_wire(1_000)))
    );

    assert_eq!(control.post("/signed-404", json!({ "signed": true })).await, ok());
    let nowhere = Message::signed("/api/v2/nowhere", "{}").send(&emulator).await;
    assert!(nowhere.headers.contains_key("authorization"));

    assert_eq!(control.post("/accepting", json!({ "accepting": false })).await, ok());
    while tokio::net::TcpStream::connect(emulator.http_address()).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert_eq!(control.post("/accepting", json!({ "accepting": true })).await, ok());
    while tokio::net::TcpStream::connect(emulator.http_address()).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn merchants_come_with_their_keys_accounts_and_payees() {
    let (emulator, control) = started(crate::caller::empty()).await;
    let new =
        json!({ "merchant": MERCHANT, "key_id": "K001", "public_key_pem": merchant_key().public_key() });
    assert_eq!(control.post("/merchants", new).await, ok());
    let further =
        json!({ "merchant": MERCHANT, "key_id": "K2", "public_key_pem": other_key("K2").public_key() });
    assert_eq!(control.post("/merchants", further).await, ok());
    let merchants = control.get("/merchants").await;
    assert_eq!(
        merchants,
        json!({ "merchants": [MERCHANT], "keys": { "K001": [MERCHANT], "K2": [MERCHANT] } })
    );
    let another =
        json!({ "merchant": "M2", "key_id": "K001", "public_key_pem": other_key("K2").public_key() })
            .to_string();
    let (code, error, fix) = control.fails(Method::POST, "/merchants", &another).await;
    assert_eq!((code, error.contains("`key_id`: another key under the id K001")), (409, true), "{error}");
    assert!(fix.contains("another `key_id`") && control.get("/merchants").await == merchants, "{fix}");

    let at = |rest: &str| format!("/merchants/{MERCHANT}/{rest}");
    let opened = control.post(&at("accounts"), json!({ "currency": "USD", "balance": 500 })).await;
    assert_eq!(opened, json!({ "balance": 500 }));
    let payee = json!({ "beneficiary_id": "B1", "currency": "USD" });
    assert_eq!(control.post(&at("payees"), payee).await, ok());
    call(&emulator, APPLY, &payment("R1", "B1", "USD", 100)).await;
    let second = Message::signed_by(&other_key("K2"), APPLY, &payment("R2", "B1", "USD", 50));
    second.send(&emulator).await.verified();

    assert_eq!(control.ask(Method::DELETE, "/keys/K2", &Value::Null).await, ok());
    let refused = Message::signed_by(&other_key("K2"), APPLY, &payment("R3", "B1", "USD", 50));
    assert_eq!(refused.send(&emulator).await.refusal(), "unknown-key");

    let paid = json!({ "status": "FAILED" });
    assert_eq!(control.post(&at("objects/payment/R2/status"), paid).await, ok());
    let ledger = control.get(&at("ledger")).await;
    assert_eq!(ledger["balances"], json!({ "USD": 400 }));
    let causes: Vec<_> = ledger["entries"].as_array().unwrap().iter().map(|entry| &entry["cause"]).collect();
    assert_eq!(causes, ["opening", "payment", "payment", "payment_returned"]);
    assert_eq!(control.get("/ledger/check").await, ok());

    open_va(&emulator, MERCHANT).await;
    let landed = json!({ "currency": "USD", "amount": 700, "payer_name": "ACME", "payer_country": "US" });
    let landed = control.post(&at("remittances"), landed).await;
    let number = landed["recv_order_no"].as_str().unwrap();
    let objects = control.get(&at("objects")).await;
    assert_eq!(objects["receipts"][number]["landing"]["payer_name"], "ACME");
    assert!(objects["payments"]["R1"].is_object() && objects["payees"]["by_number"]["B1"].is_object());
}

#[tokio::test]
async fn a_key_that_signs_for_nobody_yet_hands_in_applications() {
    let (emulator, control) = started(crate::caller::empty()).await;
    let new = json!({ "key_id": "K001", "public_key_pem": merchant_key().public_key() });
    assert_eq!(control.post("/merchants", new).await, ok());
    assert_eq!(control.get("/merchants").await, json!({ "merchants": [], "keys": { "K001": [] } }));
    let applied = ask(&emulator, None, "onboarding.apply", &[]).await;
    let merchant = applied["merch_id"].as_str().unwrap();
    assert_eq!(control.get("/merchants").await["keys"]["K001"], json!([merchant]));
}

#[tokio::test]
async fn faults_are_set_listed_and_ended() {
    let (emulator, control) = started(builder()).await;
    let names = control.get("/faults").await["names"].clone();
    assert_eq!(names, json!(Fault::NAMES));
    let rule = json!({ "operation": "balance.inquiry", "fault": "status=503", "times": 1 });
    assert_eq!(control.post("/faults", rule.clone()).await, ok());
    let plan = json!({ "seed": 7, "faults": [{ "operation": null, "fault": "gzip", "per_mille": 1000 }] });
    assert_eq!(control.ask(Method::PUT, "/faults/plan", &plan).await, ok());
    let all = control.get("/faults").await;
    assert_eq!((&all["rules"], &all["plan"]), (&json!([rule]), &plan));
    assert_eq!(Message::signed(BALANCE, "{}").send(&emulator).await.status, 503);

    assert_eq!(control.ask(Method::DELETE, "/faults/plan", &Value::Null).await, ok());
    assert_eq!(control.get("/faults").await["plan"], Value::Null);
    control.post("/faults", json!({ "fault": "unsigned" })).await;
    assert!(!Message::signed(BALANCE, "{}").send(&emulator).await.headers.contains_key("authorization"));
    assert_eq!(control.ask(Method::DELETE, "/faults", &Value::Null).await, ok());
    assert_eq!(control.get("/faults").await["rules"], json!([]));
    call(&emulator, BALANCE, "{}").await;
}

#[tokio::test]
async fn requests_show_what_was_signed_and_why_it_was_refused() {
    let (emulator, control) = started(builder()).await;
    call(&emulator, BALANCE, "{}").await;
    let mut damaged = Message::signed(BALANCE, r#"{"currency":"USD"}"#);
    damaged.body.extend(b"\n");
    assert_eq!(damaged.send(&emulator).await.refusal(), "signature");
    Message::signed("/nowhere", "{}").send(&emulator).await;

    let requests = control.get("/requests").await["requests"].clone();
    let of = |index: usize, key: &str| requests[index][key].clone();
    assert_eq!((of(0, "operation"), of(1, "refused")), ("balance.inquiry".into(), "signature".into()));
    let first = control.get("/requests/1").await;
    assert_eq!((&first["verdict"], &first["reason"]), (&"verified".into(), &Value::Null));
    let string = first["string_to_sign"].as_str().unwrap();
    assert!(string.starts_with(&format!("{BALANCE}\n")) && string.ends_with(&format!("\n{MERCHANT}\n{{}}")));
    let second = control.get("/requests/2").await;
    assert_eq!((&second["verdict"], &second["reason"]), (&"refused".into(), &"signature".into()));
    assert!(!second["diagnosis"]["codes"].as_array().unwrap().is_empty(), "{second}");
    assert_eq!(control.get("/requests/3").await["verdict"], "unknown-path");
}

#[tokio::test]
async fn deliveries_are_listed_and_replayed_to_whom_subscribed() {
    let ca = LocalCa::new().unwrap();
    let (server, mut inbox) = receiver(&ca, &[200]);
    let (emulator, control) = started(builder().ca(ca)).await;
    let base = format!("https://{}/base", server.address());
    let new = json!({ "url": base, "under": true, "merchant": MERCHANT });
    assert_eq!(control.post("/subscribers", new.clone()).await, ok());
    assert_eq!(control.get("/subscribers").await, json!({ "subscribers": [new] }));

    call(&emulator, APPLY, &payment("R1", "B1", "USD", 100)).await;
    control.post("/clock/advance", json!({ "millis": 1_000 })).await;
    let came = inbox.recv().await.unwrap();
    assert_eq!(came.path, "/base/api/v2/merch/pay/notify");
    let deliveries = control.get("/deliveries").await["deliveries"].clone();
    assert_eq!((&deliveries[0]["id"], &deliveries[0]["state"]), (&1.into(), &"accepted".into()));
    assert_eq!(deliveries[0]["attempts"][0]["status"], 200);

    assert_eq!(control.post("/deliveries/1/replay", Value::Null).await, json!({ "id": 2 }));
    assert_eq!(verified(&inbox.recv().await.unwrap()), verified(&came));
    emulator.settle().await;
    assert_eq!(emulator.deliveries()[1].state(), DeliveryState::Accepted);
}

#[tokio::test]
async fn subscribers_that_were_added_are_ended_and_the_others_stay() {
    let ca = LocalCa::new().unwrap();
    let (first, mut kept) = receiver(&ca, &[200]);
    let (second, mut ended) = receiver(&ca, &[500]);
    let url = |server: &paykka_emulator::LoopbackServer| format!("https://{}/", server.address());
    let (emulator, control) = started(builder().notify_to(url(&first)).ca(ca)).await;
    let add = async || control.post("/subscribers", json!({ "url": url(&second) })).await;
    add().await;
    call(&emulator, APPLY, &payment("R1", "B1", "USD", 100)).await;
    emulator.advance(STEP).await;
    assert_eq!(control.ask(Method::DELETE, "/subscribers", &Value::Null).await, ok());
    assert_eq!(control.get("/subscribers").await["subscribers"].as_array().unwrap().len(), 1);
    control.post("/clock/advance", json!({ "millis": 1_000_000 })).await;
    let count =
        |inbox: &mut crate::notifications::Inbox| std::iter::from_fn(|| inbox.try_recv().ok()).count();
    assert_eq!((count(&mut kept), count(&mut ended)), (1, 1), "what waited is given up");
    let states: Vec<_> = emulator.deliveries().iter().map(|delivery| delivery.state()).collect();
    assert_eq!(states, [DeliveryState::Accepted, DeliveryState::GivenUp]);

    // One alone, and none of those of the start.
    let others = ["one", "other"].map(|path| json!({ "url": format!("http://127.0.0.1:9/{path}") }));
    for other in others.clone() {
        control.post("/subscribers", other).await;
    }
    assert_eq!(control.ask(Method::DELETE, "/subscribers", &others[0]).await, ok());
    let left = control.get("/subscribers").await["subscribers"].clone();
    let left: Vec<_> = left.as_array().unwrap().iter().map(|left| left["url"].clone()).collect();
    assert_eq!(left, [json!(url(&first)), others[1]["url"].clone()]);
    for not_added in [others[0].to_string(), json!({ "url": url(&first) }).to_string()] {
        assert_eq!(control.fails(Method::DELETE, "/subscribers", &not_added).await.0, 404);
    }

    // Who comes afterwards is somebody else.
    add().await;
    call(&emulator, APPLY, &payment("R2", "B1", "USD", 100)).await;
    emulator.advance(STEP).await;
    assert_eq!((count(&mut kept), count(&mut ended)), (1, 1));
}

#[tokio::test]
async fn a_reset_goes_back_to_the_subscribers_faults_and_doors_of_the_start() {
    let rule = FaultRule { operation: None, fault: Fault::ExtraFields, times: Some(2) };
    let plan = FaultPlan { seed: 7, faults: Vec::new() };
    let begun = builder().rule(rule.clone()).plan(plan.clone()).notify_to("http://127.0.0.1:9/");
    let (emulator, control) = started(begun).await;
    let before = (control.get("/faults").await, control.get("/subscribers").await);
    call(&emulator, BALANCE, "{}").await;
    control.post("/faults", json!({ "fault": "unsigned" })).await;
    control.ask(Method::DELETE, "/faults/plan", &Value::Null).await;
    control.post("/subscribers", json!({ "url": "http://127.0.0.1:9/other" })).await;
    control.post("/signed-404", json!({ "signed": true })).await;
    control.post("/accepting", json!({ "accepting": false })).await;
    while tokio::net::TcpStream::connect(emulator.http_address()).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert_eq!(control.post("/reset", Value::Null).await, ok());
    assert_eq!((control.get("/faults").await, control.get("/subscribers").await), before);
    assert_eq!((emulator.rules(), emulator.plan()), (vec![rule], Some(plan)));
    let opened = async {
        while tokio::net::TcpStream::connect(emulator.http_address()).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), opened).await.unwrap();
    let nowhere = Message::signed("/api/v2/nowhere", "{}").send(&emulator).await;
    assert!(!nowhere.headers.contains_key("authorization"));
}

#[tokio::test]
async fn the_port_closes_with_the_emulator() {
    let (emulator, control) = started(builder()).await;
    let address = control.url.trim_start_matches("http://").to_owned();
    drop(emulator);
    while tokio::net::TcpStream::connect(&address).await.is_ok() {
        tokio::task::yield_now().await;
    }
}
