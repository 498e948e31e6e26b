//! A peer between client and emulator that passes requests on and damages the answers.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Listens on loopback and hands each answer's head and body to `damage` before it is passed on. Ends with the test.
pub(crate) async fn start(upstream: SocketAddr, damage: fn(&mut Vec<u8>, &mut Vec<u8>)) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (head, body) = read_message(&mut client).await;
                let mut server = TcpStream::connect(upstream).await.unwrap();
                server.write_all(&[head, body].concat()).await.unwrap();
                let (mut head, mut body) = read_message(&mut server).await;
                damage(&mut head, &mut body);
                client.write_all(&[head, body].concat()).await.unwrap();
                client.shutdown().await.unwrap();
            });
        }
    });
    url
}

/// One HTTP/1.1 message with a `Content-Length`: its head, the blank line included, and its body.
pub(crate) async fn read_message(stream: &mut TcpStream) -> (Vec<u8>, Vec<u8>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let length = header(&head, "content-length").map_or(0, |value| value.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    (head, body)
}

pub(crate) fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    std::str::from_utf8(head).unwrap().lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
