//! Garbage, giants and dawdlers: each is answered or cut by a limit, and the next honest caller is served.

use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use paykka_emulator::{Emulator, EmulatorBuilder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::bodies::upload_of;
use crate::caller::{APPLY, BALANCE, MERCHANT, Message, STEP, builder, call};

static PANICS: AtomicUsize = AtomicUsize::new(0);

/// An emulator whose panics count: one in a connection's task is seen by nobody else.
async fn started(builder: EmulatorBuilder) -> Emulator {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            PANICS.fetch_add(1, Ordering::SeqCst);
            report(panic);
        }));
    });
    builder.start().await.unwrap()
}

/// That the next honest caller is served, and that nothing has panicked, diagnoses included.
async fn is_well(emulator: &Emulator) {
    call(emulator, BALANCE, "{}").await;
    emulator.settle().await;
    assert_eq!(PANICS.load(Ordering::SeqCst), 0);
}

/// Writes bytes and reads until the emulator hangs up; what it said.
async fn exchange(emulator: &Emulator, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(emulator.http_address()).await.unwrap();
    // A peer that is cut off may be told so while it writes.
    let _cut = stream.write_all(bytes).await;
    let mut said = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut said)).await;
    // The emulator hangs up, with a reset or without.
    let _reset = read.unwrap();
    String::from_utf8_lossy(&said).into_owned()
}

fn first_line(said: &str) -> &str {
    said.lines().next().unwrap_or_default()
}

#[tokio::test]
async fn garbage_is_answered_or_cut() {
    let emulator = started(builder().patience(Duration::from_millis(200))).await;
    let long_head = format!("POST {BALANCE} HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "x".repeat(300_000));
    let many = format!("POST {BALANCE} HTTP/1.1\r\nHost: x\r\n{}\r\n", "X-Y: z\r\n".repeat(1_000));
    let post = |rest: &str| format!("POST {APPLY} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{rest}");
    let cases: Vec<(Vec<u8>, &[&str])> = vec![
        (vec![0; 4_096], &["400", ""]),
        ((0..=255).cycle().take(200_000).collect(), &["400", "431", ""]),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc".to_vec(), &["400", ""]),
        (b"GET / HTTP/9.9\r\n\r\n".to_vec(), &["400", "505", ""]),
        (long_head.into_bytes(), &["431", "400", ""]),
        (many.into_bytes(), &["431", ""]),
        (post("Content-Length: -1\r\n\r\n").into_bytes(), &["400", ""]),
        (post("Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!").into_bytes(), &["400", ""]),
        (post("Transfer-Encoding: chunked\r\n\r\nZZ\r\n").into_bytes(), &["400", ""]),
        (post("Content-Length: 99999999999\r\n\r\nx").into_bytes(), &["408", "413", ""]),
        // Nothing follows, so deadlines cut these.
        (format!("POST {APPLY} HTTP/1.1\r\nHost: x\r\n").into_bytes(), &["408", ""]),
        (post("Content-Length: 10\r\n\r\nhalf").into_bytes(), &["408"]),
        (Vec::new(), &[""]),
    ];
    for (index, (bytes, statuses)) in cases.into_iter().enumerate() {
        let said = exchange(&emulator, &bytes).await;
        let fits = |status: &&str| {
            if status.is_empty() { said.is_empty() } else { first_line(&said).contains(*status) }
        };
        assert!(statuses.iter().any(fits), "case {index}: {}", first_line(&said));
    }
    // A handshake that doesn't come.
    let mut stream = TcpStream::connect(emulator.https_address()).await.unwrap();
    let mut said = Vec::new();
    let hung_up = stream.read_to_end(&mut said);
    let _reset = tokio::time::timeout(Duration::from_secs(20), hung_up).await.unwrap();
    is_well(&emulator).await;
}

#[tokio::test]
async fn who_never_reads_answers_is_cut() {
    let emulator = started(builder().patience(Duration::from_millis(200))).await;
    let mut stream = TcpStream::connect(emulator.http_address()).await.unwrap();
    let many = "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".repeat(1_000);
    // Once the buffers between the two are full, the emulator reads no more, and then only a cut ends this.
    let ended = async { while stream.write_all(many.as_bytes()).await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(20), ended).await.unwrap();
    is_well(&emulator).await;
}

#[tokio::test]
async fn bodies_over_the_limit_are_refused_while_they_come() {
    let emulator = started(builder()).await;
    let answer = Message::signed(BALANCE, &"x".repeat(1024 * 1024 + 1)).send(&emulator).await;
    assert_eq!((answer.status.as_u16(), &answer.headers["connection"]), (413, &"close".parse().unwrap()));
    let logged = &emulator.requests()[0];
    assert_eq!((logged.refused, logged.status), (Some("body-too-long"), Some(413)));
    let mut chunked = format!("POST {BALANCE} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    for _ in 0..200 {
        chunked.push_str(&format!("2000\r\n{}\r\n", "x".repeat(0x2000)));
    }
    let said = exchange(&emulator, chunked.as_bytes()).await;
    assert!(said.is_empty() || first_line(&said).contains("413"), "{}", first_line(&said));
    is_well(&emulator).await;
}

/// 256 MiB in all, and an upload stands there twice.
#[tokio::test]
async fn bodies_that_wait_to_be_processed_count_among_those_under_way() {
    let emulator = started(builder()).await;
    let file = vec![b'x'; 10 * 1024 * 1024];
    let meta = format!(r#"{{"filename":"f.pdf","sha256":"{}"}}"#, "0".repeat(64));
    let upload = || upload_of(MERCHANT, &meta, &[("meta", meta.as_bytes()), ("file", &file)]);
    for number in 0..12 {
        let cut = upload().with_faults("process-later=1000").try_send(&emulator).await;
        assert!(cut.is_none(), "{number}: {}", cut.unwrap().status);
    }
    let refused = upload().send(&emulator).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.headers["x-emulator-reason"]),
        (429, &"busy".parse().unwrap())
    );
    emulator.advance(STEP).await;
    let (status, ret_code, _) = upload().send(&emulator).await.failure();
    assert_eq!((status, ret_code.as_str()), (400, "010000"), "the digest isn't the file's");
    is_well(&emulator).await;
}

#[tokio::test]
async fn signed_nonsense_is_010000() {
    let emulator = started(builder()).await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_field = format!(r#"{{"request_id":{}1{}}}"#, "[".repeat(50_000), "]".repeat(50_000));
    for body in
        ["", "null", "[]", "\"\"", "{", "{}{}", "{\"request_id\":1e999}", "\u{feff}{}", &deep, &deep_field]
    {
        let (status, ret_code, _) = Message::signed(APPLY, body).send(&emulator).await.failure();
        assert_eq!(
            (status, ret_code.as_str()),
            (400, "010000"),
            "{}",
            body.chars().take(20).collect::<String>()
        );
    }
    is_well(&emulator).await;
}

#[tokio::test]
async fn what_is_not_utf_8_is_refused() {
    let emulator = started(builder()).await;
    let mut message = Message::signed(APPLY, "{}");
    message.body = b"{\"a\":\"\xff\xfe\"}".to_vec();
    assert_eq!(message.send(&emulator).await.refusal(), "signature");
    let mut head =
        format!("POST {BALANCE} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Merch-Id: ").into_bytes();
    head.extend_from_slice(
        b"\xff\xfe\r\nAuthorization: \xff\r\nX-Emulator-Fault: \xff\r\nContent-Length: 2\r\n\r\n{}",
    );
    let said = exchange(&emulator, &head).await;
    assert!(first_line(&said).contains("401"), "{said}");
    is_well(&emulator).await;
}

#[tokio::test]
async fn only_post_is_served() {
    let emulator = started(builder()).await;
    let said = exchange(
        &emulator,
        format!("GET {BALANCE} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes(),
    )
    .await;
    assert!(first_line(&said).contains("405") && said.contains("010000"), "{said}");
    assert!(said.contains("x-emulator-reason: method"), "{said}");
    is_well(&emulator).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_connections_keep_nobody_out() {
    let emulator = started(builder()).await;
    let mut idle = Vec::new();
    // Few enough for the usual limit of open files, since both ends are here.
    for _ in 0..300 {
        idle.push(TcpStream::connect(emulator.http_address()).await.unwrap());
    }
    is_well(&emulator).await;
    assert_eq!(emulator.merchants(), [MERCHANT]);
}
