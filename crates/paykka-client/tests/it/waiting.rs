//! Waiting: what ends it, what doesn't, and who wakes it. Time is tokio's, stands still, and jumps to what is due next.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use paykka_client::{Awaited, Client, Error, Notifier, Response, Roots};
use paykka_emulator::{BusinessClock, Emulator, Fault, FaultRule, LocalCa, LoopbackServer};
use paykka_model::{
    Amount, AssessmentResult, DecodeError, Event, ForexInquiry, Notification, OnboardingInquiry,
    OnboardingNotification, OrderInquiry, PayeeInquiry, PayeeNotification, PaymentInquiry,
    PaymentInquiryRequest, PaymentNotification, PaymentStatus, RequestId, TradeSettleInquiry, VaInquiry,
};
use paykka_sign::{Nonce, Parts, SigningKey, Timestamp, Verified, VerifyingKey, Window};
use paykka_webhook::{Delivery, MemoryClaims, Merchants, Receiver, Verifier, WebhookService};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::double;
use crate::fixtures::{fixture, request};
use crate::world::{
    MERCHANT, MERCHANT_PUBLIC_PEM, PLATFORM_PEM, builder, payment, platform_ring, tls_client,
};

fn inquiry(request_id: &str) -> PaymentInquiryRequest {
    PaymentInquiryRequest::new(request_id.parse::<RequestId>().unwrap())
}

fn state(status: &str) -> (u16, String) {
    (200, json!({ "request_id": "R1", "status": status }).to_string())
}

/// The answer to an inquiry's own request, with a status.
fn answer_to<O: Awaited>(asked: &O::Request, status: &str) -> String {
    let mut answer = fixture(&format!("{}.response", O::INFO.name));
    let asked = serde_json::to_value(asked).unwrap();
    for (key, value) in asked.as_object().unwrap() {
        if answer.get(key).is_some() {
            answer[key] = value.clone();
        }
    }
    answer["status"] = json!(status);
    answer.to_string()
}

async fn waits<O: Awaited>(
    statuses: &'static [&'static str],
) -> (Result<Response<O::Response>, Error>, usize) {
    let asked: O::Request = request(O::INFO.name, &[]);
    let bodies: Vec<_> = statuses.iter().map(|status| answer_to::<O>(&asked, status)).collect();
    let (client, log) = double::client(move |_, before| (200, bodies[before.min(bodies.len() - 1)].clone()));
    let ended = client.call::<O>(&asked).wait_until_final().within(Duration::from_secs(120)).await;
    let asked = log.lock().unwrap().len();
    (ended, asked)
}

async fn ends<O: Awaited>(pending: &'static [&'static str], ends: &'static [&'static [&'static str]]) {
    for statuses in ends {
        let (ended, asked) = waits::<O>(statuses).await;
        let answer = ended.unwrap_or_else(|error| panic!("{} {statuses:?}: {error}", O::INFO.name));
        assert_eq!(asked, statuses.len(), "{} {statuses:?}: {answer:?}", O::INFO.name);
    }
    for status in pending {
        let statuses: &'static [&'static str] = Box::leak(Box::new([*status]));
        let (ended, asked) = waits::<O>(statuses).await;
        let error = ended.err().unwrap_or_else(|| panic!("{} {status} isn't final", O::INFO.name));
        assert!(error.is_undecided() && !error.outcome_unknown() && asked > 3, "{error}");
        assert!(error.to_string().contains("nothing was decided within 120s"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_wait_ends_on_success_failure_and_what_is_sent_back_and_on_nothing_else() {
    ends::<OnboardingInquiry>(
        &["INIT", "WAIT", "FROZEN"],
        &[&["INIT", "WAIT", "PASS"], &["AUTH_FAIL"], &["REJECTED"]],
    )
    .await;
    ends::<AssessmentResult>(
        &["INIT", "FROZEN"],
        &[&["INIT", "PASS"], &["AUTH_FAIL"], &["WAIT", "REJECTED"]],
    )
    .await;
    ends::<VaInquiry>(&["INIT", "FROZEN"], &[&["INIT", "ENABLED"]]).await;
    ends::<OrderInquiry>(&["PENDING", "FROZEN"], &[&["PENDING", "RELATABLE"]]).await;
    ends::<TradeSettleInquiry>(
        &["PENDING_RELATE", "CHECKING", "FROZEN"],
        &[&["CHECKING", "SETTLED"], &["CHECKING", "CHECK_REJECTED"]],
    )
    .await;
    ends::<PayeeInquiry>(&["INIT", "WAIT", "FROZEN"], &[&["INIT", "PASS"], &["REJECTED"]]).await;
    ends::<ForexInquiry>(
        &["QUOTED", "PROCESSING", "FROZEN"],
        &[&["PROCESSING", "SUCCESS"], &["FAILED"], &["EXPIRED"]],
    )
    .await;
    ends::<PaymentInquiry>(
        &["PROCESSING", "FROZEN"],
        &[&["PROCESSING", "SUCCESS"], &["FAILED"], &["REFUNDED"]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn not_found_server_errors_and_rate_limits_keep_it_waiting() {
    let (client, log) = double::client(|_, before| match before {
        0 => (404, r#"{"ret_code":"010002"}"#.to_owned()),
        1 => (429, r#"{"ret_code":"010001"}"#.to_owned()),
        2 => (500, r#"{"ret_code":"999999"}"#.to_owned()),
        3 => (502, "<html>".to_owned()),
        _ => state("SUCCESS"),
    });
    let asked = inquiry("R1");
    let ended = client.payments().inquiry(&asked).max_attempts(1).wait_until_final().await.unwrap();
    assert_eq!((ended.value().status.clone(), log.lock().unwrap().len()), (PaymentStatus::Success, 5));
}

#[tokio::test(start_paused = true)]
async fn what_is_never_found_is_undecided_with_the_reason() {
    let (client, _log) = double::client(|_, _| (404, r#"{"ret_code":"010002"}"#.to_owned()));
    let (asked, begin) = (inquiry("R1"), Instant::now());
    let wait = client.payments().inquiry(&asked).wait_until_final().within(Duration::from_secs(20));
    let error = wait.await.unwrap_err();
    assert!(error.is_undecided() && !error.is_not_found(), "{error}");
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("010002"));
    assert_eq!(begin.elapsed().as_secs(), 20);
}

#[tokio::test(start_paused = true)]
async fn the_pauses_double_up_to_the_longest() {
    let (client, log) = double::client(|_, _| state("PROCESSING"));
    let asked = inquiry("R1");
    let wait = client.payments().inquiry(&asked).wait_until_final().within(Duration::from_secs(60));
    wait.pauses(Duration::from_secs(2), Duration::from_secs(10)).await.unwrap_err();
    // At 0, 2, 6, 14, 24, 34, 44, 54 and 60 seconds.
    assert_eq!(log.lock().unwrap().len(), 9);
}

#[tokio::test(start_paused = true)]
async fn what_asking_again_cant_mend_ends_it_at_once() {
    for (status, body) in [
        (400, r#"{"ret_code":"010000"}"#),
        (400, r#"{"ret_code":"010003"}"#),
        (401, r#"{"ret_code":"010100"}"#),
        (403, r#"{"ret_code":"010200"}"#),
    ] {
        let (client, log) = double::client(move |_, _| (status, body.to_owned()));
        let (asked, begin) = (inquiry("R1"), Instant::now());
        let error = client.payments().inquiry(&asked).wait_until_final().await.unwrap_err();
        assert!(error.api().is_some() && !error.is_undecided(), "{body}: {error}");
        assert_eq!((begin.elapsed(), log.lock().unwrap().len()), (Duration::ZERO, 1), "{body}");
    }
    let (client, log) = double::client(|_, _| state("PROCESSING"));
    let asked = inquiry("R1");
    let error = client.payments().inquiry(&asked).as_merchant("a b").wait_until_final().await.unwrap_err();
    assert!(error.is_config() && log.lock().unwrap().is_empty(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_was_said_of_the_call_holds_for_each_inquiry() {
    let (client, log) = double::client(|_, before| state(if before < 2 { "PROCESSING" } else { "SUCCESS" }));
    let asked = inquiry("R1");
    let marker = http::HeaderName::from_static("x-trace");
    let call = client.payments().inquiry(&asked).as_merchant("M2").at_path("/elsewhere");
    call.header(marker, http::HeaderValue::from_static("t")).wait_until_final().await.unwrap();
    let came = log.lock().unwrap().clone();
    assert_eq!(came.len(), 3);
    for came in came {
        assert_eq!((came.merchant.as_deref(), came.path.as_str()), (Some("M2"), "/elsewhere"));
        assert_eq!(came.headers["x-trace"], "t");
    }
}

/// A notification as the webhook crate hands it over, of an endpoint for this kind alone.
fn told<E: Event>(merchant: &str, data: &Value) -> Verified<Notification> {
    let body = json!({ "type": "MERCH", "version": "1.0", "data": data }).to_string();
    let parts = Parts { path: "/hook", merchant: Some(merchant), body: bytes::Bytes::from(body) };
    let now = Timestamp::try_from(SystemTime::now()).unwrap();
    let key = SigningKey::from_bytes("P001", PLATFORM_PEM).unwrap();
    let header = key.sign(&parts, now, &Nonce::new("a1B2c3D4e5F6").unwrap()).unwrap().to_header();
    let window = Window::new(now, Duration::from_secs(60));
    platform_ring()
        .verify(header.as_bytes(), parts, &window)
        .unwrap()
        .decode(Notification::from_body_of::<E>)
        .unwrap()
}

fn paid(merchant: &str, request_id: &str) -> Verified<Notification> {
    let mut data = fixture("payment.notification.data")["data"].clone();
    data["request_id"] = json!(request_id);
    data["merch_id"] = json!(merchant);
    told::<PaymentNotification>(merchant, &data)
}

/// How long a wait takes, in seconds, of which the notifier is told `news` after three seconds; the platform says success from
/// the second inquiry on, which would come after 100 seconds.
async fn woken_after(news: Vec<Verified<Notification>>) -> u64 {
    let (client, _log) =
        double::client(|_, before| state(if before == 0 { "PROCESSING" } else { "SUCCESS" }));
    woken_after_of(&client, news).await
}

async fn woken_after_of(client: &Client, news: Vec<Verified<Notification>>) -> u64 {
    let (notifier, begin, asked) = (Notifier::new(), Instant::now(), inquiry("R1"));
    let teller = notifier.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3)).await;
        news.iter().for_each(|news| teller.tell(news));
    });
    let pause = Duration::from_secs(100);
    let wait = client.payments().inquiry(&asked).wait_until_final().pauses(pause, pause).told_by(&notifier);
    assert_eq!(wait.await.unwrap().value().status, PaymentStatus::Success);
    begin.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn news_of_the_object_ends_the_pause_and_other_news_doesnt() {
    assert_eq!(woken_after(vec![paid(MERCHANT, "R1")]).await, 3);
    assert_eq!(woken_after(vec![]).await, 100);
    assert_eq!(woken_after(vec![paid(MERCHANT, "R2")]).await, 100, "another object");
    assert_eq!(woken_after(vec![paid("M2", "R1")]).await, 100, "another merchant's");
    // Another kind under the same number.
    let mut payee = fixture("payee.notification.data")["data"].clone();
    payee["request_id"] = json!("R1");
    payee["merch_id"] = json!(MERCHANT);
    let payee = told::<PayeeNotification>(MERCHANT, &payee);
    assert_eq!(woken_after(vec![payee.clone()]).await, 100, "another kind");
    assert_eq!(
        woken_after(vec![payee, paid("M2", "R1"), paid(MERCHANT, "R1")]).await,
        3,
        "the third is ours"
    );
}

#[tokio::test(start_paused = true)]
async fn news_goes_by_the_merchant_of_the_call() {
    let (client, _log) =
        double::client(|_, before| state(if before == 0 { "PROCESSING" } else { "SUCCESS" }));
    let (notifier, begin, asked) = (Notifier::new(), Instant::now(), inquiry("R1"));
    let teller = notifier.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3)).await;
        teller.tell(&paid(MERCHANT, "R1"));
        tokio::time::sleep(Duration::from_secs(3)).await;
        teller.tell(&paid("M2", "R1"));
    });
    let pause = Duration::from_secs(100);
    let wait = client.payments().inquiry(&asked).as_merchant("M2").wait_until_final();
    wait.pauses(pause, pause).told_by(&notifier).await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 6);
}

#[tokio::test(start_paused = true)]
async fn news_of_a_company_wakes_the_client_of_another_merchant() {
    let asked: paykka_model::OnboardingInquiryRequest =
        request("onboarding.inquiry", &[("/request_id", Value::Null), ("/merch_id", json!("M7"))]);
    let body = |status: &str| json!({ "merch_id": "M7", "status": status }).to_string();
    let (client, _log) =
        double::client(move |_, before| (200, body(if before == 0 { "WAIT" } else { "PASS" })));
    assert_eq!(client.merchant(), Some(MERCHANT));
    let (notifier, begin) = (Notifier::new(), Instant::now());
    let teller = notifier.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3)).await;
        let mut data = fixture("onboarding.notification.data")["data"].clone();
        data["merch_id"] = json!("M7");
        teller.tell(&told::<OnboardingNotification>("M7", &data));
    });
    let pause = Duration::from_secs(100);
    client
        .onboarding()
        .inquiry(&asked)
        .wait_until_final()
        .pauses(pause, pause)
        .told_by(&notifier)
        .await
        .unwrap();
    assert_eq!(begin.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn who_missed_news_asks_once_more() {
    // More than a notifier keeps, all at once, so that the waiting side falls behind.
    let flood = std::iter::once(paid(MERCHANT, "R1"))
        .chain(std::iter::repeat_n(paid(MERCHANT, "R2"), 2_000))
        .collect();
    assert_eq!(woken_after(flood).await, 3);
}

#[tokio::test(start_paused = true)]
async fn news_alone_decides_nothing() {
    // The platform goes on saying PROCESSING, whatever was told.
    let (client, log) = double::client(|_, _| state("PROCESSING"));
    let (notifier, asked) = (Notifier::new(), inquiry("R1"));
    let teller = notifier.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3)).await;
        teller.tell(&paid(MERCHANT, "R1"));
    });
    let pause = Duration::from_secs(100);
    let wait = client.payments().inquiry(&asked).wait_until_final().pauses(pause, pause).told_by(&notifier);
    let error = wait.within(Duration::from_secs(50)).await.unwrap_err();
    assert!(error.is_undecided());
    assert_eq!(log.lock().unwrap().len(), 3, "at the begin, when told, and at the end");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_wait_asks_no_more_and_listens_no_more() {
    let (client, log) = double::client(|_, _| state("PROCESSING"));
    let (notifier, asked) = (Notifier::new(), inquiry("R1"));
    let wait = client.payments().inquiry(&asked).wait_until_final().told_by(&notifier);
    assert!(tokio::time::timeout(Duration::from_secs(10), wait).await.is_err());
    let before = log.lock().unwrap().len();
    assert!(before > 1);
    notifier.tell(&paid(MERCHANT, "R1"));
    tokio::time::sleep(Duration::from_secs(1_000)).await;
    assert_eq!(log.lock().unwrap().len(), before);
    drop((client, notifier, log));
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0, "nothing is left running");
}

/// The real way: the emulator's notification comes to an endpoint of the webhook crate, which tells the notifier.
#[tokio::test]
async fn a_notification_through_the_webhook_ends_the_wait() {
    let ca = LocalCa::new().unwrap();
    let (notifier, (heard, mut hears)) = (Notifier::new(), mpsc::unbounded_channel());
    let verifier = Verifier::builder(platform_ring(), "/hook")
        .merchants(Merchants::these([MERCHANT]))
        .for_loopback()
        .build()
        .unwrap();
    let teller = Arc::new((notifier.clone(), heard));
    let receiver = Receiver::handling(verifier, MemoryClaims::new(100), move |delivery: Delivery| {
        let teller = Arc::clone(&teller);
        async move {
            teller.0.tell(delivery.received().notification()?);
            teller.1.send(()).unwrap_or_default();
            Ok::<_, DecodeError>(delivery.ack())
        }
    });
    let router = Router::new().route_service("/hook", WebhookService::new(receiver));
    let endpoint = LoopbackServer::tls(router, &ca.issue().unwrap()).unwrap();
    let emulator = Emulator::builder(SigningKey::from_bytes("P001", PLATFORM_PEM).unwrap())
        .business_clock(BusinessClock::manual(UNIX_EPOCH + Duration::from_secs(1_700_000_000)))
        .step(Duration::from_secs(1))
        .merchant(MERCHANT, "K001", VerifyingKey::from_bytes(MERCHANT_PUBLIC_PEM).unwrap())
        .account(MERCHANT, "USD", Amount::from_wire(1_000))
        .payee(MERCHANT, "B1", "USD")
        .ca(ca)
        .notify_to(format!("https://{}/hook", endpoint.address()))
        .start()
        .await
        .unwrap();
    let client = tls_client(&emulator);
    client.payments().apply(&payment("R1", 250)).await.unwrap();
    let waiting = tokio::spawn({
        let client = client.clone();
        async move {
            let (asked, pause) = (inquiry("R1"), Duration::from_secs(200));
            let wait = client.payments().inquiry(&asked).wait_until_final();
            wait.pauses(pause, pause).told_by(&notifier).await.map(Response::into_value)
        }
    });
    // The first inquiry says PROCESSING, and the pause begins.
    while !emulator
        .requests()
        .iter()
        .any(|seen| seen.operation == Some("payment.inquiry") && seen.status.is_some())
    {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    emulator.advance(Duration::from_secs(1)).await;
    hears.recv().await.unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap().unwrap().unwrap();
    assert_eq!(ended.status, PaymentStatus::Success);
    let inquiries =
        emulator.requests().iter().filter(|seen| seen.operation == Some("payment.inquiry")).count();
    assert_eq!(inquiries, 2);
}

#[tokio::test]
async fn a_forged_answer_ends_a_wait_at_once() {
    let emulator = crate::world::emulator().await;
    emulator.add_rule(FaultRule { operation: None, fault: Fault::WrongKey, times: None }).unwrap();
    let (client, asked) = (tls_client(&emulator), inquiry("R1"));
    let error = client.payments().inquiry(&asked).wait_until_final().await.unwrap_err();
    assert!(error.is_signature(), "{error}");
    assert_eq!(emulator.requests().len(), 1);
    // Nor does a stranger's certificate become ours by waiting.
    let stranger = Roots::Only(LocalCa::new().unwrap().pem().into());
    let client = builder(&emulator.https_url()).roots(stranger).build().unwrap();
    assert!(client.payments().inquiry(&asked).wait_until_final().await.unwrap_err().is_certificate());
}
