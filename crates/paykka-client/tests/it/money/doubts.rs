//! Refusals that may not be meant for the only copy of a request, and requests that went another way than the one that is
//! recorded: layers and gateways that do what they mustn't, and journals that were lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use http::Request;
use http_body_util::BodyExt;
use paykka_client::Client;
use paykka_client::journal::{How, Journal, MemoryJournal};
use paykka_client::money::{AnySettled, Money, NotExecuted, Outcome, Resend, Resume};
use paykka_model::{ForexConfirmRequest, RetCode, TradeSettleApplyRequest};
use paykka_transport::{
    Call, CallContext, CallService, Effect, Error, Payload, SentBody, TransportBuilder, WireService,
};
use tower::ServiceExt as _;
use tower::layer::layer_fn;

use super::limits::Full;
use super::rig::{Paid, Rig, pay, word};
use crate::world::{MERCHANT, MERCHANT_PUBLIC_PEM, payment};

const APPLY: &str = "/api/v2/merch/pay/apply";
const INQUIRY: &str = "/api/v2/merch/pay/inquiry";
const CONFIRM: &str = "/api/v2/fx/conversion/confirm";

/// Ready to move money over a transport with layers.
async fn over(rig: &Rig, transport: TransportBuilder, journal: Arc<dyn Journal>) -> Money {
    let client = Client::from_transport(transport.build().unwrap(), Some(MERCHANT.to_owned()));
    let money = client.money(journal).clock(rig.clock()).build().unwrap();
    assert!(money.prove().await.unwrap().reads);
    money
}

/// How the attempts of a payment ended, as the journal has it.
async fn hows(journal: &dyn Journal, key: &str) -> Vec<Option<How>> {
    let id = paykka_client::journal::ClaimId::new(MERCHANT, "payment.apply", key).unwrap();
    let entry = journal.find(id).await.unwrap().unwrap();
    entry.attempts.iter().map(|attempt| attempt.ended.as_ref().map(|end| end.how)).collect()
}

fn is_money<B>(request: &Request<B>) -> bool {
    CallContext::of(request).effect() == Effect::Money
}

/// A wire layer in whose hands each of the first so many money calls goes wrong, by number from 0.
fn spoiled<F, Fut>(
    transport: TransportBuilder,
    calls: usize,
    spoil: impl Fn(usize) -> F + Clone + Send + Sync + 'static,
) -> TransportBuilder
where
    F: FnOnce(WireService, Request<SentBody>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<http::Response<paykka_transport::ReceivedBody>, Error>> + Send,
{
    let count = Arc::new(AtomicUsize::new(0));
    transport.wire_layer(layer_fn(move |inner: WireService| {
        let (count, spoil) = (Arc::clone(&count), spoil.clone());
        tower::service_fn(move |request: Request<SentBody>| {
            let number = if is_money(&request) { count.fetch_add(1, Ordering::SeqCst) } else { calls };
            let (inner, spoil) = (inner.clone(), (number < calls).then(|| spoil(number)));
            async move {
                match spoil {
                    Some(spoil) => spoil(inner, request).await,
                    None => inner.oneshot(request).await,
                }
            }
        })
    }))
}

/// The request, twice.
async fn copies(request: Request<SentBody>) -> [Request<SentBody>; 2] {
    let (head, body) = request.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    [(); 2].map(|()| Request::from_parts(head.clone(), SentBody::from(bytes.clone())))
}

/// An outer layer that does something else with payments.
fn outside<F, Fut>(transport: TransportBuilder, instead: F) -> TransportBuilder
where
    F: Fn(CallService, Request<Payload>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<paykka_transport::Answer, Error>> + Send,
{
    transport.outer_layer(layer_fn(move |inner: CallService| {
        let instead = instead.clone();
        tower::service_fn(move |request: Request<Payload>| {
            let (inner, instead) = (inner.clone(), instead.clone());
            async move {
                if request.uri().path() == APPLY {
                    instead(inner, request).await
                } else {
                    inner.oneshot(request).await
                }
            }
        })
    }))
}

/// A request as somebody makes it who hasn't read that its extensions belong to it.
fn anew(request: &Request<Payload>) -> Request<Payload> {
    let mut new = Request::new(request.body().clone());
    (*new.method_mut(), *new.uri_mut()) = (request.method().clone(), request.uri().clone());
    *new.headers_mut() = request.headers().clone();
    new
}

#[tokio::test]
async fn a_request_that_was_made_anew_doesnt_leave() {
    let own_call = |request: &Request<Payload>| {
        Call::new(APPLY).merchant(MERCHANT).request(request.body().clone()).unwrap()
    };
    let as_a_read = |request: &Request<Payload>| {
        let call = Call::new(APPLY).effect(Effect::Read).merchant(MERCHANT);
        call.request(request.body().clone()).unwrap()
    };
    for make in [anew as fn(&Request<Payload>) -> Request<Payload>, own_call, as_a_read] {
        let rig = Rig::new().await;
        let transport = || {
            outside(rig.transport(), move |inner, request| async move { inner.oneshot(make(&request)).await })
        };
        let journal = Arc::new(MemoryJournal::new());
        let money = over(&rig, transport(), Arc::clone(&journal) as _).await;
        let error = pay(&money, "k").await.unwrap_err();
        assert!(error.is_config() && !error.outcome_unknown(), "{error}");
        assert!(error.to_string().contains("a request of its own making"), "{error}");
        assert!(hows(&*journal, "k").await.is_empty() && rig.calls(APPLY) == 0);

        let client = Client::from_transport(transport().build().unwrap(), Some(MERCHANT.to_owned()));
        let error = client.payments().apply(&payment("R1", 5)).await.unwrap_err();
        assert!(error.is_config() && !error.outcome_unknown() && rig.calls(APPLY) == 0, "{error}");

        let money = over(&rig, rig.transport(), journal).await;
        assert_eq!((word(&pay(&money, "k").await), rig.paid("k")), ("accepted", 1));
    }
}

/// The first one left, and its answer was lost; the second doesn't leave, which says nothing of the first.
#[tokio::test]
async fn a_second_request_that_is_refused_leaves_the_first_open() {
    let rig = Rig::new().await;
    let transport = outside(rig.transport(), |inner, request| async move {
        let new = anew(&request);
        match inner.clone().oneshot(request).await {
            Err(error) if error.outcome_unknown() => inner.oneshot(new).await,
            ended => ended,
        }
    });
    let journal = Arc::new(MemoryJournal::new());
    let money = over(&rig, transport, Arc::clone(&journal) as _).await;
    rig.fault("payment.apply", "reset-after", Some(1));
    let result = pay(&money, "k").await;
    assert_eq!((word(&result), rig.paid("k"), rig.calls(APPLY)), ("executed", 1, 1), "{result:?}");
    assert_eq!(hows(&*journal, "k").await, [Some(How::Unknown)]);
}

/// A layer sends payments by a transport of its own, and nobody writes them down before. (what befalls it, what came of it, how
/// often it was paid)
#[tokio::test]
async fn what_was_sent_past_the_record_is_written_down_and_asked_for() {
    for (fault, expected, paid) in [
        ("extra-fields", "accepted", 1),
        ("reset-after", "executed", 1),
        ("reset-before", "unknown", 0),
        // The refusal of the only copy that we know of.
        ("status=400", "unknown", 0),
        ("status-after=500", "executed", 1),
    ] {
        let rig = Rig::new().await;
        rig.fault("payment.apply", "no-dedupe", None);
        let other = rig.transport().build().unwrap();
        let transport = outside(rig.transport(), move |_, request| {
            let other = other.clone();
            async move { other.send(Call::new(APPLY).merchant(MERCHANT), request.body().clone()).await }
        });
        let journal = Arc::new(MemoryJournal::new());
        let money = over(&rig, transport, Arc::clone(&journal) as _).await;
        rig.fault("payment.apply", fault, Some(1));
        for _ in 0..2 {
            let result = pay(&money, "k").await;
            assert_eq!(
                (word(&result), rig.paid("k"), rig.calls(APPLY)),
                (expected, paid, 1),
                "{fault}: {result:?}"
            );
        }
        assert_eq!(hows(&*journal, "k").await.len(), 1, "{fault}");
    }
}

/// A layer that gives up by itself doesn't say that nothing was sent.
#[tokio::test]
async fn a_layer_that_breaks_off_leaves_the_outcome_open() {
    let rig = Rig::new().await;
    let transport =
        outside(rig.transport(), |_, _| std::future::ready(Err(Error::interrupted("I don't feel like it"))));
    let journal = Arc::new(MemoryJournal::new());
    let money = over(&rig, transport, Arc::clone(&journal) as _).await;
    assert_eq!(word(&pay(&money, "k").await), "unknown");
    assert_eq!(hows(&*journal, "k").await, [Some(How::Unknown)]);
    drop(money);
    let unsent = outside(rig.transport(), |_, _| std::future::ready(Err(Error::unsent("nobody is there"))));
    let money = over(&rig, unsent, Arc::clone(&journal) as _).await;
    assert_eq!(word(&pay(&money, "another").await), "not executed", "who says that nothing left is believed");
}

/// A layer outside gives up while the stack signs, and the stack goes on when the inquiry is asked already: that attempt would be
/// one that nobody counts.
#[tokio::test]
async fn what_a_layer_was_late_with_doesnt_leave_behind_the_inquirys_back() {
    let rig = Rig::new().await;
    let (late, mut ended) = tokio::sync::mpsc::unbounded_channel();
    let transport = outside(rig.transport(), move |inner, request| {
        let late = late.clone();
        async move {
            let mut call = Box::pin(inner.oneshot(request));
            let first = std::future::poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx).is_pending())).await;
            assert!(first, "it is being signed");
            tokio::spawn(async move { late.send(call.await) });
            Err(Error::interrupted("I don't feel like it"))
        }
    });
    let journal = Arc::new(MemoryJournal::new());
    let money = over(&rig, transport, Arc::clone(&journal) as _).await;
    assert_eq!(word(&pay(&money, "k").await), "unknown");
    let error = ended.recv().await.unwrap().unwrap_err();
    assert!(error.is_held_back(), "{error}");
    assert_eq!((rig.calls(APPLY), hows(&*journal, "k").await.len()), (0, 1));
}

/// A wire layer that sends twice: the first arrived, the second finds nobody.
#[tokio::test]
async fn a_first_copy_that_left_isnt_unsent_because_the_second_is() {
    let rig = Rig::new().await;
    let transport = spoiled(rig.transport(), 1, |_| {
        async |inner: WireService, request| {
            let [first, mut second] = copies(request).await;
            assert!(inner.clone().oneshot(first).await.is_err());
            *second.uri_mut() = format!("http://127.0.0.1:9{APPLY}").parse().unwrap();
            inner.oneshot(second).await
        }
    });
    let journal = Arc::new(MemoryJournal::new());
    let money = over(&rig, transport, Arc::clone(&journal) as _).await;
    rig.fault("payment.apply", "reset-after", Some(1));
    rig.fault("payment.apply", "no-dedupe", None);
    let result = pay(&money, "k").await;
    assert_eq!((word(&result), rig.paid("k"), rig.calls(APPLY)), ("executed", 1, 1), "{result:?}");
}

/// Something on the way sends a request twice, and the platform refuses the second copy, since it has had the nonce: what we see
/// is 401 010100 of a payment that was made.
async fn refused_copy(rig: &Rig, journal: Arc<dyn Journal>) -> Money {
    let transport = spoiled(rig.transport(), 1, |_| {
        async |inner: WireService, request| {
            let [first, second] = copies(request).await;
            inner.clone().oneshot(first).await.unwrap();
            inner.oneshot(second).await
        }
    });
    rig.fault("payment.apply", "no-dedupe", None);
    let money = over(rig, transport, journal).await;
    let first = pay(&money, "k").await;
    assert!(is_signature_refused(&first) && rig.paid("k") == 1, "{first:?}");
    money
}

fn is_signature_refused(result: &Paid) -> bool {
    matches!(result, Ok(paid) if matches!(paid.outcome, Outcome::NotExecuted(NotExecuted::SignatureRefused)))
}

#[tokio::test]
async fn after_a_refused_signature_the_inquiry_is_asked_before_anything_is_sent() {
    let rig = Rig::new().await;
    let journal = Arc::new(MemoryJournal::new());
    let money = refused_copy(&rig, Arc::clone(&journal) as _).await;
    // The inquiry says nothing that counts: nothing is sent, and the claim stays as it is.
    rig.fault("payment.inquiry", "html-404", Some(1));
    let error = pay(&money, "k").await.unwrap_err();
    assert!(error.is_unread() && !error.outcome_unknown(), "{error}");
    assert_eq!(hows(&*journal, "k").await, [Some(How::SignatureRefused)]);
    // It shows it in a state that nobody knows: it is there, so nothing is sent, and it can't be put away by `acknowledge`.
    rig.fault("payment.inquiry", "unknown-status", None);
    let error = pay(&money, "k").await.unwrap_err();
    let key = error.still_unknown().unwrap().key.clone();
    assert!(money.acknowledge(&key).await.is_err(), "{error}");
    rig.emulator.clear_faults();
    rig.fault("payment.apply", "no-dedupe", None);
    let found = pay(&money, "k").await;
    assert_eq!((word(&found), rig.paid("k"), rig.calls(APPLY)), ("executed", 1, 2), "{found:?}");
}

/// Who puts the key away as "not executed" and takes another one would pay twice.
#[tokio::test]
async fn after_a_refused_signature_recovery_asks_too() {
    for (fault, expected) in
        [("extra-fields", "executed"), ("html-404", "not executed"), ("unknown-status", "unknown")]
    {
        let rig = Rig::new().await;
        let money = refused_copy(&rig, Arc::new(MemoryJournal::new())).await;
        rig.fault("payment.inquiry", fault, None);
        let mut recovered = money.recover().await.unwrap();
        let result = recovered.pop().unwrap().result.map(|found| match found {
            AnySettled::Payment(found) => found,
            other => panic!("{other:?}"),
        });
        assert_eq!(
            (word(&result), recovered.len(), rig.calls(APPLY)),
            (expected, 0, 2),
            "{fault}: {result:?}"
        );
    }
}

/// The inquiry shows that it was carried out, and the journal is full: nobody is told that it wasn't.
#[tokio::test]
async fn after_a_refused_signature_what_cant_be_written_down_isnt_told_otherwise() {
    for status in ["extra-fields", "unknown-status"] {
        let rig = Rig::new().await;
        let journal = Arc::new(Full::with_room_for(usize::MAX));
        let money = refused_copy(&rig, Arc::clone(&journal) as _).await;
        rig.fault("payment.inquiry", status, None);
        journal.fill();
        let recovered = money.recover().await.unwrap();
        let [found] = recovered.as_slice() else { panic!("{recovered:?}") };
        let error = found.result.as_ref().unwrap_err();
        assert!(error.journal().unwrap().is_closed() && error.outcome_unknown(), "{status}: {error}");
    }
}

#[tokio::test]
async fn after_a_refused_signature_what_isnt_there_is_sent() {
    let rig = Rig::new().await;
    let money = rig.process().ready().await;
    rig.emulator.revoke("K001").unwrap();
    assert!(is_signature_refused(&pay(&money, "k").await));
    let key = paykka_sign::VerifyingKey::from_bytes(MERCHANT_PUBLIC_PEM).unwrap();
    rig.emulator.register(Some(MERCHANT), "K001", key).unwrap();
    let asked = rig.calls(INQUIRY);
    assert_eq!((word(&pay(&money, "k").await), rig.paid("k")), ("accepted", 1));
    assert!(rig.calls(INQUIRY) > asked, "it was asked for first");
}

/// 401 010100 is believed of the only attempt that was sent. (what befell the attempt before, and what came of it; how the
/// refused one is told)
#[tokio::test]
async fn a_refused_signature_is_believed_of_the_only_attempt() {
    for (before, refused) in [("", "not executed"), ("unsent", "not executed"), ("status=429", "unknown")] {
        let rig = Rig::new().await;
        let unsent = usize::from(before == "unsent");
        let transport = spoiled(rig.transport(), unsent, |_| async |_, _| Err(Error::unsent("no route")));
        let journal = Arc::new(MemoryJournal::new());
        let money = over(&rig, transport, Arc::clone(&journal) as _).await;
        if before == "status=429" {
            rig.fault("payment.apply", before, Some(1));
        }
        if !before.is_empty() {
            assert_eq!(word(&pay(&money, "k").await), "not executed", "{before}");
        }
        rig.emulator.revoke("K001").unwrap();
        let result = pay(&money, "k").await;
        assert_eq!(word(&result), refused, "{before}: {result:?}");
        assert_eq!(is_signature_refused(&result), refused == "not executed");
    }
}

/// The journal was lost, and the platform says that it has had this: that is no refusal.
#[tokio::test]
async fn a_payment_that_a_lost_journal_made_is_found() {
    let rig = Rig::new().await;
    let money = rig.process().ready().await;
    assert_eq!(word(&pay(&money, "k").await), "accepted");
    drop(money);
    std::fs::remove_file(rig.path()).unwrap();
    let money = rig.process().ready().await;
    rig.fault("payment.apply", "repeat-is-error", None);
    let result = pay(&money, "k").await;
    assert_eq!((word(&result), rig.paid("k"), rig.calls(APPLY)), ("executed", 1, 2), "{result:?}");
}

/// More than there is: 010003.
async fn poor(money: &Money) -> Paid {
    money.payments().submit("poor", &payment("X", 2_000_000)).await
}

#[tokio::test]
async fn a_refusal_counts_once_a_proven_inquiry_agrees() {
    let rig = Rig::new().await;
    let process = rig.process();
    let waited = process.waited.clone();
    let money = process.ready().await;
    assert_eq!(word(&pay(&money, "the first").await), "accepted");
    let asked = rig.calls(INQUIRY);
    let result = poor(&money).await;
    let Outcome::Rejected(rejection) = &result.as_ref().unwrap().outcome else { panic!("{result:?}") };
    assert_eq!((rejection.status.as_u16(), &rejection.error.ret_code), (400, &RetCode::InvalidState));
    assert_eq!((rig.calls(INQUIRY) - asked, waited.so_far().as_secs()), (1, 0), "asked once, at once");
    assert_eq!(word(&poor(&money).await), "rejected");
    assert_eq!(rig.calls(APPLY), 2);
}

/// What an inquiry says that nothing was proven of doesn't count, so the refusal doesn't either; it does as soon as it is.
#[tokio::test]
async fn a_refusal_is_kept_until_the_inquiry_is_proven() {
    let rig = Rig::new().await;
    let process = rig.process().resend(Resend::PlatformDeduplicates);
    let waited = process.waited.clone();
    let money = process.ready().await;
    for _ in 0..2 {
        let error = poor(&money).await.unwrap_err();
        let known = error.still_unknown().unwrap();
        assert_eq!((known.resume, known.attempts), (Resume::ProveThenAsk, 1), "{error}");
        assert_eq!(known.refusal.as_ref().unwrap().error.ret_code, RetCode::InvalidState);
        assert!(
            error.to_string().contains("010003") && error.to_string().contains("call `prove`"),
            "{error}"
        );
        assert_eq!((rig.calls(APPLY), waited.so_far().as_secs()), (1, 0), "waiting wouldn't help");
    }
    drop(money);
    // Another process knows as much.
    let money = rig.process().ready().await;
    assert_eq!(word(&poor(&money).await), "unknown");
    assert_eq!(word(&pay(&money, "k").await), "accepted");
    let recovered = money.recover().await.unwrap();
    let found = recovered.iter().find(|it| it.id.key() == "poor").unwrap();
    let Ok(AnySettled::Payment(found)) = &found.result else { panic!("{found:?}") };
    assert!(matches!(found.outcome, Outcome::Rejected(_)), "{found:?}");
    assert_eq!(rig.calls(APPLY), 2);
}

#[tokio::test]
async fn a_refusal_that_the_inquiry_leaves_undecided_is_unknown() {
    let rig = Rig::new().await;
    let money = rig.process().resend(Resend::PlatformDeduplicates).ready().await;
    assert_eq!(word(&pay(&money, "the first").await), "accepted");
    rig.fault("payment.inquiry", "html-404", None);
    let error = poor(&money).await.unwrap_err();
    assert!(error.outcome_unknown() && error.still_unknown().unwrap().refusal.is_some(), "{error}");
    assert_eq!(rig.calls(APPLY), 2, "it isn't sent again, whatever the policy");
    rig.emulator.clear_faults();
    assert_eq!(word(&poor(&money).await), "rejected");
}

/// A lost journal made it, and so the platform refuses it now. The inquiry has shown it once, in a state that decides nothing; a
/// proven "not found" later doesn't turn that refusal into an end, nor does it for another process.
#[tokio::test]
async fn a_denial_of_what_was_seen_once_doesnt_agree_with_a_refusal() {
    let rig = Rig::new().await;
    let money = rig.process().ready().await;
    assert_eq!(word(&pay(&money, "k").await), "accepted");
    drop(money);
    std::fs::remove_file(rig.path()).unwrap();
    let money = rig.process().ready().await;
    assert_eq!(word(&pay(&money, "another").await), "accepted");
    assert_eq!(money.prove().await.unwrap().inquiries, ["payment.inquiry"]);
    rig.fault("payment.apply", "repeat-is-error", None);
    rig.fault("payment.inquiry", "unknown-status", None);
    let error = pay(&money, "k").await.unwrap_err();
    assert!(error.still_unknown().unwrap().refusal.is_some(), "{error}");
    rig.emulator.clear_faults();
    rig.fault("payment.inquiry", "lag=36000000", None);
    let again = pay(&money, "k").await;
    drop(money);
    let money = rig.process().ready().await;
    for result in [again, pay(&money, "k").await] {
        assert_eq!((word(&result), rig.paid("k"), rig.calls(APPLY)), ("unknown", 1, 3), "{result:?}");
        let error = result.unwrap_err();
        let known = error.still_unknown().unwrap();
        assert!(known.evidence.last().unwrap().is_absent, "it was denied: {error}");
        assert_eq!(known.resume, Resume::AskAgain, "and the denial is proven: {error}");
    }
}

/// Of an exchange and of a receipt the state that was read says as much as "not found".
#[tokio::test]
async fn a_refused_exchange_and_a_refused_settlement_are_rejected_at_once() {
    let rig = Rig::new().await;
    let process = rig.process();
    let waited = process.waited.clone();
    let money = process.ready().await;
    let wanted = serde_json::json!({"sell_currency": "USD", "buy_currency": "EUR", "sell_amount": 2_000_000});
    let wanted = serde_json::from_value(wanted).unwrap();
    let quote =
        rig.client().call::<paykka_model::ForexPreOrder>(&wanted).await.unwrap().into_value().order_no;
    let result = money.forex().confirm("fx", &ForexConfirmRequest::new(quote)).await;
    let Outcome::Rejected(rejection) = &result.as_ref().unwrap().outcome else { panic!("{result:?}") };
    assert_eq!(rejection.error.ret_code, RetCode::InvalidState);

    let receipt = rig.receipt().await;
    let before = waited.so_far();
    rig.fault("trade_settle.apply", "repeat-is-error", None);
    let request: TradeSettleApplyRequest = serde_json::from_value(serde_json::json!({
        "recv_order_no": receipt, "relate_list": [{"contract_order_no": "nobody's", "amount": 500}],
    }))
    .unwrap();
    let result = money.trade_settle().apply("settle", &request).await;
    assert_eq!(word(&result), "rejected", "{result:?}");
    assert_eq!(waited.so_far(), before);
}

/// What was read before may be old by the time at which a call that never left is made again.
#[tokio::test]
async fn an_object_is_read_again_before_it_is_sent_later() {
    let rig = Rig::new().await;
    let transport = spoiled(rig.transport(), 1, |_| async |_, _| Err(Error::unsent("no route")));
    let money = over(&rig, transport, Arc::new(MemoryJournal::new())).await;
    let quote = ForexConfirmRequest::new(rig.quote().await);
    assert_eq!(word(&money.forex().confirm("fx", &quote).await), "not executed");
    rig.emulator.advance(super::rig::Q).await;
    let error = money.forex().confirm("fx", &quote).await.unwrap_err();
    assert!(error.is_not_open() && rig.calls(CONFIRM) == 0, "{error}");
}
