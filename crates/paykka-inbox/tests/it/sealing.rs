//! Sealed bodies: nothing readable in the file, and nothing lost without the key.

use std::path::Path;
use std::sync::Arc;

use paykka_webhook::inbox::{BoxError, EventState, Failed, Inbox as _, Next, Seal};

use crate::rig::{Rig, claim, delivery, payment};

const SECRET: &str = "a name that mustn't be read";

/// Not encryption: enough to see what passes through the hook, and that names are held to.
struct Turned(u8);

impl Seal for Turned {
    fn seal(&self, name: &[u8], plain: &[u8]) -> Result<Vec<u8>, BoxError> {
        let mut sealed = vec![self.0, u8::try_from(name.len())?];
        sealed.extend(name.iter().chain(plain).map(|byte| byte ^ self.0));
        Ok(sealed)
    }

    fn open(&self, name: &[u8], sealed: &[u8]) -> Result<Vec<u8>, BoxError> {
        let mut whole = vec![self.0, u8::try_from(name.len())?];
        whole.extend(name.iter().map(|byte| byte ^ self.0));
        let plain = sealed.strip_prefix(whole.as_slice()).ok_or("another key or name")?;
        Ok(plain.iter().map(|byte| byte ^ self.0).collect())
    }
}

fn body() -> String {
    format!(
        r#"{{"type":"MERCH","data":{{"request_id":"P1","status":"SUCCESS","fee_amount":0,"reason":"{SECRET}"}}}}"#
    )
}

fn is_in_files(folder: &Path, text: &str) -> bool {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    files.into_iter().any(|file| file.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[tokio::test]
async fn what_is_sealed_isnt_readable_and_is_read_back() {
    let rig = Rig::with(|builder| builder.seal(Arc::new(Turned(0x55))).attempts(1)).await;
    rig.store(&body()).await;
    let event = rig.claim().await.unwrap();
    assert_eq!(event.kept.body(), body().as_bytes());
    assert_eq!(
        rig.inbox.fail(&event.claim, &format!("no account for {SECRET}")).await.unwrap(),
        Failed::Dead
    );
    assert!(!is_in_files(rig.folder.path(), SECRET));
    let shown = rig.inbox.show(event.claim.delivery).await.unwrap().unwrap();
    assert_eq!(shown.kept.body(), body().as_bytes());
    assert_eq!(shown.said.unwrap(), format!("no account for {SECRET}"));
    rig.inbox.requeue(event.claim.delivery).await.unwrap();
    rig.handle().await;
}

#[tokio::test]
async fn the_test_above_would_see_what_isnt_sealed() {
    let rig = Rig::new().await;
    rig.store(&body()).await;
    assert!(is_in_files(rig.folder.path(), SECRET));
}

#[tokio::test]
async fn what_is_older_than_the_seal_is_read_and_what_is_said_of_it_is_sealed() {
    let rig = Rig::new().await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    let sealing = rig.another().seal(Arc::new(Turned(0x55))).attempts(1).open().await.unwrap();
    let event = claim(&sealing).await.unwrap();
    assert_eq!(sealing.fail(&event.claim, SECRET).await.unwrap(), Failed::Dead);
    assert!(!is_in_files(rig.folder.path(), SECRET));
    assert_eq!(sealing.show(event.claim.delivery).await.unwrap().unwrap().said.as_deref(), Some(SECRET));
}

#[tokio::test]
async fn with_another_key_or_none_nothing_is_claimed_lost_or_held_up() {
    let rig = Rig::with(|builder| builder.seal(Arc::new(Turned(0x55)))).await;
    rig.store(&body()).await;
    for (fee, builder) in [rig.another(), rig.another().seal(Arc::new(Turned(0x66)))].into_iter().enumerate()
    {
        let wrong = builder.open().await.unwrap();
        let error = wrong.claim().await.unwrap_err();
        assert!(error.is_seal() && error.to_string().contains("key"), "{error}");
        assert!(matches!(wrong.claim().await.unwrap(), Next::Nothing(Some(_))), "its object pauses");
        wrong.store(delivery(&payment("P2", "SUCCESS", u64::try_from(fee).unwrap()))).await.unwrap();
        let other = claim(&wrong).await.unwrap();
        assert_eq!(other.claim.object.id(), "P2");
        wrong.done(&other.claim).await.unwrap();
        rig.clock.forward(std::time::Duration::from_secs(600));
    }
    let event = rig.handle().await;
    assert_eq!((event.kept.body(), event.attempt), (&body().into(), 1));
}

/// Fails on writing, or panics on reading.
struct Broken {
    seals: bool,
}

impl Seal for Broken {
    fn seal(&self, _: &[u8], plain: &[u8]) -> Result<Vec<u8>, BoxError> {
        if self.seals { Ok(plain.to_vec()) } else { Err("no key".into()) }
    }

    fn open(&self, _: &[u8], _: &[u8]) -> Result<Vec<u8>, BoxError> {
        panic!("as it would in a seal")
    }
}

#[tokio::test]
async fn a_seal_that_fails_stores_nothing() {
    let rig = Rig::with(|builder| builder.seal(Arc::new(Broken { seals: false }))).await;
    assert!(rig.inbox.store(delivery(&body())).await.unwrap_err().is_seal());
    assert!(rig.list(EventState::Waiting).await.is_empty());
}

#[tokio::test]
async fn a_seal_that_panics_takes_nothing_with_it() {
    let rig = Rig::with(|builder| builder.seal(Arc::new(Broken { seals: true }))).await;
    rig.store(&body()).await;
    assert!(rig.inbox.claim().await.unwrap_err().is_seal());
    assert_eq!(rig.list(EventState::Waiting).await.len(), 1, "the inbox goes on");
}
