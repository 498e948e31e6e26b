//! What can be seen from outside: a reason for each delivery, and neither body nor header, but for the key id, escaped.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use http::{Method, Request};
use http_body_util::Full;
use paykka_sign::Authorization;
use paykka_webhook::testing::{Notice, SignedNotification};
use paykka_webhook::{Delivery, MemoryClaims, Reason, Receiver, WebhookService};
use tower_service::Service;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::world::{MERCHANT, PATH, any_kind, header, payment, signed, with_body};

/// Everything that was written.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Write::write(&mut *self.0.lock().unwrap(), bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

async fn post(service: &mut WebhookService, method: Method, message: &SignedNotification) {
    let mut request = Request::builder().method(method).uri("/x");
    for (name, value) in &message.headers {
        request = request.header(*name, value);
    }
    let request = request.body(Full::new(message.body.clone())).unwrap();
    drop(service.call(request).await.unwrap());
}

/// On this thread alone, since the subscriber is the thread's.
#[tokio::test(flavor = "current_thread", start_paused = true)]
async fn no_event_of_a_whole_run_holds_a_body_or_a_header() {
    const SECRET: &str = "SECRET-IN-THE-BODY";
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);

    let verifier = any_kind().build().unwrap();
    let receiver = Receiver::handling(verifier, MemoryClaims::new(6), |delivery: Delivery| async move {
        let text = String::from_utf8_lossy(delivery.received().raw().value().body()).into_owned();
        match () {
            () if text.contains("FAILS") => Err(format!("can't book {text}")),
            () if text.contains("HANGS") => std::future::pending().await,
            () => Ok(delivery.ack()),
        }
    });
    let counters = receiver.clone();
    let mut service = WebhookService::new(receiver);
    let secret = |what: &str| {
        signed(&Notice::of_body(
            PATH,
            format!(r#"{{"type":"NEW","data":{{"merch_id":"{MERCHANT}","{what}":"{SECRET}"}}}}"#),
        ))
    };
    let mut messages = vec![
        secret("good"),
        secret("FAILS"),
        secret("HANGS"),
        signed(&Notice::of_body(PATH, format!("[{SECRET}"))),
        signed(&Notice::of_body(PATH, SECRET).merchant("SECRET-MERCHANT")),
        signed(&Notice::of_body(PATH, SECRET).without_merchant()),
        signed(&Notice::of_body(PATH, SECRET).ago(std::time::Duration::from_secs(1_000))),
        with_body(&secret("good"), SECRET),
        signed(&payment("SECRET-NUMBER", "SUCCESS")),
    ];
    let mut unknown = secret("good");
    let other = header(&mut unknown, "authorization").replace("P001", "P%5C%22%5C%5C9");
    *header(&mut unknown, "authorization") = other;
    let mut doubled = secret("good");
    doubled.headers.push(("x-merch-id", "SECRET-MERCHANT".into()));
    let mut agent = secret("good");
    agent.headers.push(("user-agent", "SECRET-AGENT".into()));
    messages.extend([unknown, doubled, agent]);
    // The last is refused for the claims' sake: they are full.
    messages.extend((0..8).map(|number| secret(&format!("more{number}"))));
    for message in &messages {
        post(&mut service, Method::POST, message).await;
        post(&mut service, Method::POST, message).await;
        post(&mut service, Method::PUT, message).await;
    }
    drop(guard);

    for reason in [
        Reason::Handled,
        Reason::Again,
        Reason::Handler,
        Reason::AckDeadline,
        Reason::InProgress,
        Reason::ForeignMerchant,
        Reason::Unattributed,
        Reason::Late,
        Reason::Signature,
        Reason::UnknownKey,
        Reason::Header,
        Reason::Method,
        Reason::Claims,
    ] {
        assert!(counters.counters().of(reason) > 0, "{reason:?} never came");
    }
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for reason in Reason::ALL.iter().filter(|reason| counters.counters().of(**reason) > 0) {
        assert!(text.contains(&format!("\"{}\"", reason.code())), "{reason:?} isn't in the log");
    }
    assert!(
        text.contains(r#"key_id="P\\\"\\\\9""#) || text.contains(r"P\\\"),
        "the key id is shown, escaped: {text}"
    );
    for message in &messages {
        let mut message = message.clone();
        let authorization = header(&mut message, "authorization").clone();
        assert!(!text.contains(&authorization));
        if let Ok(parsed) = Authorization::parse(authorization.as_bytes()) {
            assert!(!text.contains(parsed.nonce()) && !text.contains(&parsed.signature_base64()));
        }
    }
    for secret in
        [SECRET, "SECRET-MERCHANT", "SECRET-AGENT", "SECRET-NUMBER", MERCHANT, "merch_id", "can't book"]
    {
        assert!(!text.contains(secret), "{secret} stands in the log");
    }
}

/// Shown whole, nothing shows what it holds.
#[tokio::test]
async fn debug_shows_no_body() {
    let message = signed(&Notice::of_body(PATH, r#"{"type":"NEW","data":{"what":"SECRET"}}"#));
    let verifier = any_kind().build().unwrap();
    let raw = verifier.verify(&message.headers, message.body.clone()).unwrap();
    let received = paykka_webhook::Parse::parse(raw.clone()).unwrap();
    let (receiver, _) = crate::world::receiver(any_kind());
    for shown in [
        format!("{:?}", raw.value()),
        format!("{raw:?}"),
        format!("{received:?}"),
        format!("{verifier:?}"),
        format!("{receiver:?}"),
        format!("{:?}", any_kind()),
        format!("{:?}", MemoryClaims::new(1)),
    ] {
        assert!(!shown.contains("SECRET"), "{shown}");
    }
}
