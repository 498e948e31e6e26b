//! The floor: a bare axum server that verifies what comes, signs what goes, and echoes JSON. Whatever an emulator does
//! more costs more than this.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::IntoResponse;
use axum::serve::ListenerExt as _;
use paykka_sign::{KeyRing, Nonce, Parts, SigningKey, Timestamp, VerifyingKey, Window};
use serde_json::Value;
use tokio::net::TcpListener;

/// Serves by axum's own loop, until the program ends; where it listens.
pub(crate) async fn serve(key: SigningKey, merchant: &SigningKey) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    // As the emulator has it; without, the floor would be lower for a reason that isn't the work.
    let listener = listener.tap_io(|stream| stream.set_nodelay(true).expect("an option of TCP"));
    let router = router(key, merchant);
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn router(key: SigningKey, merchant: &SigningKey) -> Router {
    let public = VerifyingKey::from_bytes(merchant.public_key()).expect("a key");
    let ring = KeyRing::builder().key("K001", public).for_loopback().build().expect("a ring");
    let shared = Arc::new((key, ring));
    Router::new().fallback(move |uri: Uri, headers: HeaderMap, body: Bytes| {
        let shared = Arc::clone(&shared);
        async move { echo(&shared.0, &shared.1, &uri, &headers, body) }
    })
}

fn echo(
    key: &SigningKey,
    ring: &KeyRing,
    uri: &Uri,
    headers: &HeaderMap,
    body: Bytes,
) -> impl IntoResponse + use<> {
    let now = Timestamp::try_from(SystemTime::now()).expect("a clock");
    let merchant = headers.get("x-merch-id").and_then(|value| value.to_str().ok());
    let parts = Parts { path: uri.path(), merchant, body };
    let window = Window::new(now, Duration::from_secs(300));
    let authorization = headers.get("authorization").expect("a header").as_bytes();
    let request = ring.verify(authorization, parts, &window).expect("a genuine request");
    let value: Value = serde_json::from_slice(request.value()).expect("JSON");
    let answer = serde_json::to_vec(&value).expect("JSON");
    let mut entropy = [0; 16];
    getrandom::fill(&mut entropy).expect("randomness");
    let parts = Parts { path: uri.path(), merchant, body: &answer };
    let header = key.sign(&parts, now, &Nonce::from_entropy(entropy)).expect("a signature").to_header();
    ([("authorization", HeaderValue::try_from(header).expect("a header"))], answer)
}
