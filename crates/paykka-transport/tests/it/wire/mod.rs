//! The wire over real sockets: whom it connects to, when it says that nothing was sent, and what it keeps.

mod certificates;
mod connecting;
#[cfg(feature = "http2")]
mod http2;
mod mutual_tls;
pub(crate) mod pki;
mod pool;
mod proxies;
pub(crate) mod server;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use paykka_sign::{KeyRing, VerifyingKey};
use paykka_transport::{
    Answer, Call, Effect, Error, ResponsePolicy, RetrySettings, Roots, SignVerifySettings, Transport,
    TransportBuilder, Wire, WireSettings,
};

use self::pki::Ca;
use crate::peer::{MERCHANT, PATH, merchant_key};

/// A stack over a wire, for servers that sign nothing.
pub(crate) fn unsigned(base_url: &str, settings: &WireSettings) -> Transport {
    let policy = SignVerifySettings::default().dangerously_take_unsigned("test", ResponsePolicy::Off);
    builder(base_url).signatures(policy).over(Wire::new(settings).unwrap()).build().unwrap()
}

/// With tests' keys, and one attempt a call.
pub(crate) fn builder(base_url: &str) -> TransportBuilder {
    let pem = include_str!("../../../../paykka-sign/testdata/platform-2048.public.pem");
    let key = VerifyingKey::from_bytes(pem).unwrap();
    let platform = KeyRing::builder().key("P001", key).for_loopback().build().unwrap();
    let quick =
        RetrySettings::default().attempts(1).pauses(Duration::from_millis(1), Duration::from_millis(1));
    Transport::builder(base_url, Arc::new(merchant_key()), platform).retry(quick)
}

/// As many attempts a call as by default.
fn three_attempts(base_url: &str, settings: &WireSettings) -> Transport {
    let wire = Wire::new(settings).unwrap();
    builder(base_url).retry(RetrySettings::default()).over(wire).build().unwrap()
}

pub(crate) async fn call(transport: &Transport, effect: Effect) -> Result<Answer, Error> {
    transport.send(Call::new(PATH).operation("test").merchant(MERCHANT).effect(effect), "{}").await
}

/// Settings that trust one authority.
pub(crate) fn trusting(ca: &Ca) -> WireSettings {
    WireSettings::default().roots(Roots::Only(ca.pem().into())).connect_timeout(Duration::from_secs(5))
}

/// Everything that an error says to people, its causes and its debug output included.
pub(crate) fn words(error: &Error) -> String {
    let causes: Vec<String> =
        std::iter::successors(Some(error as &(dyn StdError + 'static)), |&error| error.source())
            .map(ToString::to_string)
            .collect();
    format!("{}; {error:?}", causes.join(": "))
}
