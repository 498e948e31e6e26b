//! Between signature and first byte somebody may write down what is about to leave, and hold it back.

use std::sync::{Arc, Mutex};

use paykka_transport::{
    BeforeSend, Call, Effect, Error, MayLeave, RsaWork, SignVerifySettings, SignedRequest, Transport,
};
use tower::service_fn;

use crate::faults::{PATH, paid};
use crate::server::{Double, merchant, ring};

/// Notes attempts and nonces, and whether anything had arrived by then.
#[derive(Debug, Default)]
struct Notes {
    noted: Mutex<Vec<(u32, String)>>,
    holds_from: Option<u32>,
}

impl BeforeSend for Notes {
    fn before_send<'a>(&'a self, request: &'a SignedRequest, attempt: u32) -> MayLeave<'a> {
        assert_eq!((request.path(), request.body().as_ref()), (PATH, b"{}".as_slice()));
        let nonce = request.authorization().nonce().to_owned();
        self.noted.lock().unwrap().push((attempt, nonce.as_str().to_owned()));
        let holds = self.holds_from.is_some_and(|from| attempt >= from);
        Box::pin(async move { if holds { Err("the disk is full".into()) } else { Ok(()) } })
    }
}

fn settings() -> SignVerifySettings {
    SignVerifySettings::default().rsa_work(RsaWork::Inline)
}

#[tokio::test]
async fn what_is_held_back_never_leaves_and_isnt_tried_again() {
    let double = Double::new(paid);
    let transport = Transport::builder("http://127.0.0.1:1", merchant(), ring())
        .signatures(settings())
        .over(double.clone())
        .build()
        .unwrap();
    for effect in [Effect::Read, Effect::Money] {
        let notes = Arc::new(Notes { holds_from: Some(1), ..Notes::default() });
        let call = Call::new(PATH).effect(effect).before_send(Arc::clone(&notes) as _);
        let error = transport.send(call, "{}").await.unwrap_err();
        assert!(
            error.is_held_back() && !error.outcome_unknown() && !error.may_have_been_executed(),
            "{error}"
        );
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the disk is full");
        assert_eq!((notes.noted.lock().unwrap().len(), double.received().len()), (1, 0));
    }
    let notes = Arc::new(Notes::default());
    let answer = transport.send(Call::new(PATH).before_send(Arc::clone(&notes) as _), "{}").await.unwrap();
    let nonce = answer.request().authorization().nonce().to_owned();
    assert_eq!(*notes.noted.lock().unwrap(), [(1, nonce.as_str().to_owned())], "it saw what was sent");
}

#[tokio::test(start_paused = true)]
async fn each_attempt_is_asked_for_with_its_own_signature() {
    let down = service_fn(|_| async {
        Err::<http::Response<http_body_util::Empty<bytes::Bytes>>, _>(Error::unsent("x"))
    });
    let transport = Transport::builder("http://127.0.0.1:1", merchant(), ring())
        .signatures(settings())
        .over(down)
        .build()
        .unwrap();
    for (holds_from, attempts) in [(None, 3), (Some(2), 2)] {
        let notes = Arc::new(Notes { holds_from, ..Notes::default() });
        let call = Call::new(PATH).effect(Effect::Money).before_send(Arc::clone(&notes) as _);
        let error = transport.send(call, "{}").await.unwrap_err();
        assert_eq!(error.is_held_back(), holds_from.is_some());
        assert!(!error.outcome_unknown());
        let noted = notes.noted.lock().unwrap().clone();
        let numbers: Vec<u32> = noted.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (1..=attempts).collect::<Vec<_>>());
        assert!(
            noted.iter().enumerate().all(|(at, one)| noted.iter().skip(at + 1).all(|other| other.1 != one.1))
        );
    }
}
