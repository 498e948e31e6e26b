//! The neutral other side of the calls: takes every request and gives one answer after another that was signed before, over
//! TLS with kept connections. It knows no key and no library of this project, so that it serves all peers alike.
//!
//! Started with `CERTIFICATE PRIVATE_KEY ANSWER`; says `listening PORT`, and then answers one line of standard input after
//! another: `answers FILE` takes headers for answers, one a line; `rewind` begins with the first of them again;
//! `last` says the `Authorization` of the last request; `damaged` and `whole` say how the following answers are.

use std::convert::Infallible;
use std::io::BufRead;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [certificate, key, answer] = words.as_slice() else {
        panic!("three words are wanted: CERTIFICATE PRIVATE_KEY ANSWER")
    };
    let certificate = CertificateDer::from_pem_file(certificate).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(key).expect("a private key");
    let tls = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key);
    let tls = TlsAcceptor::from(Arc::new(tls.expect("certificate and key belong together")));
    let answer = Bytes::from(std::fs::read(answer).expect("the file of the answer"));
    let answers = Arc::new(Answers { answer, ..Answers::default() });

    let heard = Arc::clone(&answers);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("listening {}", listener.local_addr().expect("an address").port());
        std::thread::spawn(move || hear(&heard));
        serve(listener, tls, answers).await;
    });
}

#[derive(Default)]
struct Answers {
    answer: Bytes,
    headers: Mutex<Arc<Vec<HeaderValue>>>,
    next: AtomicUsize,
    is_damaged: AtomicBool,
    last: Mutex<Option<HeaderValue>>,
}

/// What the runner says, until it closes standard input.
fn hear(answers: &Answers) {
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line of the runner");
        let said = match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["answers", file] => {
                let text = std::fs::read_to_string(file).expect("a file of headers");
                let headers =
                    text.lines().map(|line| HeaderValue::from_str(line).expect("a header")).collect();
                *answers.headers.lock().expect("a lock") = Arc::new(headers);
                answers.next.store(0, Ordering::SeqCst);
                "done".into()
            }
            ["rewind"] => {
                answers.next.store(0, Ordering::SeqCst);
                "done".into()
            }
            ["damaged"] => {
                answers.is_damaged.store(true, Ordering::SeqCst);
                "done".into()
            }
            ["whole"] => {
                answers.is_damaged.store(false, Ordering::SeqCst);
                "done".into()
            }
            ["last"] => {
                let last = answers.last.lock().expect("a lock").clone();
                last.and_then(|last| last.to_str().ok().map(str::to_owned)).unwrap_or_else(|| "none".into())
            }
            _ => "unknown".to_owned(),
        };
        println!("{said}");
    }
    std::process::exit(0);
}

async fn serve(listener: TcpListener, tls: TlsAcceptor, answers: Arc<Answers>) {
    while let Ok((tcp, _)) = listener.accept().await {
        let (tls, answers) = (tls.clone(), Arc::clone(&answers));
        tokio::spawn(async move {
            let _unsupported = tcp.set_nodelay(true);
            // A client that breaks off is that client's matter.
            let Ok(stream) = tls.accept(tcp).await else { return };
            let service = service_fn(move |request| answer(Arc::clone(&answers), request));
            let connection = hyper::server::conn::http1::Builder::new();
            let _broken_off = connection.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(
    answers: Arc<Answers>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let _broken_off = body.collect().await;
    *answers.last.lock().expect("a lock") = head.headers.get(AUTHORIZATION).cloned();
    let headers = Arc::clone(&answers.headers.lock().expect("a lock"));
    let mut body = answers.answer.clone();
    if answers.is_damaged.load(Ordering::SeqCst) {
        body = Bytes::from([&body[..], b" "].concat());
    }
    let mut response = Response::new(Full::new(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // None is left: the peer will refuse the answer, and the runner hears of it.
    if let Some(header) = headers.get(answers.next.fetch_add(1, Ordering::SeqCst)) {
        response.headers_mut().insert(AUTHORIZATION, header.clone());
    }
    Ok(response)
}
