//! A platform that answers what the test tells it to, properly signed.

use std::time::SystemTime;

use paykka_sign::{Nonce, Parts, SigningKey, Timestamp};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::relay::{header, read_message};
use crate::world::PLATFORM_PEM;

/// Answers every request with this status and body, signed over the request's path and merchant. Its base URL.
pub(crate) async fn start(status: u16, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (head, _) = read_message(&mut stream).await;
            let path = std::str::from_utf8(&head).unwrap().split(' ').nth(1).unwrap();
            let parts = Parts { path, merchant: header(&head, "x-merch-id"), body: body.as_bytes() };
            let key = SigningKey::from_bytes("P001", PLATFORM_PEM).unwrap();
            let now = Timestamp::try_from(SystemTime::now()).unwrap();
            let signature = key.sign(&parts, now, &Nonce::new("a1B2c3D4e5F6").unwrap()).unwrap().to_header();
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status} X\r\nauthorization: {signature}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    url
}
