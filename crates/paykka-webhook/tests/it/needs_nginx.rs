//! A real nginx in front, with the guide's own settings: it rewrites the path and must leave headers and body as they are.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use paykka_emulator::LoopbackServer;
use paykka_webhook::testing::{Notice, SignedNotification};
use paykka_webhook::{Merchants, Reason, Verifier, WebhookService};
use tempfile::TempDir;

use crate::world::{MERCHANT, PLATFORM, receiver, ring_of, signed, with_body};

const PUBLIC_PATH: &str = "/paykka/notifications";

struct Nginx {
    address: SocketAddr,
    child: Child,
    _folder: TempDir,
}

impl Nginx {
    /// With the `location` that stands in the guide.
    fn in_front_of(upstream: SocketAddr) -> Self {
        let guide = include_str!("../../../../docs/webhooks.md");
        let (_, location) = guide.split_once("    location = ").unwrap();
        let (location, _) = location.split_once("\n    }").unwrap();
        let location = location.replace("127.0.0.1:8080", &upstream.to_string());
        assert!(location.contains(&upstream.to_string()), "{location}");

        let folder = TempDir::new().unwrap();
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        // One process, so that ending it ends all of it.
        let settings = format!(
            "daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path temp1;
    proxy_temp_path temp2;
    fastcgi_temp_path temp3;
    uwsgi_temp_path temp4;
    scgi_temp_path temp5;
    server {{
        listen {address};
        location = {location}
        }}
    }}
}}
"
        );
        std::fs::write(folder.path().join("nginx.conf"), settings).unwrap();
        let mut child = Command::new("nginx")
            .arg("-p")
            .arg(folder.path())
            .args(["-e", "stderr", "-c", "nginx.conf"])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(address).is_err() {
            assert!(child.try_wait().unwrap().is_none() && Instant::now() < deadline, "nginx didn't start");
            std::thread::yield_now();
        }
        Self { address, child, _folder: folder }
    }

    async fn post(&self, message: &SignedNotification) -> (u16, Bytes) {
        let client: Client<HttpConnector, Full<Bytes>> =
            Client::builder(TokioExecutor::new()).build(HttpConnector::new());
        let mut request = Request::post(format!("http://{}{PUBLIC_PATH}", self.address));
        for (name, value) in &message.headers {
            request = request.header(*name, value);
        }
        let request = client.request(request.body(Full::from(message.body.clone())).unwrap());
        let answer = tokio::time::timeout(Duration::from_secs(20), request).await.unwrap().unwrap();
        let status = answer.status().as_u16();
        (status, answer.into_body().collect().await.unwrap().to_bytes())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // An error says that it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn notifications_pass_through_the_guides_nginx() {
    let verifier = Verifier::builder(ring_of(&[&PLATFORM]), PUBLIC_PATH).for_loopback();
    let (receiver, handled) = receiver(verifier.merchants(Merchants::these([MERCHANT])));
    let app = Router::new().route_service("/notifications", WebhookService::new(receiver.clone()));
    let server = LoopbackServer::plain(app).unwrap();
    let nginx = Nginx::in_front_of(server.address());

    let odd: Vec<u8> = (0..=255).cycle().take(200_000).chain(*b"\r\n\0").collect();
    for body in [&br#"{"type":"NEW","data":{"what":"caf\u00e9"}}"#[..], b"", &odd] {
        let message = signed(&Notice::of_body(PUBLIC_PATH, body.to_vec()));
        assert_eq!(nginx.post(&message).await, (200, Bytes::from_static(b"{}")), "{} bytes", body.len());
        let damaged = with_body(&message, [body, b" "].concat());
        assert_eq!(nginx.post(&damaged).await, (401, Bytes::from_static(b"{}")));
    }
    // Signed for the path that stands behind the proxy, it isn't for this address.
    let behind = signed(&Notice::of_body("/notifications", "{}"));
    assert_eq!(nginx.post(&behind).await.0, 401);
    // The proxy refuses by itself what is larger than it lets through.
    let large = signed(&Notice::of_body(PUBLIC_PATH, vec![b' '; 1024 * 1024 + 1]));
    assert_eq!(nginx.post(&large).await.0, 413);
    assert_eq!((handled.count(), receiver.counters().of(Reason::Signature)), (3, 4));
}
