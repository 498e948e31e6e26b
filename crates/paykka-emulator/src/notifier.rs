//! Notifications: signed by the same method as answers, over the path of the merchant's own endpoint, and posted once.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode, Uri};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use paykka_model::{Event, PaymentNotification, PaymentState};
use paykka_sign::{Parts, Signer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use serde_json::json;

use crate::answer::stamp;
use crate::{Error, LocalCa};

/// One notification that was sent, and what came back.
#[derive(Clone)]
pub struct Delivery {
    operation: &'static str,
    outcome: Result<StatusCode, &'static str>,
}

impl Delivery {
    /// Our name of the notification, e.g. `payment.notification`.
    #[must_use]
    pub const fn operation(&self) -> &'static str {
        self.operation
    }

    /// The receiver's status, or why there is none. Only 200 means that the notification was accepted (D on one page).
    ///
    /// # Errors
    /// The reason as text: not signed, not connected (host, port or certificate), broken off, or no answer within 10
    /// seconds.
    pub const fn outcome(&self) -> Result<StatusCode, &'static str> {
        self.outcome
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("operation", &self.operation)
            .field("outcome", &self.outcome)
            .finish()
    }
}

pub(crate) struct Notifier {
    key: Arc<dyn Signer>,
    url: Uri,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    deliveries: Arc<Mutex<Vec<Delivery>>>,
}

impl Notifier {
    pub(crate) fn new(
        key: Arc<dyn Signer>,
        url: Uri,
        ca: &LocalCa,
        deliveries: Arc<Mutex<Vec<Delivery>>>,
    ) -> Result<Self, Error> {
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls_config(ca)?)
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self {
            key,
            url,
            client: Client::builder(TokioExecutor::new())
                .retry_canceled_requests(false)
                .pool_timer(TokioTimer::new())
                .build(https),
            deliveries,
        })
    }

    /// `type` is `MERCH`, as on the platform's own samples (D), so that receivers don't come to lean on a better word.
    pub(crate) async fn payment(&self, merchant: &str, payment: &PaymentState) {
        let body = json!({ "type": "MERCH", "version": "1.0", "data": payment }).to_string();
        let outcome = self.post(merchant, body.into()).await;
        let delivery = Delivery { operation: PaymentNotification::INFO.name, outcome };
        if outcome != Ok(StatusCode::OK) {
            tracing::warn!(?delivery, "notification not accepted");
        }
        self.deliveries.lock().unwrap_or_else(PoisonError::into_inner).push(delivery);
    }

    async fn post(&self, merchant: &str, body: Bytes) -> Result<StatusCode, &'static str> {
        let parts = Parts { path: self.url.path(), merchant: Some(merchant), body: &body };
        let signed = stamp(&*self.key, &parts).await.ok_or("not signed")?;
        let request = Request::post(&self.url)
            .header(AUTHORIZATION, signed.to_header())
            .header("x-merch-id", merchant)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .body(Full::new(body))
            .map_err(|_| "not signed")?;
        match tokio::time::timeout(PATIENCE, self.client.request(request)).await {
            Ok(Ok(response)) => Ok(response.status()),
            Ok(Err(error)) if error.is_connect() => Err("not connected"),
            Ok(Err(_)) => Err("broken off"),
            Err(_) => Err("no answer within 10 seconds"),
        }
    }
}

/// A URL that notifications may be posted to: they carry live signatures and merchants' data, so not in the clear over a
/// network.
pub(crate) fn parse_url(url: &str) -> Result<Uri, Error> {
    let uri: Uri = url.parse().map_err(|error| Error::new("the notification URL isn't a URL", error))?;
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match uri.scheme_str() {
        Some("https") if !host.is_empty() && uri.query().is_none() => Ok(uri),
        Some("http") if is_loopback && uri.query().is_none() => Ok(uri),
        _ => Err(Error::new(
            "the notification URL can't be used",
            "write https://HOST/PATH without a query; plain http:// is for loopback addresses alone",
        )),
    }
}

/// How long the receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

fn tls_config(ca: &LocalCa) -> Result<ClientConfig, Error> {
    let unusable = |error| Error::new("the local CA can't be trusted", error);
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_slice(ca.pem().as_bytes())
        .map_err(|error| Error::new("the local CA can't be read", error))?;
    roots.add(certificate).map_err(unusable)?;
    Ok(ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
