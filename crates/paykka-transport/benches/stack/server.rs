//! The other side: answers every request at once with the same body, under signatures that were made before, so that what is
//! measured is the client. Counts the connections that it takes.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
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
pub(crate) const MERCHANT: &str = "M24061911365700670";
pub(crate) const ANSWER: &[u8] = br#"{"accounts":[{"currency":"USD","available_amount":1000000}]}"#;

/// A server on threads of its own.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    opened: Arc<AtomicUsize>,
    headers: Arc<Mutex<Vec<HeaderValue>>>,
}

impl Server {
    /// `is_silent`: takes requests and answers none.
    pub(crate) fn start(is_silent: bool) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a socket");
        let address = listener.local_addr().expect("an address");
        let server = Self { address, opened: Arc::default(), headers: Arc::default() };
        let serving = server.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let listener = |()| TcpListener::from_std(listener).expect("a listener");
            runtime.expect("a runtime").block_on(async { serving.serve(listener(()), is_silent).await });
        });
        server
    }

    pub(crate) fn opened(&self) -> usize {
        self.opened.load(Ordering::SeqCst)
    }

    /// Signs answers beforehand, as many as there will be calls.
    pub(crate) fn prepare(&self, key: &SigningKey, count: usize) {
        let now = Timestamp::try_from(SystemTime::now()).expect("a clock");
        let headers = (0..count).map(|_| {
            let mut entropy = [0; 16];
            getrandom::fill(&mut entropy).expect("randomness");
            let parts = Parts { path: PATH, merchant: Some(MERCHANT), body: ANSWER };
            let signed = key.sign(&parts, now, &Nonce::from_entropy(entropy)).expect("a signature");
            HeaderValue::try_from(signed.to_header()).expect("a header")
        });
        *self.headers.lock().expect("a lock") = headers.collect();
    }

    async fn serve(self, listener: TcpListener, is_silent: bool) {
        while let Ok((tcp, _)) = listener.accept().await {
            self.opened.fetch_add(1, Ordering::SeqCst);
            let _unsupported = tcp.set_nodelay(true);
            let server = self.clone();
            let answer = service_fn(move |request| answer(server.clone(), request, is_silent));
            let serving =
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(tcp), answer);
            tokio::spawn(serving);
        }
    }
}

async fn answer(
    server: Server,
    request: Request<Incoming>,
    is_silent: bool,
) -> Result<Response<Full<Bytes>>, hyper::Error> {
    request.into_body().collect().await?;
    if is_silent {
        std::future::pending::<()>().await;
    }
    let mut response = Response::new(Full::new(Bytes::from_static(ANSWER)));
    if let Some(header) = server.headers.lock().expect("a lock").pop() {
        response.headers_mut().insert(AUTHORIZATION, header);
    }
    Ok(response)
}
