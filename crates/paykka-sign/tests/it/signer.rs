//! Signing somewhere else: over a socket by another process, slowly, not at all, and with the wrong key.

use std::error::Error as _;
use std::pin::pin;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use std::{env, io};

use paykka_sign::{
    Authorization, Error, KeyRing, Nonce, Parts, SignatureFuture, Signer, SigningKey, StringToSign,
    Timestamp, VerifyingKey, Window, authorize, string_to_sign,
};

use self::signer_process::{RemoteSigner, SignerProcess, block_on, serve};

// The example is what is tested, so that it can't rot.
#[path = "../../examples/signer_process.rs"]
#[allow(dead_code, reason = "its `main` is for people")]
mod signer_process;

const MERCHANT: &str = include_str!("../../testdata/merchant-2048.private.pem");
const PLATFORM: &str = include_str!("../../testdata/platform-2048.private.pem");

const PARTS: Parts<'_> = Parts { path: "/p", merchant: None, body: b"{}" };

#[test]
fn a_signer_in_another_process_makes_the_header_that_the_key_itself_makes() {
    let (process, key) = (other_process(), merchant_key());
    let signer = remote("K001", key.verifying_key(), &process);
    let ring = KeyRing::builder().for_loopback().key("K001", signer.public.clone()).build().unwrap();
    let bodies: [&[u8]; 4] = [b"", b"{}", b"\n\n\xff\n", &[b'x'; 1 << 20]];
    for body in bodies {
        for merchant in [None, Some("M24061911365700670")] {
            let parts = Parts { path: "/api/v2/merch/account/balance", merchant, body };
            let authorization = block_on(authorize(&signer, &parts, now(), &nonce())).unwrap();
            assert_eq!(authorization, key.sign(&parts, now(), &nonce()).unwrap());
            let header = authorization.to_header();
            ring.verify(header.as_bytes(), parts, &Window::new(now(), Duration::ZERO)).unwrap();
        }
    }
}

#[test]
fn a_process_that_signs_with_another_key_is_found_out() {
    let process = other_process();
    let platform = SigningKey::from_bytes("K002", PLATFORM).unwrap();
    let error = sign(&remote("K001", platform.verifying_key(), &process)).unwrap_err();
    assert!(error.is_signer() && error.code() == "signer", "{error}");
    assert!(error.source().is_none() && error.to_string().contains("another key"), "{error}");
}

#[test]
fn a_process_that_is_gone_is_a_failed_signer() {
    let process = other_process();
    let signer = remote("K001", merchant_key().verifying_key(), &process);
    sign(&signer).unwrap();
    drop(process);
    let error = sign(&signer).unwrap_err();
    assert!(error.is_signer(), "{error}");
    assert!(error.source().unwrap().is::<io::Error>(), "{error:?}");
}

#[test]
fn a_signer_that_fails_gives_its_reason_as_the_source() {
    let signer = Scripted::new(|| Err("the HSM is locked".into()));
    let error = sign(&signer).unwrap_err();
    assert!(error.is_signer(), "{error}");
    assert_eq!(error.source().unwrap().to_string(), "the HSM is locked");
    assert!(!error.to_string().contains("locked"), "Display repeats the source: {error}");
}

#[test]
fn what_is_no_signature_of_the_message_is_never_returned() {
    let genuine = || sign(&merchant_key()).unwrap().signature().to_vec();
    let wrong: [fn(Vec<u8>) -> Vec<u8>; 5] = [
        |_| Vec::new(),
        |signature| vec![0; signature.len()],
        |mut signature| {
            signature.pop();
            signature
        },
        |mut signature| {
            signature.push(0);
            signature
        },
        |mut signature| {
            signature[128] ^= 1;
            signature
        },
    ];
    sign(&Scripted::new(move || Ok(genuine()))).unwrap();
    for wrong in wrong {
        let error = sign(&Scripted::new(move || Ok(wrong(genuine())))).unwrap_err();
        assert!(error.is_signer() && error.source().is_none(), "{error}");
    }
}

#[test]
fn a_slow_signer_is_waited_for() {
    let (signer, answer) = Slow::new();
    let (parts, nonce) = (PARTS, nonce());
    let mut signing = pin!(authorize(&signer, &parts, now(), &nonce));
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..3 {
        assert!(signing.as_mut().poll(&mut cx).is_pending());
    }
    let expected = merchant_key().sign(&PARTS, now(), &nonce).unwrap();
    *answer.lock().unwrap() = Some(expected.signature().to_vec());
    let Poll::Ready(signed) = signing.as_mut().poll(&mut cx) else { panic!("still pending") };
    assert_eq!(signed.unwrap(), expected);
}

#[test]
fn a_slow_signer_can_be_given_up() {
    let (signer, answer) = Slow::new();
    let (parts, nonce) = (PARTS, nonce());
    {
        let mut signing = Box::pin(authorize(&signer, &parts, now(), &nonce));
        assert!(signing.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!(Arc::strong_count(&answer), 3);
    }
    assert_eq!(Arc::strong_count(&answer), 2, "the signer's own future outlives the call");
}

#[test]
fn a_local_key_is_done_at_the_first_poll_and_signs_alike() {
    let key = merchant_key();
    let (parts, nonce) = (PARTS, nonce());
    let mut signing = pin!(authorize(&key, &parts, now(), &nonce));
    let Poll::Ready(signed) = signing.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("a key that is here has nothing to wait for")
    };
    assert_eq!(signed.unwrap(), key.sign(&PARTS, now(), &nonce).unwrap());
}

#[test]
fn a_signer_may_be_chosen_at_run_time() {
    let signers: [Arc<dyn Signer>; 2] = [
        Arc::new(merchant_key()),
        Arc::new(Scripted::new(|| Ok(sign(&merchant_key()).unwrap().signature().to_vec()))),
    ];
    let [one, other] = signers.map(|signer| sign(&*signer).unwrap());
    assert_eq!(one, other);
}

#[test]
fn nothing_is_asked_of_a_signer_for_a_message_that_may_not_be_signed() {
    let mut signer = Scripted::new(|| Err("asked".into()));
    let parts = Parts { path: "/a\nb", merchant: None, body: b"" };
    assert!(block_on(authorize(&signer, &parts, now(), &nonce())).unwrap_err().is_field());
    signer.key_id = "K\n1";
    assert!(sign(&signer).unwrap_err().is_field());
    assert_eq!(signer.asked.load(Ordering::SeqCst), 0);
}

/// `sha256sum` of the same bytes.
#[test]
fn a_signer_is_offered_the_digest() {
    let string = string_to_sign(&PARTS, now(), nonce().as_str()).unwrap();
    assert_eq!(string.as_bytes(), b"/p\n1701732359000\nabcdef\n\n{}");
    let digest: String = string.sha256().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, "5732a15727c54586f815062b75106130955a0038fe2a34a5e8bfc3e296dcdd9d");
    assert_eq!(string.sha256(), string.clone().sha256());
}

/// Not a test but the other process, when a test starts it.
#[test]
fn serves_as_the_other_process() {
    if env::var_os(OTHER_PROCESS).is_some() {
        serve(&merchant_key(), io::stdout()).unwrap();
    }
}

const OTHER_PROCESS: &str = "PAYKKA_SIGN_TEST_OTHER_PROCESS";

fn other_process() -> SignerProcess {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "signer::serves_as_the_other_process"]).env(OTHER_PROCESS, "1");
    SignerProcess::start(&mut command).unwrap()
}

fn remote(key_id: &str, public: &VerifyingKey, process: &SignerProcess) -> RemoteSigner {
    RemoteSigner { key_id: key_id.to_owned(), public: public.clone(), address: process.address }
}

/// Answers at once with whatever it was told.
struct Scripted<F> {
    key_id: &'static str,
    public: VerifyingKey,
    answer: F,
    asked: AtomicUsize,
}

type Answer = Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>>;

impl<F: Fn() -> Answer + Send + Sync> Scripted<F> {
    fn new(answer: F) -> Self {
        let public = merchant_key().verifying_key().clone();
        Self { key_id: "K001", public, answer, asked: AtomicUsize::new(0) }
    }
}

impl<F: Fn() -> Answer + Send + Sync> Signer for Scripted<F> {
    fn key_id(&self) -> &str {
        self.key_id
    }

    fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    fn sign_string<'a>(&'a self, _: &'a StringToSign) -> SignatureFuture<'a> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        SignatureFuture::remote(async { (self.answer)() })
    }
}

/// Pending until its answer is put in its place.
struct Slow {
    public: VerifyingKey,
    answer: Arc<Mutex<Option<Vec<u8>>>>,
}

impl Slow {
    fn new() -> (Self, Arc<Mutex<Option<Vec<u8>>>>) {
        let answer = Arc::default();
        (Self { public: merchant_key().verifying_key().clone(), answer: Arc::clone(&answer) }, answer)
    }
}

impl Signer for Slow {
    fn key_id(&self) -> &str {
        "K001"
    }

    fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    fn sign_string<'a>(&'a self, _: &'a StringToSign) -> SignatureFuture<'a> {
        let answer = Arc::clone(&self.answer);
        SignatureFuture::remote(std::future::poll_fn(move |_| {
            answer.lock().unwrap().take().map_or(Poll::Pending, |signature| Poll::Ready(Ok(signature)))
        }))
    }
}

fn sign(signer: &(impl Signer + ?Sized)) -> Result<Authorization, Error> {
    block_on(authorize(signer, &PARTS, now(), &nonce()))
}

fn merchant_key() -> SigningKey {
    SigningKey::from_bytes("K001", MERCHANT).unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_unix_millis(1_701_732_359_000).unwrap()
}

fn nonce() -> Nonce {
    Nonce::new("abcdef").unwrap()
}
