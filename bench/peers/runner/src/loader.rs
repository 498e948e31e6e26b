//! Posts requests that were made beforehand over so many kept connections, one after another on each. It writes ready bytes and
//! reads no more of an answer than its end, so that it stays ahead of every server.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::materials::{MERCHANT, NOTIFICATIONS};

pub(crate) struct Done {
    pub(crate) seconds: f64,
    /// How many were answered with 200.
    pub(crate) accepted: usize,
    latencies: Vec<Duration>,
}

impl Done {
    /// A share's latency, in microseconds.
    pub(crate) fn at(&self, share: f64) -> f64 {
        let index = (self.latencies.len().saturating_sub(1) as f64 * share).round() as usize;
        self.latencies.get(index).copied().unwrap_or_default().as_secs_f64() * 1e6
    }
}

/// A whole request.
pub(crate) fn request(header: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {NOTIFICATIONS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Authorization: {header}\r\nX-Merch-Id: {MERCHANT}\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

pub(crate) fn post(port: u16, requests: &[Vec<u8>], connections: usize) -> Result<Done, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("there is no runtime: {error}"))?;
    let broken = |error: std::io::Error| format!("a connection broke: {error}");
    runtime.block_on(async {
        let local = tokio::task::LocalSet::new();
        let (mut streams, mut tasks) = (Vec::new(), Vec::new());
        for _ in 0..connections {
            let stream = TcpStream::connect(("127.0.0.1", port)).await.map_err(broken)?;
            stream.set_nodelay(true).map_err(broken)?;
            streams.push(stream);
        }
        let start = Instant::now();
        for (index, stream) in streams.into_iter().enumerate() {
            let own: Vec<Vec<u8>> = requests.iter().skip(index).step_by(connections).cloned().collect();
            tasks.push(local.spawn_local(one_after_another(stream, own)));
        }
        let mut done = Done { seconds: 0.0, accepted: 0, latencies: Vec::new() };
        local
            .run_until(async {
                for task in tasks {
                    let (accepted, latencies) =
                        task.await.map_err(|error| format!("the loader failed: {error}"))?.map_err(broken)?;
                    done.accepted += accepted;
                    done.latencies.extend(latencies);
                }
                Ok::<_, String>(())
            })
            .await?;
        done.seconds = start.elapsed().as_secs_f64();
        done.latencies.sort_unstable();
        Ok(done)
    })
}

async fn one_after_another(
    mut stream: TcpStream,
    requests: Vec<Vec<u8>>,
) -> std::io::Result<(usize, Vec<Duration>)> {
    let (mut accepted, mut latencies) = (0, Vec::with_capacity(requests.len()));
    let mut read = Vec::with_capacity(4096);
    for request in requests {
        let start = Instant::now();
        stream.write_all(&request).await?;
        read.clear();
        while !is_whole(&read) {
            if stream.read_buf(&mut read).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
        latencies.push(start.elapsed());
        accepted += usize::from(read.starts_with(b"HTTP/1.1 200"));
    }
    Ok((accepted, latencies))
}

/// Whether an answer is there to its end, by its length or its last chunk.
fn is_whole(read: &[u8]) -> bool {
    let Some(head) = read.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let (head, body) = read.split_at(head + 4);
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    if let Some(length) = field("content-length:") {
        return length.parse().is_ok_and(|length: usize| body.len() >= length);
    }
    field("transfer-encoding:").is_none() || body.ends_with(b"0\r\n\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_by_its_length_or_its_last_chunk() {
        assert!(!is_whole(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"));
        assert!(!is_whole(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{"));
        assert!(is_whole(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
        assert!(!is_whole(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"));
        assert!(is_whole(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"));
        assert!(is_whole(b"HTTP/1.1 401 Unauthorized\r\n\r\n"));
    }
}
