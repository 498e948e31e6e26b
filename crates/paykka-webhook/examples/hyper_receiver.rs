//! A receiver of all kinds in bare hyper: an address for each kind below one base, an inbox in SQLite before the
//! acknowledgement, and a worker that asks the platform about what lies there before anything is booked.
//!
//! Settings come from the environment: those of the client (`PAYKKA_BASE_URL`, `PAYKKA_KEY_ID`, `PAYKKA_PRIVATE_KEY_FILE`,
//! `PAYKKA_PLATFORM_KEY_FILE`, `PAYKKA_PLATFORM_KEY_ID`, `PAYKKA_MERCHANT_ID`), `SIGNED_BASE` (the path of the address that you
//! gave the platform) and `INBOX_FILE`.
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::collections::HashMap;
use std::error::Error;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use paykka_client::Client;
use paykka_inbox::{SqliteInbox, Worker};
use paykka_model::{Notification, PaymentInquiryRequest, RequestId};
use paykka_sign::{KeyRing, SigningKey, VerifyingKey};
use paykka_webhook::inbox::Claimed;
use paykka_webhook::{ConfigError, Merchants, Receiver, Verifier, WebhookService};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_service::Service;

type BoxError = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let client = Client::from_env()?;
    let setting = |name: &str| std::env::var(name).map_err(|_| format!("{name} isn't set"));
    let platform = VerifyingKey::from_bytes(std::fs::read(setting("PAYKKA_PLATFORM_KEY_FILE")?)?)?;
    let own = std::fs::read(setting("PAYKKA_PRIVATE_KEY_FILE")?)?;
    let own = SigningKey::from_bytes(setting("PAYKKA_KEY_ID")?, own)?;
    let ring = KeyRing::new([(setting("PAYKKA_PLATFORM_KEY_ID")?, platform)])?;
    let verifier = Verifier::builder(ring, setting("SIGNED_BASE")?)
        .merchants(Merchants::these([setting("PAYKKA_MERCHANT_ID")?]))
        .own_key(own.verifying_key())
        .build()?;
    let inbox = SqliteInbox::builder(setting("INBOX_FILE")?).open().await?;
    let receiver = Receiver::storing(verifier, Arc::new(inbox.clone()));

    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        tokio::signal::ctrl_c().await.unwrap_or_default();
        stop.send_replace(true);
    });
    let until = |mut stopped: watch::Receiver<bool>| async move {
        stopped.wait_for(|stopped| *stopped).await.map(|_| ()).unwrap_or_default();
    };
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    let working =
        Worker::new(inbox.clone()).run(move |event| handle(client.clone(), event), until(stopped.clone()));
    let (served, ()) = tokio::join!(serve(listener, receiver, until(stopped)), working);
    inbox.close().await;
    Ok(served?)
}

/// The notification wakes, the inquiry tells; then book, in `SqliteInbox::book` for exactly once. An error comes again.
pub(crate) async fn handle(client: Client, event: Claimed) -> Result<(), BoxError> {
    let turn = event.turn.as_str();
    match event.kept.notification()? {
        Notification::Payment(news) => {
            let request = PaymentInquiryRequest::new(news.request_id.parse::<RequestId>()?);
            let state = client.payments().inquiry(&request).await?.into_value();
            if state.request_id != news.request_id {
                return Err("the inquiry's answer is about another payment".into());
            }
            println!("{} is {} ({turn})", state.request_id, state.status);
        }
        // Each other kind by its own inquiry; where there is none (remittance), hold the balance against your books.
        other => println!("{:?} ({turn}): ask before you book", other.kind()),
    }
    Ok(())
}

/// Serves until `stop`, and then lets what runs end.
pub(crate) async fn serve(
    listener: TcpListener,
    receiver: Receiver,
    stop: impl Future<Output = ()>,
) -> Result<(), ConfigError> {
    let mounts = receiver.for_each_kind()?.into_iter();
    let mounts: HashMap<_, _> =
        mounts.map(|mount| (mount.path().to_owned(), WebhookService::new(mount))).collect();
    let mounts = Arc::new(mounts);
    let (connections, mut stop) = (GracefulShutdown::new(), pin!(stop));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let Ok((stream, _)) = accepted else {
            // Mostly too many open files: others must end first.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let mounts = Arc::clone(&mounts);
        let service = service_fn(move |request: Request<Incoming>| {
            let mount = mounts.get(request.uri().path()).cloned();
            async move {
                match mount {
                    Some(mut mount) => mount.call(request).await,
                    None => Ok(nothing_here()),
                }
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(10))
            .serve_connection(TokioIo::new(stream), service);
        let connection = connections.watch(connection);
        // A connection that breaks is its peer's matter.
        tokio::spawn(async move { connection.await.unwrap_or_default() });
    }
    drop(listener);
    let ended = async { tokio::join!(connections.shutdown(), receiver.shutdown()) };
    if tokio::time::timeout(Duration::from_secs(30), ended).await.is_err() {
        println!("some deliveries weren't stored in time; they aren't acknowledged");
    }
    Ok(())
}

fn nothing_here() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(b"{}")));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
