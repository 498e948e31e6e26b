//! The control port: what a program in any language does with the emulator from outside, as JSON over HTTP. It is a port
//! of its own, so that nothing of it can be reached through the platform's; and since it can do anything, it listens on
//! loopback unless told otherwise, asks for a token, and answers no browser's page.

mod faults;
mod guard;
mod merchants;
mod platform;
mod problem;
mod records;
mod request;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use http::header::CONTENT_TYPE;
use serde::Serialize;
use serde_json::json;

use self::guard::Guard;
use self::problem::Problem;
use crate::emulator::Handle;
use crate::{Error, LoopbackServer, Port};

/// A control port that listens. It ends when it is dropped.
pub(crate) struct ControlPort {
    server: LoopbackServer,
    token: String,
}

/// How a control port is to be.
pub(crate) struct ControlSettings {
    pub(crate) address: IpAddr,
    pub(crate) port: u16,
    /// By which it may be asked for beside its address and loopback's names: `NAME` or `NAME:PORT`.
    pub(crate) hosts: Vec<String>,
    /// A random one where none is given.
    pub(crate) token: Option<String>,
}

impl Default for ControlSettings {
    fn default() -> Self {
        Self { address: Ipv4Addr::LOCALHOST.into(), port: 0, hosts: Vec::new(), token: None }
    }
}

impl ControlSettings {
    pub(crate) fn check(self) -> Result<(), Error> {
        self.guard().map(drop)
    }

    /// Who lets in those that have the token, and the token.
    fn guard(self) -> Result<(Guard, String), Error> {
        let token = match self.token {
            Some(token) if is_token(&token) => token,
            Some(_) => {
                let rule = "it must be 16..128 visible ASCII characters";
                return Err(Error::new("the control port's token can't be used", rule));
            }
            None => random_token()?,
        };
        Ok((Guard::new(&token, self.hosts)?, token))
    }
}

impl ControlPort {
    pub(crate) fn start(
        settings: ControlSettings,
        emulator: Handle,
        patience: Duration,
    ) -> Result<Self, Error> {
        let address = SocketAddr::new(settings.address, settings.port);
        let (guard, token) = settings.guard()?;
        let router =
            |address: SocketAddr| router(Context { emulator, patience }, Arc::new(guard.at(address)));
        let server = LoopbackServer::start(address, router, None, patience);
        Ok(Self { server: server.map_err(|error| error.of_port(Port::Control))?, token })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.server.address()
    }

    pub(crate) async fn stop(self) {
        self.server.stop().await;
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }
}

/// The token is left out.
impl fmt::Debug for ControlPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ControlPort").field("address", &self.address()).finish_non_exhaustive()
    }
}

/// What every request works with.
#[derive(Clone)]
struct Context {
    emulator: Handle,
    /// How long a body may take.
    patience: Duration,
}

fn router(context: Context, guard: Arc<Guard>) -> Router {
    Router::new()
        .route("/health", get(platform::health))
        .route("/info", get(platform::info))
        .route("/reset", post(platform::reset))
        .route("/clock", get(platform::clock))
        .route("/clock/advance", post(platform::advance))
        .route("/platform-key", post(platform::rotate))
        .route("/accepting", post(platform::set_accepting))
        .route("/signed-404", post(platform::set_signed_not_found))
        .route("/state/save", post(platform::save_state))
        .route("/merchants", get(merchants::list).post(merchants::register))
        .route("/keys/{key_id}", delete(merchants::revoke))
        .route("/merchants/{merchant}/accounts", post(merchants::open_account))
        .route("/merchants/{merchant}/payees", post(merchants::add_payee))
        .route("/merchants/{merchant}/objects", get(merchants::objects))
        .route("/merchants/{merchant}/ledger", get(merchants::ledger))
        .route("/ledger/check", get(merchants::check_ledgers))
        .route("/merchants/{merchant}/remittances", post(merchants::land))
        .route("/merchants/{merchant}/objects/{kind}/{object}/status", post(merchants::set_status))
        .route("/faults", get(faults::list).post(faults::add_rule).delete(faults::clear))
        .route("/faults/plan", put(faults::set_plan).delete(faults::end_plan))
        .route("/requests", get(records::requests))
        .route("/requests/{id}", get(records::request))
        .route("/deliveries", get(records::deliveries))
        .route("/deliveries/{id}/replay", post(records::replay))
        .route("/subscribers", get(records::subscribers).post(records::subscribe))
        .route("/subscribers", delete(records::unsubscribe))
        .fallback(async || Problem::not_found("nothing is served at this path", ENDPOINTS))
        .method_not_allowed_fallback(async || Problem::method(ENDPOINTS))
        // Around the fallbacks, too: who has no token isn't told what there is.
        .layer(axum::middleware::from_fn_with_state(guard, guard::check))
        .with_state(context)
}

const ENDPOINTS: &str = "docs/emulator.md lists the control port's paths and methods";

/// An answer as JSON.
fn answer(value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => ([(CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => Problem::defect(&error.to_string()).into_response(),
    }
}

/// The answer of what has nothing else to say.
fn done() -> Response {
    answer(&json!({ "ok": true }))
}

fn is_token(text: &str) -> bool {
    (16..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// 128 bits as hexadecimal digits.
fn random_token() -> Result<String, Error> {
    let mut entropy = [0_u8; 16];
    getrandom::fill(&mut entropy).map_err(|error| Error::new("a control token can't be made", error))?;
    Ok(entropy.iter().map(|byte| format!("{byte:02x}")).collect())
}
