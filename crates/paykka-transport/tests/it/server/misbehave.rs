//! What happens on one connection.

use std::sync::PoisonError;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use super::http::receive;
use super::{Fault, Received, Reply, Seen};

/// A connection, with or without TLS.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin {
    fn tcp(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Stream for tokio_rustls::server::TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

pub(super) async fn answer<S: Stream>(mut stream: S, fault: Fault, seen: &Seen) {
    if matches!(fault, Fault::ClosesMidRequest) {
        // A byte is never a whole request, and what is left unread goes with the connection.
        let mut some = [0; 1];
        stream.read_exact(&mut some).await.ok();
        return;
    }
    while let Some(request) = receive(&mut stream).await {
        seen.receives(&request);
        match fault {
            Fault::Answers(answering) => written(&mut stream, &answering(&request).bytes()).await,
            Fault::Replays(answering) => {
                let reply = replayed(&request, answering, seen);
                written(&mut stream, &reply.bytes()).await;
            }
            _ => return fail(stream, fault, &request).await,
        }
    }
}

/// Ends the connection in the fault's way.
async fn fail<S: Stream>(mut stream: S, fault: Fault, request: &Received) {
    match fault {
        Fault::Resets => stream.tcp().set_zero_linger().unwrap(),
        Fault::Stalls => until_closed(&mut stream).await,
        Fault::ClosesMidHead(answering) => {
            let head = answering(request).head();
            written(&mut stream, &head[..head.len() / 2]).await;
        }
        Fault::ClosesMidBody(answering) => half(&mut stream, &answering(request)).await,
        Fault::StallsMidBody(answering) => {
            half(&mut stream, &answering(request)).await;
            until_closed(&mut stream).await;
        }
        Fault::AnswersAndStalls(answering) => {
            written(&mut stream, &answering(request).bytes()).await;
            until_closed(&mut stream).await;
        }
        Fault::Trickles(answering) => trickle(&mut stream, &answering(request).bytes()).await,
        Fault::Endless => {
            let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".as_slice();
            let chunk = [b"4000\r\n".as_slice(), &[b' '; 0x4000], b"\r\n"].concat();
            let mut sent = stream.write_all(head).await;
            while sent.is_ok() {
                sent = stream.write_all(&chunk).await;
            }
        }
        // The others don't come here, or close after the request.
        _ => {}
    }
}

pub(super) fn replayed(request: &Received, answering: super::Answering, seen: &Seen) -> Reply {
    let mut first = seen.first_answer.lock().unwrap_or_else(PoisonError::into_inner);
    first.get_or_insert_with(|| answering(request)).clone()
}

async fn half<S: Stream>(stream: &mut S, reply: &Reply) {
    let (head, body) = (reply.head(), reply.body());
    written(stream, &[&head, &body[..body.len() / 2]].concat()).await;
}

async fn trickle<S: Stream>(stream: &mut S, bytes: &[u8]) {
    let mut pace = tokio::time::interval(Duration::from_secs(1));
    let mut nothing = [0; 1];
    for byte in bytes {
        tokio::select! {
            _ = pace.tick() => written(stream, &[*byte]).await,
            _ = stream.read(&mut nothing) => return,
        }
    }
}

/// A client may go at any time.
async fn written<S: Stream>(stream: &mut S, bytes: &[u8]) {
    if stream.write_all(bytes).await.is_ok() {
        stream.flush().await.ok();
    }
}

/// Says nothing until the client has gone.
pub(super) async fn until_closed<S: AsyncRead + Unpin>(stream: &mut S) {
    let mut nothing = [0; 64];
    while stream.read(&mut nothing).await.is_ok_and(|read| read > 0) {}
}
