//! The control port: every path of it over a real socket, and nobody gets in who shouldn't.

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
async fn a_port_opens_on_demand_alone_with_a_token_of_128_bits() {
    let without = builder().start().await.unwrap();
    assert_eq!((without.control_url(), without.control_token()), (None, None));
    let (emulator, _) = started(builder()).await;
    let (other, _) = started(builder()).await;
    let token = emulator.control_token().unwrap();
    assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_ne!(Some(token), other.control_token());
    assert!(!format!("{emulator:?}").contains(token));
    assert!(emulator.control_url().unwrap().starts_with("http://127.0.0.1:"));
    let given = builder().control_token("0123456789abcdef").start().await.unwrap();
    assert_eq!(given.control_token(), Some("0123456789abcdef"));
    for bad in ["short", "0123456789abcde\n", ""] {
        let error = builder().control_token(bad).start().await.unwrap_err();
        assert_eq!(error.to_string(), "the control port's token can't be used");
    }
}

#[tokio::test]
async fn without_the_token_everything_looks_alike() {
    let (emulator, control) = started(builder()).await;
    let token = emulator.control_token().unwrap();
    let (bearer, basic) = (format!("Bearer {token}"), format!("Basic {token}"));
    let wrong = [
        vec![],
        vec!["Bearer ".to_owned()],
        vec![token.to_owned()],
        vec![basic],
        vec![format!("{bearer}0")],
        vec![bearer.chars().take(bearer.len() - 1).collect()],
        vec![format!("Bearer {}", token.to_uppercase())],
        vec![bearer.clone(), bearer],
    ];
    let mut seen = std::collections::HashSet::new();
    for headers in wrong {
        let headers = headers.into_iter().map(|value| ("authorization", value)).collect();
        let thief = Control { url: control.url.clone(), headers };
        for (method, path) in [(Method::GET, "/info"), (Method::PUT, "/info"), (Method::GET, "/nothing")] {
            let (status, error, _) = thief.fails(method, path, "{").await;
            seen.insert((status, error));
        }
    }
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        [(401, "the control token is missing or wrong".to_owned())]
    );
}

#[tokio::test]
async fn what_a_page_in_a_browser_would_send_is_refused() {
    let (emulator, control) = started(builder()).await;
    let port = control.port().to_owned();
    for host in [format!("localhost:{port}"), format!("[::1]:{port}"), format!("LOCALHOST:{port}")] {
        assert_eq!(Control::of(&emulator).with("host", &host).get("/health").await, ok());
    }
    for host in ["evil.example", "127.0.0.1", "localhost", "127.0.0.1:1", "127.0.0.1.evil.example:", ""] {
        let host = if host.ends_with(':') { format!("{host}{port}") } else { host.to_owned() };
        let rebound = Control::of(&emulator).with("host", &host);
        let (status, error, fix) = rebound.fails(Method::GET, "/health", "").await;
        assert_eq!((status, error.starts_with("Host:")), (403, true), "{host}");
        assert!(fix.contains(&format!("localhost:{port}")));
    }
    for origin in ["http://evil.example", "null", &control.url] {
        let page = Control::of(&emulator).with("origin", origin);
        let (status, error, _) = page.fails(Method::POST, "/reset", "").await;
        assert_eq!((status, error.starts_with("Origin:")), (403, true), "{origin}");
    }
}

#[tokio::test]
async fn it_listens_where_it_was_told_to_and_is_asked_for_by_the_names_that_were_given() {
    let (emulator, control) = started(
        builder()
            .bind([127, 0, 0, 2].into())
            .control_bind([127, 0, 0, 3].into())
            .control_host("Emulator.test")
            .control_host("forwarded.test:4711"),
    )
    .await;
    assert!(emulator.http_url().starts_with("http://127.0.0.2:"));
    assert!(emulator.https_url().starts_with("https://127.0.0.2:"));
    assert!(control.url.starts_with("http://127.0.0.3:"));
    call(&emulator, BALANCE, "{}").await;
    assert_eq!(control.get("/health").await, ok());

    let port = control.port().to_owned();
    for host in [format!("emulator.TEST:{port}"), "forwarded.test:4711".into(), format!("localhost:{port}")] {
        assert_eq!(Control::of(&emulator).with("host", &host).get("/health").await, ok(), "{host}");
    }
    let others = ["emulator.test".to_owned(), format!("forwarded.test:{port}"), format!("127.0.0.2:{port}")];
    for host in others {
        let rebound = Control::of(&emulator).with("host", &host);
        assert_eq!(rebound.fails(Method::GET, "/health", "").await.0, 403, "{host}");
    }
    // A name that was given is no token.
    let thief = Control { url: control.url.clone(), headers: vec![("host", "forwarded.test:4711".into())] };
    assert_eq!(thief.fails(Method::GET, "/health", "").await.0, 401);

    for bad in ["", "a b", "user@name", "name:port", ":80"] {
        let error = builder().control_host(bad).start().await.unwrap_err();
        assert_eq!(error.to_string(), "a name of the control port can't be used", "{bad}");
    }
}

/// The address is one for documents (RFC 5737); the keys are looked at before anything is opened there.
#[tokio::test]
async fn beyond_loopback_nobody_gets_in_with_a_published_key() {
    let error = builder().bind([192, 0, 2, 1].into()).start().await.unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("published"), "{error}: {cause}");
}

#[tokio::test]
async fn names_are_what_a_header_can_carry() {
    let public = || VerifyingKey::from_bytes(merchant_key().public_key()).unwrap();
    let long = "M".repeat(129);
    for bad in ["M é", "", long.as_str()] {
        let merchant = crate::caller::empty().merchant(bad, "K001", public());
        let account = crate::caller::empty().account(bad, "USD", Amount::from_wire(1));
        let payee = builder().payee(MERCHANT, bad, "USD");
        for (builder, what) in [(merchant, "merchant"), (account, "merchant"), (payee, "payee")] {
            let error = builder.check().unwrap_err();
            assert_eq!(error.to_string(), format!("a {what}'s number can't be used"), "{bad}");
        }
        let emulator = builder().start().await.unwrap();
        assert!(emulator.register(Some(bad), "K2", public()).is_err() && !emulator.keys().contains_key("K2"));
    }
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
    let pem = include_str!("../../../paykka-sign/testdata/rsa-2048-smaller-prime-first.private.pem");
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
async fn what_cannot_be_meant_names_its_field_and_repeats_no_value() {
    let (_emulator, control) = started(builder()).await;
    let m = format!("/merchants/{MERCHANT}");
    let (accounts, payees, remittances) =
        (format!("{m}/accounts"), format!("{m}/payees"), format!("{m}/remittances"));
    let status = format!("{m}/objects/payment/R1/status");
    let public = json!(merchant_key().public_key());
    let (post, put) = (Method::POST, Method::PUT);
    let cases: Vec<(Method, &str, String, &str)> = vec![
        (post.clone(), "/clock/advance", "{".into(), "the body: isn't JSON at line 1, column 1"),
        (post.clone(), "/clock/advance", String::new(), "the body: isn't JSON"),
        (post.clone(), "/clock/advance", "{} x".into(), "the body: missing field `millis`"),
        (post.clone(), "/clock/advance", r#"{"millis":1} x"#.into(), "the body: isn't JSON"),
        (post.clone(), "/clock/advance", "[]".into(), "the body: "),
        (post.clone(), "/clock/advance", r#"{"millis":-1}"#.into(), "`millis`: must be u64"),
        (post.clone(), "/clock/advance", r#"{"millis":"s3cret"}"#.into(), "`millis`: must be u64"),
        (post.clone(), "/clock/advance", r#"{"millis":315360000001}"#.into(), "`millis`: is more than"),
        (post.clone(), "/clock/advance", r#"{"seconds":1}"#.into(), "`seconds`: unknown field `seconds`"),
        (
            post.clone(),
            "/platform-key",
            r#"{"key_id":"P","private_key_pem":"s3cret"}"#.into(),
            "`private_key_pem`: ",
        ),
        (post.clone(), "/platform-key", r#""s3cret""#.into(), "the body: must be struct"),
        (post.clone(), "/accepting", r#"{"accepting":"s3cret"}"#.into(), "`accepting`: must be a boolean"),
        (post.clone(), "/signed-404", "{}".into(), "the body: missing field `signed`"),
        (
            post.clone(),
            "/merchants",
            r#"{"merchant":"M","key_id":"K","public_key_pem":"s3cret"}"#.into(),
            "`public_key_pem`: ",
        ),
        (
            post.clone(),
            "/merchants",
            format!(r#"{{"merchant":"a b","key_id":"K","public_key_pem":{public}}}"#),
            "`merchant`: ",
        ),
        (
            post.clone(),
            "/merchants",
            format!(r#"{{"merchant":"M","key_id":"","public_key_pem":{public}}}"#),
            "`key_id`: ",
        ),
        (post.clone(), &accounts, r#"{"currency":"usd","balance":1}"#.into(), "`currency`: "),
        (post.clone(), &accounts, r#"{"currency":"CHF","balance":-1}"#.into(), "`balance`: "),
        (
            post.clone(),
            &accounts,
            r#"{"currency":"USD","balance":9223372036854775807}"#.into(),
            "`balance`: ",
        ),
        (post.clone(), &accounts, r#"{"currency":"USD","balance":1.5}"#.into(), "`balance`: "),
        (post.clone(), &payees, r#"{"beneficiary_id":"","currency":"USD"}"#.into(), "`beneficiary_id`: "),
        (post.clone(), &remittances, r#"{"currency":"USD","amount":0}"#.into(), "`amount`: "),
        (post.clone(), &status, r#"{"status":""}"#.into(), "`status`: must have"),
        (post.clone(), &status, r#"{"status":"A\nB"}"#.into(), "`status`: must have"),
        (post.clone(), "/clock/advance", " [5]".into(), "the body: is a list"),
        (post.clone(), "/faults", r#"{"fault":"nothing"}"#.into(), "`fault`: `nothing` is no fault"),
        (post.clone(), "/faults", r#"{"fault":"gzip","operation":"pay"}"#.into(), "`operation`: is none of "),
        (post.clone(), "/faults", r#"{"fault":"gzip","times":0}"#.into(), "`times`: "),
        (
            post.clone(),
            "/faults",
            r#"{"fault":"delay=5","operation":"payment.notification"}"#.into(),
            "`fault`: delay=5 can't befall a notification; there are notify-twice, ",
        ),
        (
            put.clone(),
            "/faults/plan",
            r#"{"seed":1,"faults":[{"fault":"gzip","per_mille":1001}]}"#.into(),
            "`faults[0].per_mille`: ",
        ),
        (
            put,
            "/faults/plan",
            r#"{"seed":1,"faults":[{"fault":"gzip"}]}"#.into(),
            "`faults[0]`: missing field",
        ),
        (post.clone(), "/subscribers", r#"{"url":"ftp://x"}"#.into(), "`url`: "),
        (post.clone(), "/subscribers", r#"{"url":"http://example.com/"}"#.into(), "`url`: "),
        (post.clone(), "/subscribers", r#"{"url":"http://127.0.0.1:99999/"}"#.into(), "`url`: "),
        (Method::GET, "/requests/one", String::new(), "the path: "),
        (post, "/deliveries/%FF/replay", String::new(), "the path: "),
    ];
    for (method, path, body, expected) in cases {
        let (status, error, fix) = control.fails(method, path, &body).await;
        assert_eq!((status, error.starts_with(expected)), (400, true), "{path} {body}: {error}");
        assert!(!fix.is_empty() && !error.contains("s3cret") && !fix.contains("s3cret"), "{error}; {fix}");
    }
    let long = format!(r#"{{"millis":{}1}}"#, " ".repeat(64 * 1024));
    assert_eq!(control.fails(Method::POST, "/clock/advance", &long).await.0, 413);
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let emulator = builder().control().patience(Duration::from_millis(50)).start().await.unwrap();
    let (url, token) = (emulator.control_url().unwrap(), emulator.control_token().unwrap());
    let address = url.trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /clock/advance HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nContent-Length: 9\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("the body took too long"), "{answer}");
}

#[tokio::test]
async fn what_is_not_there_is_said_to_be_missing() {
    let (emulator, control) = started(builder()).await;
    let account = r#"{"currency":"USD","balance":1}"#;
    let cases = [
        (Method::GET, "/", ""),
        (Method::GET, "/merchants/M9", ""),
        (Method::GET, "/merchants/M9/objects", ""),
        (Method::GET, "/merchants/M9/ledger", ""),
        (Method::POST, "/merchants/M9/accounts", account),
        (Method::POST, "/merchants/M9/payees", r#"{"beneficiary_id":"B","currency":"USD"}"#),
        (Method::POST, "/merchants/M9/remittances", r#"{"currency":"USD","amount":1}"#),
        (Method::POST, "/merchants/M9/objects/payment/R1/status", r#"{"status":"FAILED"}"#),
        (Method::DELETE, "/keys/K9", ""),
        (Method::GET, "/requests/99", ""),
        (Method::POST, "/deliveries/99/replay", ""),
    ];
    for (method, path, body) in cases {
        assert_eq!(control.fails(method, path, body).await.0, 404, "{path}");
    }
    let status = format!("/merchants/{MERCHANT}/objects/payment/R1/status");
    assert_eq!(control.fails(Method::POST, &status, r#"{"status":"FAILED"}"#).await.0, 404);
    assert_eq!(control.fails(Method::DELETE, "/info", "").await.0, 405);

    let landing = r#"{"currency":"USD","amount":1}"#;
    let (code, error, _) =
        control.fails(Method::POST, &format!("/merchants/{MERCHANT}/remittances"), landing).await;
    assert_eq!((code, error.as_str()), (409, "an enabled account that takes this currency: not found"));
    call(&emulator, APPLY, &payment("R1", "B1", "USD", 10)).await;
    control.post(&status, json!({ "status": "FAILED" })).await;
    assert_eq!(control.fails(Method::POST, &status, r#"{"status":"SUCCESS"}"#).await.0, 409);
    assert!(VerifyingKey::from_bytes(emulator.public_key_pem()).is_ok());
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
