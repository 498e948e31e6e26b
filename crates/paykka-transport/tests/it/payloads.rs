//! Bodies of another form than JSON: signed in part, and opened anew for each attempt.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use http::HeaderValue;
use http_body_util::Full;
use paykka_transport::{Call, Effect, Payload, RetrySettings, Transport};

use crate::faults::{PATH, down, paid, transport};
use crate::server::{Double, Fault, Over, Server, merchant, ring};

const META: &str = r#"{"file_name":"a.pdf"}"#;
const FORM: &str = "--b\r\na.pdf\r\n--b--";

fn upload(is_repeatable: bool, opened: &Arc<AtomicU32>) -> Payload {
    let opened = Arc::clone(opened);
    let form = HeaderValue::from_static("multipart/form-data; boundary=b");
    Payload::streamed(META, form, is_repeatable, move || {
        opened.fetch_add(1, Ordering::SeqCst);
        Ok(Full::from(Bytes::from_static(FORM.as_bytes())))
    })
}

fn over(double: &Double) -> Transport {
    Transport::builder("http://127.0.0.1:1", merchant(), ring())
        .retry(RetrySettings::default().random(|| 0))
        .over(double.clone())
        .build()
        .unwrap()
}

#[tokio::test]
async fn an_upload_is_signed_over_its_part_and_sent_whole() {
    for socket in [Over::Tcp, Over::Tls] {
        let server = Server::start(Fault::Answers(paid), socket).await;
        let opened = Arc::default();
        let call = Call::new(PATH).effect(Effect::Spare);
        let answer = transport(&server, 10).send(call, upload(true, &opened)).await.unwrap();
        assert_eq!(answer.request().body(), META);
        let sent = &server.requests()[0];
        assert_eq!(sent.body, FORM.as_bytes());
        assert_eq!(sent.header("content-type"), Some("multipart/form-data; boundary=b"));
        assert_eq!(opened.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn only_what_can_be_read_again_is_sent_again() {
    for (is_repeatable, effect, attempts) in
        [(true, Effect::Spare, 3), (false, Effect::Spare, 1), (true, Effect::Money, 1)]
    {
        let (double, opened) = (Double::new(down), Arc::default());
        let call = Call::new(PATH).effect(effect);
        let error = over(&double).send(call, upload(is_repeatable, &opened)).await.unwrap_err();
        let seen = (error.attempts(), opened.load(Ordering::SeqCst), double.received().len());
        assert_eq!(seen, (attempts, attempts, attempts as usize), "{is_repeatable} {effect:?}");
        assert_eq!(error.outcome_unknown(), effect == Effect::Money);
    }
}

#[tokio::test]
async fn a_source_that_cant_be_opened_sends_nothing() {
    let double = Double::new(paid);
    let gone = || Err::<Full<Bytes>, _>("no such file".into());
    let payload = Payload::streamed(META, HeaderValue::from_static("text/plain"), true, gone);
    let error = over(&double).send(Call::new(PATH), payload).await.unwrap_err();
    assert!(error.is_config() && !error.outcome_unknown() && double.received().is_empty(), "{error:?}");
}

#[tokio::test]
async fn a_body_that_breaks_off_leaves_money_unknown() {
    let server = Server::start(Fault::Answers(paid), Over::Tcp).await;
    let broken = || Ok(Breaking { left: 3 });
    let payload = || Payload::streamed(META, HeaderValue::from_static("text/plain"), true, broken);
    let transport = transport(&server, 10);
    let error = transport.send(Call::new(PATH), payload()).await.unwrap_err();
    assert!(error.is_interrupted() && error.outcome_unknown() && error.attempts() == 1, "{error:?}");
    server.is_left_alone().await;
    assert_eq!(server.received(), 0);
}

/// Some chunks, and then an error.
struct Breaking {
    left: u32,
}

impl http_body::Body for Breaking {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        let Some(left) = self.left.checked_sub(1) else {
            return std::task::Poll::Ready(Some(Err(std::io::Error::other("the disk is gone"))));
        };
        self.left = left;
        std::task::Poll::Ready(Some(Ok(http_body::Frame::data(Bytes::from_static(b"abc")))))
    }
}

/// A body that doesn't say how long it is is cut where it goes beyond the limit; one that says isn't begun.
#[tokio::test]
async fn no_more_goes_out_than_the_limit() {
    let form = HeaderValue::from_static("multipart/form-data; boundary=b");
    let streamed = |length: usize| {
        Payload::streamed(META, form.clone(), true, move || Ok(Silent(Some(Bytes::from(vec![b'x'; length])))))
    };
    let server = Server::start(Fault::Answers(paid), Over::Tcp).await;
    let transport = Transport::builder(server.url(), merchant(), ring())
        .retry(RetrySettings::default().attempts(1))
        .size_limits(1024, 1024)
        .build()
        .unwrap();
    let call = || Call::new(PATH).effect(Effect::Spare);
    assert!(transport.send(call(), streamed(1024)).await.unwrap().is_evidence());
    let error = transport.send(call(), streamed(1025)).await.unwrap_err();
    assert!(error.is_interrupted(), "{error:?}");
    assert_eq!(server.received(), 1, "it was never received whole");
    let told = transport.send(call(), vec![b' '; 1025]).await.unwrap_err();
    assert!(told.is_too_large() && !told.may_have_been_executed() && server.received() == 1);
}

/// One piece, whose length is told by nobody.
struct Silent(Option<Bytes>);

impl http_body::Body for Silent {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Ready(self.0.take().map(|piece| Ok(http_body::Frame::data(piece))))
    }
}
