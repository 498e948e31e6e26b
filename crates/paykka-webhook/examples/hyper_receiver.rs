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
use paykka_model::{
    AssessmentResultRequest, ForexInquiryRequest, Notification, OnboardingInquiryRequest,
    OrderInquiryRequest, PayeeInquiryRequest, PaymentInquiryRequest, RequestId, TradeSettleInquiryRequest,
    VaInquiryRequest,
};
use paykka_sign::{KeyRing, SigningKey, VerifyingKey};
use paykka_webhook::inbox::Claimed;
use paykka_webhook::{ConfigError, Merchants, Receiver, Verifier, WebhookService};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tower_service::Service;

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
    let (object, turn) = (&event.claim.object, event.turn.as_str());
    match asked(&client, &event.kept.notification()?).await? {
        Some(status) => println!("{object} is {status} ({turn})"),
        None => println!("{object} ({turn}): hold the balance against your books"),
    }
    Ok(())
}

/// The status that the inquiry tells now; `None` where there is nothing that could be asked. The client has seen to it that the answer
/// is about what was asked for, as far as it says so.
async fn asked(client: &Client, news: &Notification) -> Result<Option<String>, BoxError> {
    let status = match news {
        Notification::Onboarding(it) => {
            let mut request = OnboardingInquiryRequest::new();
            request.merch_id.clone_from(&it.merch_id);
            request.request_id = it.request_id.as_deref().map(str::parse).transpose()?;
            client.onboarding().inquiry(&request).await?.into_value().status.to_string()
        }
        Notification::Assessment(it) => {
            // Only a merchant has a result.
            let Some(merchant) = it.merch_id.clone() else { return Ok(None) };
            let request = AssessmentResultRequest::new(merchant);
            client.assessment().result(&request).await?.into_value().status.to_string()
        }
        Notification::Va(it) => {
            let request = VaInquiryRequest::new(it.request_id.parse::<RequestId>()?);
            let account = client.va().inquiry(&request).await?.into_value();
            account.status.map_or_else(|| "unknown".to_owned(), |status| status.to_string())
        }
        // Money that has landed: there is no inquiry for it.
        Notification::Remittance(_) => return Ok(None),
        Notification::TradeSettle(it) => {
            let request = TradeSettleInquiryRequest::new(it.recv_order_no.clone());
            client.trade_settle().inquiry(&request).await?.into_value().status.to_string()
        }
        Notification::Payee(it) => {
            let mut request = PayeeInquiryRequest::new();
            request.beneficiary_id = Some(it.beneficiary_id.clone());
            client.payees().inquiry(&request).await?.into_value().status.to_string()
        }
        Notification::Forex(it) => {
            let request = ForexInquiryRequest::new(it.order_no.clone());
            client.forex().inquiry(&request).await?.into_value().status.to_string()
        }
        Notification::Payment(it) => {
            let request = PaymentInquiryRequest::new(it.request_id.parse::<RequestId>()?);
            client.payments().inquiry(&request).await?.into_value().status.to_string()
        }
        Notification::OrderReview(it) => {
            let mut request = OrderInquiryRequest::new();
            request.contract_order_no = Some(it.contract_order_id.clone());
            client.orders().inquiry(&request).await?.into_value().status.to_string()
        }
        _ => return Ok(None),
    };
    Ok(Some(status))
}

/// How many peers are served at a time; others wait until the system has no room for them, either. Each may send a body of 1 MiB, so
/// this bounds memory, too.
pub(crate) const CONNECTIONS: usize = 256;

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
        tokio::spawn(async move {
            connection.await.unwrap_or_default();
            drop(place);
        });
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
