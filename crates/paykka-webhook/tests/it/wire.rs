//! What peers do on the wire that no client library would: old versions, methods without a body, connections that are cut at each
//! stage. The server is the example's, over real sockets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use paykka_webhook::testing::SignedNotification;
use paykka_webhook::{Delivery, MemoryClaims, Reason, Receiver};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};

use crate::examples::axum_receiver;
use crate::world::{genuine, payment, payments, receiver, signed};

async fn served(receiver: Receiver) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum_receiver::serve(listener, receiver, std::future::pending()));
    address
}

/// The request as it stands on the wire; `head` begins it, and may end with headers of its own.
fn written(head: &str, message: &SignedNotification) -> Vec<u8> {
    let mut text = format!("{head}\r\nhost: x\r\n");
    for (name, value) in &message.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\n\r\n", message.body.len()));
    [text.as_bytes(), &message.body].concat()
}

/// All that comes until the connection is closed.
async fn answered(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

const POST: &str = "POST /notifications HTTP/1.1\r\nconnection: close";

#[tokio::test]
async fn http_1_0_is_served_and_head_gets_no_body() {
    let (receiver, handled) = receiver(payments());
    let address = served(receiver.clone()).await;
    let old = answered(address, &written("POST /notifications HTTP/1.0", &genuine())).await;
    assert!(old.starts_with("HTTP/1.0 200") && old.ends_with("\r\n\r\n{}"), "{old}");
    let head = "HEAD /notifications HTTP/1.1\r\nconnection: close";
    let head = answered(address, &written(head, &signed(&payment("R2", "SUCCESS")))).await;
    assert!(head.starts_with("HTTP/1.1 405") && head.ends_with("\r\n\r\n"), "{head}");
    assert!(head.to_lowercase().contains("\r\nallow: post\r\n"), "{head}");
    assert_eq!(handled.list(), ["R1 SUCCESS"]);
    assert_eq!(receiver.counters().of(Reason::Method), 1);
}

/// Two lengths, and a length beside chunks: what a proxy and a server might read differently is one request for nobody.
#[tokio::test]
async fn what_has_two_lengths_isnt_handled_twice() {
    let (receiver, handled) = receiver(payments());
    let address = served(receiver).await;
    let message = genuine();
    let two = written(&format!("{POST}\r\ncontent-length: 1"), &message);
    assert!(answered(address, &two).await.starts_with("HTTP/1.1 400"));
    let smuggled = written(&format!("{POST}\r\ntransfer-encoding: chunked"), &message);
    let answer = answered(address, &smuggled).await;
    assert!(!answer.contains(" 200 "), "{answer}");
    assert_eq!(handled.count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_100_identical_ones_at_once_one_is_handled() {
    let (receiver, handled) = receiver(payments());
    let address = served(receiver.clone()).await;
    let request = Arc::new(written(POST, &genuine()));
    let mut posts = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let request = Arc::clone(&request);
        posts.spawn(async move { answered(address, &request).await });
    }
    let answers = posts.join_all().await;
    let all_known = |answer: &String| answer.contains(" 200 ") || answer.contains(" 503 ");
    assert!(answers.iter().all(all_known), "{answers:?}");
    assert_eq!((handled.count(), receiver.counters().of(Reason::Handled)), (1, 1));
    let others = receiver.counters().of(Reason::Again) + receiver.counters().of(Reason::InProgress);
    assert_eq!(others, 99);
    assert!(answered(address, &request).await.contains(" 200 "));
}

/// Within the head, at its end and within the body nothing is handled; after the body it is, whether anybody hears it or not.
#[tokio::test]
async fn a_connection_that_is_cut_is_handled_once_its_body_is_whole() {
    let (begun, gate) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let ended = Arc::new(AtomicUsize::new(0));
    let (beginning, opened, ending) = (Arc::clone(&begun), Arc::clone(&gate), Arc::clone(&ended));
    let verifier = payments().build().unwrap();
    let receiver = Receiver::handling(verifier, MemoryClaims::new(10), move |delivery: Delivery| {
        let (beginning, opened, ending) = (Arc::clone(&beginning), Arc::clone(&opened), Arc::clone(&ending));
        async move {
            beginning.notify_one();
            opened.acquire().await.unwrap().forget();
            ending.fetch_add(1, Ordering::SeqCst);
            Ok::<_, std::io::Error>(delivery.ack())
        }
    });
    let address = served(receiver.clone()).await;
    let request = written(POST, &genuine());
    let body_at = request.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    for cut in [0, 10, body_at / 2, body_at - 1, body_at, body_at + 1, request.len() - 1] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&request[..cut]).await.unwrap();
        stream.shutdown().await.unwrap();
        // The server hangs up, too, so it has seen the end.
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(!String::from_utf8_lossy(&answer).contains(" 200 "), "cut at {cut}");
    }
    assert_eq!(receiver.counters().of(Reason::Interrupted), 3);
    assert_eq!(receiver.counters().all().map(|(_, count)| count).sum::<u64>(), 3);

    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&request).await.unwrap();
    begun.notified().await;
    drop(stream);
    gate.add_permits(1);
    receiver.shutdown().await;
    assert_eq!(ended.load(Ordering::SeqCst), 1);
}
