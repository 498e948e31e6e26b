//! HTTP/1.1 by hand, since the server must be able to get it wrong.

use std::io;
use std::time::SystemTime;

use tokio::io::{AsyncRead, AsyncReadExt};

use super::signing::Signing;

/// A request as it was fully received.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(have, _)| have.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.as_str())
    }
}

/// The next whole request; `None` where the client closed before the end of one.
pub(crate) async fn receive<S: AsyncRead + Unpin>(stream: &mut S) -> Option<Received> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break bytes.drain(..end + 4).collect::<Vec<u8>>();
        }
        more(stream, &mut bytes).await.ok()?;
    };
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.split("\r\n");
    let path = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    let mut received = Received { path, headers, body: Vec::new() };
    if received.header("transfer-encoding").is_some() {
        // Chunks are kept as they come; the last one ends them.
        while !bytes.ends_with(b"0\r\n\r\n") {
            more(stream, &mut bytes).await.ok()?;
        }
    } else {
        let length = received.header("content-length").map_or(0, |length| length.parse().unwrap());
        while bytes.len() < length {
            more(stream, &mut bytes).await.ok()?;
        }
    }
    received.body = bytes;
    Some(received)
}

async fn more<S: AsyncRead + Unpin>(stream: &mut S, bytes: &mut Vec<u8>) -> io::Result<()> {
    match stream.read_buf(bytes).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

/// An answer before it is written.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: &'static str,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Reply {
    /// Without a signature.
    pub(crate) fn unsigned(status: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    /// Signed as the platform does.
    pub(crate) fn signed(to: &Received, status: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self::signed_by(to, status, body, &Signing::default())
    }

    /// Signed otherwise than the platform would.
    pub(crate) fn signed_by(
        to: &Received,
        status: &'static str,
        body: impl Into<Vec<u8>>,
        signing: &Signing,
    ) -> Self {
        let body = body.into();
        let path = signing.path.unwrap_or(&to.path);
        let time = SystemTime::now() - signing.age;
        let authorization = signing.authorization(path, to.header("x-merch-id"), &body, time);
        Self::unsigned(status, body).header("Authorization", authorization)
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn value_of(&self, name: &str) -> &str {
        &self.headers.iter().find(|(have, _)| have == name).unwrap().1
    }

    /// Another body than the one that was signed.
    pub(crate) fn with_body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }

    pub(crate) fn head(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {}\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.status.starts_with('1') {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        head.into_bytes()
    }

    /// As a service gives it.
    pub(crate) fn response(&self) -> http::Response<http_body_util::Full<bytes::Bytes>> {
        let status: u16 = self.status[..3].parse().unwrap();
        let mut response = http::Response::builder().status(status);
        for (name, value) in &self.headers {
            response = response.header(name, value);
        }
        response.body(self.body.clone().into()).unwrap()
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        [self.head(), self.body.clone()].concat()
    }
}
