//! Posting one attempt, over TLS by the emulator's own authority or plain to loopback.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http::{Request, StatusCode};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::queue::Ticket;
use crate::faults::Fault;
use crate::service::gzip;
use crate::{Error, LocalCa};

pub(super) struct Poster(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Poster {
    pub(super) fn new(ca: &LocalCa) -> Result<Self, Error> {
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls_config(ca)?)
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new())
            .retry_canceled_requests(false)
            .pool_timer(TokioTimer::new())
            .build(https);
        Ok(Self(client))
    }

    pub(super) async fn post(
        &self,
        ticket: &Ticket,
        authorization: Option<&str>,
    ) -> Result<StatusCode, &'static str> {
        let mut request = Request::post(&ticket.url)
            .header("x-merch-id", &ticket.merchant)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json");
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let zipped = ticket.faults.has(Fault::Gzip).then(|| gzip(&ticket.body)).and_then(Result::ok);
        if zipped.is_some() {
            request = request.header(CONTENT_ENCODING, "gzip");
        }
        let body = zipped.map_or_else(|| ticket.body.clone(), Bytes::from);
        let request = request.body(Full::new(body)).map_err(|_| "not signed")?;
        match tokio::time::timeout(PATIENCE, self.0.request(request)).await {
            Ok(Ok(response)) => Ok(response.status()),
            Ok(Err(error)) if error.is_connect() => Err("not connected"),
            Ok(Err(_)) => Err("broken off"),
            Err(_) => Err("no answer within 10 seconds"),
        }
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
