//! Whose notifications are taken, and by which keys: of a profile, the environment, or the command line. The verdict itself is
//! `paykka-webhook`'s.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use clap::Args;
use http::{HeaderMap, header};
use paykka_client::Environment;
use paykka_model::NotificationKind;
use paykka_sign::diagnose::{Case, Diagnosis};
use paykka_sign::{KeyRing, Parts, SharedKeyRing, Timestamp, VerifyingKey};
use paykka_webhook::{Merchants, Parse, Received, Rejection, Verifier};

use crate::frame::{Console, Failure};
use crate::inputs::Source;
use crate::inputs::connection::ConnectionArgs;
use crate::inputs::keys::{is_published, public_key};
use crate::texts::{inputs, listen as texts};

/// What notifications are judged by.
#[derive(Debug, Args)]
pub(super) struct JudgeArgs {
    #[command(flatten)]
    connection: ConnectionArgs,
    /// File with the platform's public key, or - for standard input, in the place of settings
    #[arg(long, value_name = "FILE", requires = "merchant", conflicts_with_all = ["profile", "config"])]
    public_key_file: Option<Source>,
    /// The key id that the header must name; any without it
    #[arg(long, value_name = "ID", requires = "public_key_file")]
    key_id: Option<String>,
    /// A further merchant whose notifications are taken
    #[arg(long, value_name = "M")]
    also_merchant: Vec<String>,
    /// Take onboardings and assessments of other merchants, too, who have no number here yet; at the address of their kind, where the body doesn't tell it
    #[arg(long)]
    applicants: bool,
    /// The path that the platform calls, and signs; below it each kind's documented path is served, too
    #[arg(long, value_name = "PATH", default_value = "/paykka/notifications")]
    path: String,
    /// How far a signed time may be from this machine's clock, in seconds to both sides
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    tolerance: u64,
}

impl JudgeArgs {
    /// Keys whose private halves are published are taken where only this machine can post.
    pub(super) fn judge(&self, bind: IpAddr, console: Console) -> Result<Judge, Failure> {
        let known = self.known(console)?;
        let merchants: Vec<String> = known.merchant.into_iter().chain(self.also_merchant.clone()).collect();
        let is_published = known.platform.iter().any(|(_, key)| is_published(key));
        let for_loopback = is_published && bind.is_loopback();
        if for_loopback {
            console.warn(&inputs::published_key(&known.origin));
        } else if is_published {
            let what = inputs::published_key(&known.origin);
            return Err(Failure::input("published-key", what, texts::published_to_do()));
        }
        let ring = ring(known.platform, for_loopback).map_err(|error| unusable(&error))?;
        let ring = SharedKeyRing::from(ring);
        let mut verifier = Verifier::builder(ring.clone(), &self.path)
            .merchants(Merchants::these(&merchants))
            .tolerance(self.tolerance());
        if for_loopback {
            verifier = verifier.for_loopback();
        }
        if self.applicants {
            verifier = verifier.applications(|_| true);
        }
        for own in &known.own {
            verifier = verifier.own_key(own);
        }
        let verifier = verifier.build().map_err(|error| unusable(&error))?;
        let kinds = verifier.for_each_kind().map_err(|error| unusable(&error))?;
        Ok(Judge(Arc::new(Inner {
            ring,
            own: known.own,
            merchants,
            tolerance: self.tolerance(),
            is_production: known.environment == Some(Environment::Production),
            kinds: kinds.into_iter().map(|kind| (kind.path().to_owned(), kind)).collect(),
            verifier,
        })))
    }

    fn known(&self, console: Console) -> Result<Known, Failure> {
        if let Some(file) = &self.public_key_file {
            return Ok(Known {
                origin: file.to_string(),
                environment: None,
                merchant: self.connection.merchant().map(str::to_owned),
                platform: vec![(self.key_id.clone(), public_key(file)?)],
                own: Vec::new(),
            });
        }
        let (origin, builder) = self.connection.builder()?;
        let client = builder.build().map_err(|error| {
            Failure::input("settings", texts::no_settings(), texts::no_settings_to_do()).because(&error)
        })?;
        origin.warn_of_open_files(&client, console);
        let merchant = client.merchant().map(str::to_owned);
        // Only a client on another's transport has none.
        let setup = client
            .setup()
            .ok_or_else(|| Failure::input("settings", texts::no_settings(), texts::no_settings_to_do()))?;
        Ok(Known {
            origin: "platform_key".to_owned(),
            environment: setup.environment(),
            merchant,
            platform: setup.platform_keys().to_vec(),
            own: vec![setup.own_key().clone()],
        })
    }

    const fn tolerance(&self) -> Duration {
        Duration::from_secs(self.tolerance)
    }
}

struct Known {
    /// Where the platform's keys stand.
    origin: String,
    environment: Option<Environment>,
    merchant: Option<String>,
    platform: Vec<(Option<String>, VerifyingKey)>,
    own: Vec<VerifyingKey>,
}

fn ring(
    keys: Vec<(Option<String>, VerifyingKey)>,
    for_loopback: bool,
) -> Result<KeyRing, paykka_sign::Error> {
    let ring = keys.into_iter().fold(KeyRing::builder(), |ring, (id, key)| match id {
        Some(id) => ring.key(id, key),
        None => ring.only(key),
    });
    if for_loopback { ring.for_loopback() } else { ring }.build()
}

fn unusable(error: &dyn std::error::Error) -> Failure {
    Failure::input("receiver", texts::no_receiver(), texts::no_receiver_to_do()).because(error)
}

/// Judges what comes. Clones share everything.
#[derive(Clone)]
pub(super) struct Judge(Arc<Inner>);

struct Inner {
    verifier: Verifier,
    /// For the addresses of one kind alone.
    kinds: HashMap<String, Verifier>,
    ring: SharedKeyRing,
    own: Vec<VerifyingKey>,
    merchants: Vec<String>,
    tolerance: Duration,
    is_production: bool,
}

/// Where a request came to.
#[derive(Debug, Clone)]
pub(super) struct Address {
    /// The path that must have been signed.
    signed: String,
    /// What an address of one kind has more than the others.
    pub(super) suffix: &'static str,
    /// The request's own.
    pub(super) came_to: String,
}

impl Judge {
    pub(super) fn path(&self) -> &str {
        self.0.verifier.path()
    }

    pub(super) fn is_production(&self) -> bool {
        self.0.is_production
    }

    /// The request's path only picks among the paths that are set, since a proxy may have made another of it.
    pub(super) fn address(&self, came_to: &str) -> Address {
        let path = came_to.split('?').next().unwrap_or_default();
        let verifier = self.0.kinds.get(path).unwrap_or(&self.0.verifier);
        let suffix = verifier.kind().map_or("", |kind| kind.info().path);
        Address { signed: verifier.path().to_owned(), suffix, came_to: came_to.to_owned() }
    }

    pub(super) fn verify(
        &self,
        address: &Address,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Received, Rejection> {
        let verifier = self.0.kinds.get(&address.signed).unwrap_or(&self.0.verifier);
        verifier.verify(headers, body)?.parse()
    }

    /// Why a signature is refused; `None` where there is no single header to look at.
    pub(super) fn diagnose(
        &self,
        address: &Address,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Option<Diagnosis> {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let authorization = values.next().filter(|_| values.next().is_none())?;
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let (path, query) = address.came_to.split_once('?').unwrap_or((&address.came_to, ""));
        let kinds = NotificationKind::ALL.iter().map(|kind| kind.info().path);
        let paths: Vec<&str> =
            self.0.kinds.keys().map(String::as_str).chain([path, self.path()]).chain(kinds).collect();
        let merchants: Vec<&str> = self.0.merchants.iter().map(String::as_str).collect();
        let ring = self.0.ring.load();
        let parts = Parts { path: address.signed.as_str(), merchant: text("x-merch-id"), body };
        let mut case = Case::new(authorization.as_bytes(), parts, &ring, now)
            .tolerance(self.0.tolerance)
            .own_keys(&self.0.own)
            .merchants(&merchants)
            .paths(&paths);
        if let Some(host) = text("host") {
            case = case.host(host);
        }
        if !query.is_empty() {
            case = case.query(query);
        }
        Some(case.diagnose())
    }
}
