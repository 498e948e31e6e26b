//! What must hold with any real proxy in front of the emulator's TLS port.

use paykka_emulator::Emulator;
use paykka_transport::{Answer, Effect, Error, Proxy, Roots, Wire, WireSettings};

use crate::running::{Running, emulator};
use crate::wire::{builder, call, words};

pub(crate) const USER: &str = "alice";
pub(crate) const PASSWORD: &str = "sesame";

/// All of it. `has_handled` tells from the proxy's own output whether it opened a way to an address.
pub(crate) async fn is_kept(
    scheme: &str,
    mut running: Running,
    has_handled: impl Fn(&Running, &str) -> bool,
) {
    let emulator = emulator().await;
    let target = emulator.https_address().to_string();
    let at = running.address;
    let right = Proxy::from_url(&format!("{scheme}://{USER}:{PASSWORD}@{at}")).unwrap().also_for_loopback();

    for wrong in [format!("{scheme}://{USER}:wrong-word@{at}"), format!("{scheme}://{at}")] {
        let wrong = Proxy::from_url(&wrong).unwrap().also_for_loopback();
        is_refused(&send(&emulator, wrong, Effect::Money).await.unwrap_err(), &emulator);
    }
    assert!(!has_handled(&running, &target), "{}", running.output());

    let answer = send(&emulator, right.clone(), Effect::Money).await.unwrap();
    assert!(answer.is_evidence());
    assert_eq!(emulator.requests().len(), 1);
    crate::wire::server::until(|| has_handled(&running, &target)).await;

    running.end();
    let error = send(&emulator, right.clone(), Effect::Money).await.unwrap_err();
    assert!(error.is_proxy() && !error.outcome_unknown(), "{}", words(&error));
    assert_eq!(emulator.requests().len(), 1);

    send(&emulator, right.no_proxy("127.0.0.1"), Effect::Money).await.unwrap();
    assert_eq!(emulator.requests().len(), 2);
}

fn is_refused(error: &Error, emulator: &Emulator) {
    let words = words(error);
    assert!(error.is_proxy() && !error.outcome_unknown(), "{words}");
    assert!(!words.contains("wrong-word"), "{words}");
    assert_eq!(emulator.requests().len(), 0);
}

async fn send(emulator: &Emulator, proxy: Proxy, effect: Effect) -> Result<Answer, Error> {
    let settings = WireSettings::default().roots(Roots::Only(emulator.ca_pem().into())).proxy(proxy);
    // A wire of its own: the stack's would refuse to leave this machine with the tests' keys, and so any proxy.
    let wire = Wire::new(&settings).unwrap();
    call(&builder(&emulator.https_url()).over(wire).build().unwrap(), effect).await
}
