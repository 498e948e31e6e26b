//! What can be seen of calls from outside: the documented spans and fields, and no secret among them.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64ct::Encoding;
use http::HeaderValue;
use http::header::HeaderName;
use paykka_transport::{Call, Effect, Proxy, RetrySettings, Roots, Transport, Wire, WireSettings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::faults::{PATH, down, failure, forged, html_404, paid};
use crate::server::{Fault, Over, Received, Server, merchant, ring, root};

const BODY: &str = r#"{"request_id":"R1","payee":"SECRET-IN-THE-REQUEST"}"#;
const HEADER: &str = "SECRET-IN-A-HEADER";
const PROXY_USER: &str = "alice";
const PROXY_PASSWORD: &str = "SECRET-OF-THE-PROXY";

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

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// rustls writes to the facade `log`.
impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        writeln!(self.clone(), "{} {}: {}", record.level(), record.target(), record.args()).unwrap();
    }

    fn flush(&self) {}
}

fn call(effect: Effect) -> Call {
    Call::new(PATH)
        .operation("payment.apply")
        .effect(effect)
        .request_id("R-FOR-PEOPLE")
        .merchant("M24061911365700670")
        .header(HeaderName::from_static("x-own"), HeaderValue::from_static(HEADER))
}

/// Only where nothing ever comes is the deadline short.
fn patient(effect: Effect, fault: Fault) -> Call {
    let call = call(effect);
    if matches!(fault, Fault::Stalls) { call.timeout(Duration::from_millis(300)) } else { call }
}

fn transport(server: &Server) -> Transport {
    Transport::builder(server.url(), merchant(), ring())
        .retry(RetrySettings::default().random(|| 0))
        .wire(server.wire())
        .build()
        .unwrap()
}

/// One call of each kind of ending; gives the requests that arrived.
async fn run() -> Vec<Received> {
    let mut received = Vec::new();
    for over in [Over::Tcp, Over::Tls, Over::Http2].into_iter().filter(|over| over.is_spoken()) {
        for fault in [
            Fault::Answers(paid),
            Fault::Answers(failure),
            Fault::Answers(down),
            Fault::Answers(forged),
            Fault::Answers(html_404),
            Fault::Refuses,
            Fault::Resets,
            Fault::Stalls,
            Fault::ClosesMidBody(paid),
        ] {
            let server = Server::start(fault, over).await;
            for effect in [Effect::Read, Effect::Money] {
                // Whatever comes, comes by the log.
                drop(transport(&server).send(patient(effect, fault), BODY).await);
            }
            received.extend(server.requests());
        }
    }
    received
}

/// Calls through a proxy that hears who we are and lets nobody through.
async fn refused_by_proxy() {
    for scheme in ["http", "socks5"] {
        let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{scheme}://{PROXY_USER}:{PROXY_PASSWORD}@{}", proxy.local_addr().unwrap());
        let proxied = Proxy::from_url(&url).unwrap().also_for_loopback();
        let wire = Wire::new(&WireSettings::default().roots(Roots::Only(root().to_vec())).proxy(proxied));
        let transport = Transport::builder("https://127.0.0.1:9", merchant(), ring())
            .over(wire.unwrap())
            .retry(RetrySettings::default().attempts(1))
            .build()
            .unwrap();
        let refuses = async {
            let (mut stream, _) = proxy.accept().await.unwrap();
            let mut heard = [0; 1024];
            assert!(stream.read(&mut heard).await.unwrap() > 0);
            stream.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n").await.unwrap();
        };
        let (outcome, ()) = tokio::join!(transport.send(call(Effect::Read), BODY), refuses);
        assert!(outcome.unwrap_err().is_proxy());
    }
}

/// On this thread alone, since the subscriber is the thread's.
#[tokio::test(flavor = "current_thread")]
async fn no_event_of_a_whole_run_holds_a_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    // It is the process's, and so gets what other tests do, too, where they run in the same one.
    log::set_boxed_logger(Box::new(log.clone())).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let received = run().await;
    refused_by_proxy().await;
    drop(guard);
    let text = log.text();
    assert!(received.len() > 20, "{} requests arrived", received.len());
    let of_http2 = cfg!(feature = "http2").then_some("h2");
    for crate_name in ["paykka_transport", "hyper_util", "rustls"].into_iter().chain(of_http2) {
        assert!(text.contains(&format!(" {crate_name}::")), "no event of {crate_name}");
    }

    let pem = include_str!("../../../paykka-sign/testdata/merchant-2048.private.pem");
    let key = pem.lines().filter(|line| !line.starts_with('-') && line.len() > 32);
    let mut secrets: Vec<String> = key.map(str::to_owned).collect();
    secrets.extend(["SECRET-IN-THE-REQUEST", HEADER, "PROCESSING", "nothing here"].map(str::to_owned));
    let both = base64ct::Base64::encode_string(format!("{PROXY_USER}:{PROXY_PASSWORD}").as_bytes());
    secrets.extend([PROXY_PASSWORD.to_owned(), both]);
    for request in &received {
        let authorization = request.header("authorization").unwrap().to_owned();
        let parsed = paykka_sign::Authorization::parse(authorization.as_bytes()).unwrap();
        secrets.extend([authorization, parsed.signature_base64(), parsed.nonce().to_owned()]);
    }
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret} stands in the log");
        // Bytes written as text by `Debug` have quotes escaped.
        assert!(!text.contains(&secret.replace('"', "\\\"")), "{secret} stands in the log");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn the_documented_spans_and_fields_are_there() {
    let of = async |fault: Fault, effect: Effect| {
        let server = Server::start(fault, Over::Tcp).await;
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::DEBUG)
            .with_span_events(FmtSpan::CLOSE)
            .with_ansi(false)
            .with_writer(log.clone())
            .finish();
        let guard = tracing::subscriber::set_default(subscriber);
        drop(transport(&server).send(patient(effect, fault), BODY).await);
        drop(guard);
        log.text()
    };
    let closed = |text: &str, span: &str| {
        let of_span = |line: &&str| line.contains("close") && last_span(line).starts_with(span);
        let lines: Vec<String> =
            text.lines().filter(of_span).map(|line| last_span(line).to_owned()).collect();
        lines
    };

    let text = of(Fault::Answers(paid), Effect::Money).await;
    let calls = closed(&text, "paykka.call{");
    assert_eq!(calls.len(), 1, "{text}");
    for field in [
        r#"paykka.operation="payment.apply""#,
        r#"paykka.request_id="R-FOR-PEOPLE""#,
        "paykka.attempts=1",
        "http.status=200",
        r#"outcome="answered""#,
        "outcome_unknown=false",
    ] {
        assert!(calls[0].contains(field), "{field}: {}", calls[0]);
    }
    let attempts = closed(&text, "paykka.attempt{");
    assert_eq!(attempts.len(), 1, "{text}");
    for field in ["paykka.attempt=1", "http.status=200", r#"outcome="answered""#] {
        assert!(attempts[0].contains(field), "{field}: {}", attempts[0]);
    }

    let text = of(Fault::Answers(down), Effect::Read).await;
    let attempts = closed(&text, "paykka.attempt{");
    let numbers: Vec<bool> =
        (0..3).map(|at| attempts[at].contains(&format!("paykka.attempt={}", at + 1))).collect();
    assert_eq!((attempts.len(), numbers), (3, vec![true; 3]), "{text}");
    assert!(closed(&text, "paykka.call{")[0].contains("paykka.attempts=3"), "{text}");

    for (fault, outcome, unknown) in [
        (Fault::Refuses, "connect", false),
        (Fault::Resets, "interrupted", true),
        (Fault::Stalls, "operation_deadline", true),
        (Fault::Answers(forged), "unverifiable", true),
        (Fault::Answers(html_404), "unsigned", true),
        (Fault::Answers(crate::faults::down_signed), "refused", true),
    ] {
        let text = of(fault, Effect::Money).await;
        let call = &closed(&text, "paykka.call{")[0];
        assert!(call.contains(&format!("outcome=\"{outcome}\"")), "{fault:?}: {call}");
        assert!(call.contains(&format!("outcome_unknown={unknown}")), "{fault:?}: {call}");
    }
}

/// The innermost span of a line: `outer{..}:inner{..}: target: close ..`.
fn last_span(line: &str) -> &str {
    let start = line.rfind("paykka.attempt{").or_else(|| line.rfind("paykka.call{"));
    start.map_or("", |start| &line[start..])
}

#[cfg(feature = "metrics")]
mod counted {
    use std::collections::BTreeMap;

    use metrics_util::debugging::{DebugValue, DebuggingRecorder};

    use super::*;

    #[tokio::test(flavor = "current_thread")]
    async fn the_documented_numbers_are_counted() {
        let recorder = DebuggingRecorder::new();
        let numbers = recorder.snapshotter();
        let guard = metrics::set_default_local_recorder(&recorder);
        // Two genuine answers over one pooled connection, one payment over its own; then three attempts that fail.
        let good = Server::start(Fault::Answers(paid), Over::Tcp).await;
        let transport_to_good = transport(&good);
        for effect in [Effect::Read, Effect::Read, Effect::Money] {
            transport_to_good.send(call(effect), BODY).await.unwrap();
        }
        let bad = Server::start(Fault::Answers(down), Over::Tcp).await;
        let no_budget = Transport::builder(bad.url(), merchant(), ring())
            .retry(RetrySettings::default().random(|| 0).budget(5))
            .build()
            .unwrap();
        no_budget.send(call(Effect::Read), BODY).await.unwrap_err();
        no_budget.send(call(Effect::Money), BODY).await.unwrap_err();
        // Nobody waits for this one's end, and a deadline cuts the last one's attempts off.
        let silent = Server::start(Fault::Stalls, Over::Tcp).await;
        let impatient = Transport::builder(silent.url(), merchant(), ring())
            .retry(RetrySettings::default().random(|| 0).attempts(2))
            .attempt_timeout(Duration::from_millis(50))
            .build()
            .unwrap();
        let dropped = impatient.send(call(Effect::Money), BODY);
        assert!(tokio::time::timeout(Duration::from_millis(200), dropped).await.is_err());
        impatient.send(call(Effect::Read), BODY).await.unwrap_err();
        drop(guard);

        let mut seen = BTreeMap::new();
        for (key, _, _, value) in numbers.snapshot().into_vec() {
            let key = key.key();
            let labels: Vec<_> =
                key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            let count = match value {
                DebugValue::Counter(count) => count,
                DebugValue::Histogram(values) => values.len() as u64,
                DebugValue::Gauge(_) => {
                    assert_eq!(key.name(), "paykka_connections_open", "others aren't documented");
                    continue;
                }
            };
            seen.insert(format!("{} {}", key.name(), labels.join(" ")), count);
        }
        let of = "operation=payment.apply";
        let expected = BTreeMap::from([
            (format!("paykka_calls_total {of} outcome=answered outcome_unknown=false"), 3),
            (format!("paykka_calls_total {of} outcome=unsigned outcome_unknown=false"), 1),
            (format!("paykka_calls_total {of} outcome=unsigned outcome_unknown=true"), 1),
            (format!("paykka_calls_total {of} outcome=dropped outcome_unknown=true"), 1),
            (format!("paykka_calls_total {of} outcome=attempt_deadline outcome_unknown=false"), 1),
            (format!("paykka_attempts_total {of} outcome=dropped"), 1),
            (format!("paykka_attempts_total {of} outcome=attempt_deadline"), 2),
            (format!("paykka_call_seconds {of}"), 7),
            (format!("paykka_attempts_total {of} outcome=answered"), 3),
            (format!("paykka_attempts_total {of} outcome=unsigned"), 3),
            (format!("paykka_attempt_seconds {of}"), 9),
            (format!("paykka_retries_denied_total {of}"), 1),
            ("paykka_connections_opened_total ".to_owned(), 7),
        ]);
        assert_eq!(seen, expected);
    }

    /// The number of open connections goes up with each and down with its end.
    #[tokio::test(flavor = "current_thread")]
    async fn open_connections_are_counted_until_they_are_closed() {
        let recorder = DebuggingRecorder::new();
        let numbers = recorder.snapshotter();
        let _counting = metrics::set_default_local_recorder(&recorder);
        let mut sum = 0.0;
        // A snapshot takes what it tells out of the recorder.
        let mut open = || {
            for (key, _, _, value) in numbers.snapshot().into_vec() {
                if let (true, DebugValue::Gauge(change)) =
                    (key.key().name() == "paykka_connections_open", value)
                {
                    sum += change.into_inner();
                }
            }
            sum
        };
        let good = Server::start(Fault::Answers(paid), Over::Tcp).await;
        let transport = transport(&good);
        for _ in 0..3 {
            transport.send(call(Effect::Read), BODY).await.unwrap();
            assert!((open() - 1.0).abs() < f64::EPSILON, "one, in the pool");
        }
        drop(transport);
        let closed = async {
            while open() > 0.5 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), closed).await.unwrap();
    }
}
