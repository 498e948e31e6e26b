//! The other side, on threads of its own: balances are answered at once under signatures that were made before, so that what
//! is measured is the client; uploads are read and dropped, and answered under a signature made for each.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use paykka_sign::{Nonce, Parts, SigningKey, Timestamp};
use tokio::net::TcpListener;

pub(crate) const PATH: &str = "/api/v2/merch/account/balance";
pub(crate) const UPLOAD: &str = "/api/file/upload";
pub(crate) const MERCHANT: &str = "M24061911365700670";
const ANSWER: &[u8] = br#"{"accounts":[{"currency":"USD","balance":1000000,"available_amount":1000000}]}"#;
const UPLOADED: &[u8] = br#"{"file_id":7}"#;

#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    headers: Arc<Mutex<Vec<HeaderValue>>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a socket");
        let address = listener.local_addr().expect("an address");
        let server = Self { address, headers: Arc::default() };
        let serving = server.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                serving.serve(TcpListener::from_std(listener).expect("a listener")).await;
            });
        });
        server
    }

    /// Signs answers beforehand, as many as there will be calls.
    pub(crate) fn prepare(&self, key: &SigningKey, count: usize) {
        let headers = (0..count).map(|_| header(key, PATH, ANSWER)).collect();
        *self.headers.lock().expect("a lock") = headers;
    }

    async fn serve(self, listener: TcpListener) {
        while let Ok((tcp, _)) = listener.accept().await {
            let _unsupported = tcp.set_nodelay(true);
            let server = self.clone();
            let answer = service_fn(move |request| answer(server.clone(), request));
            tokio::spawn(
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(tcp), answer),
            );
        }
    }
}

async fn answer(server: Server, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let (head, mut body) = request.into_parts();
    while let Some(frame) = body.frame().await {
        drop(frame?);
    }
    if head.uri.path() == UPLOAD {
        let mut response = Response::new(Full::new(Bytes::from_static(UPLOADED)));
        response.headers_mut().insert(AUTHORIZATION, header(&crate::platform_key(), UPLOAD, UPLOADED));
        return Ok(response);
    }
    let mut response = Response::new(Full::new(Bytes::from_static(ANSWER)));
    if let Some(header) = server.headers.lock().expect("a lock").pop() {
        response.headers_mut().insert(AUTHORIZATION, header);
    }
    Ok(response)
}

fn header(key: &SigningKey, path: &str, body: &[u8]) -> HeaderValue {
    let now = Timestamp::try_from(SystemTime::now()).expect("a clock");
    let mut entropy = [0; 16];
    getrandom::fill(&mut entropy).expect("randomness");
    let parts = Parts { path, merchant: Some(MERCHANT), body };
    let signed = key.sign(&parts, now, &Nonce::from_entropy(entropy)).expect("a signature");
    HeaderValue::try_from(signed.to_header()).expect("a header")
}
