//! A receiver of payment notifications in axum, to start your own from: behind a proxy that ends TLS, with claims in memory, and
//! with a question to the platform before anything is booked.
//!
//! Settings come from the environment: those of the client (`PAYKKA_BASE_URL`, `PAYKKA_KEY_ID`, `PAYKKA_PRIVATE_KEY_FILE`,
//! `PAYKKA_PLATFORM_KEY_FILE`, `PAYKKA_PLATFORM_KEY_ID`, `PAYKKA_MERCHANT_ID`), and `SIGNED_PATH`, the path of the address that
//! you gave the platform.
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::error::Error;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use paykka_client::Client;
use paykka_model::{Notification, PaymentInquiryRequest, PaymentNotification, RequestId};
use paykka_sign::{KeyRing, SigningKey, Verified, VerifyingKey};
use paykka_webhook::{
    Ack, Delivery, MemoryClaims, Merchants, Receiver, Turn, Verifier, WebhookService, confirm_by_inquiry,
};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

type BoxError = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    // Why something was refused stands in the log alone: the sender isn't told.
    tracing_subscriber::fmt().init();
    let client = Client::from_env()?;
    let setting = |name: &str| std::env::var(name).map_err(|_| format!("{name} isn't set"));
    let platform = VerifyingKey::from_bytes(std::fs::read(setting("PAYKKA_PLATFORM_KEY_FILE")?)?)?;
    let own = std::fs::read(setting("PAYKKA_PRIVATE_KEY_FILE")?)?;
    let own = SigningKey::from_bytes(setting("PAYKKA_KEY_ID")?, own)?;
    let ring = KeyRing::new([(setting("PAYKKA_PLATFORM_KEY_ID")?, platform)])?;
    let verifier = Verifier::builder(ring, setting("SIGNED_PATH")?)
        .merchants(Merchants::these([setting("PAYKKA_MERCHANT_ID")?]))
        .own_key(own.verifying_key())
        .only::<PaymentNotification>()
        .build()?;

    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    let receiver = receiver(verifier, client);
    let stop = async { tokio::signal::ctrl_c().await.unwrap_or_default() };
    serve(listener, receiver.clone(), stop).await;
    for (reason, count) in receiver.counters().all().filter(|(_, count)| *count > 0) {
        println!("{}: {count}", reason.code());
    }
    Ok(())
}

/// Claims of one process; for several machines take `RedisClaims`, or an inbox.
pub(crate) fn receiver(verifier: Verifier, client: Client) -> Receiver {
    let handler = confirm_by_inquiry(move |news| ask(client.clone(), news), handle);
    Receiver::handling(verifier, MemoryClaims::new(100_000), handler)
}

/// The notification wakes, the inquiry tells.
async fn ask(client: Client, news: Verified<Notification>) -> Result<Option<Notification>, BoxError> {
    let Notification::Payment(payment) = news.value() else { return Ok(None) };
    let request = PaymentInquiryRequest::new(payment.request_id.parse::<RequestId>()?);
    // The receiver's log says that a handler failed, and never with which words: those are for this one's own log.
    let answer = client.payments().inquiry(&request).await;
    let answer =
        answer.inspect_err(|error| println!("{} can't be asked about: {error}", payment.request_id))?;
    Ok(Some(Notification::Payment(answer.into_value())))
}

/// Book here, by `request_id`, so that a second call with the same state changes nothing. What is acknowledged doesn't come
/// again.
async fn handle(delivery: Delivery) -> Result<Ack, BoxError> {
    match (delivery.turn(), delivery.state()) {
        (Turn::Conflict, state) => println!("a person must look at {state:?}"),
        (turn, Some(Notification::Payment(payment))) => {
            println!("{} is {} ({})", payment.request_id, payment.status, turn.as_str());
        }
        // Genuine, and of no known shape: keep it for a person.
        _ => println!("{} bytes of another shape", delivery.received().raw().value().body().len()),
    }
    Ok(delivery.ack())
}

/// How many peers are served at a time; others wait until the system has no room for them, either. Each may send a body of 1 MiB, so
/// this bounds memory, too.
pub(crate) const CONNECTIONS: usize = 256;

/// Serves until `stop`, and then lets what runs end. axum's own `serve` waits for a request's head without end, so that peers
/// who send none hold their connections; this one doesn't.
pub(crate) async fn serve(listener: TcpListener, receiver: Receiver, stop: impl Future<Output = ()>) {
    // The path as the proxy passes it on; the one that was signed is the verifier's.
    let app = Router::new().route_service("/notifications", WebhookService::new(receiver.clone()));
    let (connections, mut stop) = (GracefulShutdown::new(), pin!(stop));
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepted = async { (Arc::clone(&places).acquire_owned().await, listener.accept().await) };
        let (place, accepted) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        let Ok((stream, _)) = accepted else {
            // Mostly too many open files: others must end first.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(10))
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(app.clone()));
        let connection = connections.watch(connection);
        // A connection that breaks is its peer's matter.
        tokio::spawn(async move {
            connection.await.unwrap_or_default();
            drop(place);
        });
    }
    drop(listener);
    let ended = async { tokio::join!(connections.shutdown(), receiver.shutdown()) };
    if tokio::time::timeout(Duration::from_secs(30), ended).await.is_err() {
        println!("some handlers didn't end; what they had isn't acknowledged");
    }
}
