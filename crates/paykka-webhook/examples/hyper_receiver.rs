//! A receiver of all kinds in bare hyper: an address for each kind below one base, an inbox in SQLite before the
//! acknowledgement, and a worker that handles what lies there.
//!
//! Settings come from the environment: `PAYKKA_PLATFORM_KEY_FILE`, `PAYKKA_PLATFORM_KEY_ID`, `PAYKKA_MERCHANT_ID`, `SIGNED_BASE`
//! (the path of the address that you gave the platform) and `INBOX_FILE`.
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
use paykka_inbox::{SqliteInbox, Worker};
use paykka_sign::{KeyRing, VerifyingKey};
use paykka_webhook::inbox::Claimed;
use paykka_webhook::{ConfigError, Merchants, Receiver, Verifier, WebhookService};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_service::Service;

type BoxError = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let setting = |name: &str| std::env::var(name).map_err(|_| format!("{name} isn't set"));
    let platform = VerifyingKey::from_bytes(std::fs::read(setting("PAYKKA_PLATFORM_KEY_FILE")?)?)?;
    let ring = KeyRing::new([(setting("PAYKKA_PLATFORM_KEY_ID")?, platform)])?;
    let verifier = Verifier::builder(ring, setting("SIGNED_BASE")?)
        .merchants(Merchants::these([setting("PAYKKA_MERCHANT_ID")?]))
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
    let working = Worker::new(inbox.clone()).run(handle, until(stopped.clone()));
    let (served, ()) = tokio::join!(serve(listener, receiver, until(stopped)), working);
    inbox.close().await;
    Ok(served?)
}

/// Ask the inquiry call what is true, then book; both in `SqliteInbox::book` for exactly once.
async fn handle(event: Claimed) -> Result<(), BoxError> {
    println!("{:?} ({})", event.kept.notification()?.kind(), event.turn.as_str());
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
