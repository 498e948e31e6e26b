//! What happens when a call ends early, by a deadline or because nobody waits for it any more.

use std::time::Duration;

use paykka_transport::{Call, DeadlineLayer, Effect, Error, Payload};
use tower::{Layer, ServiceExt};

use crate::faults::{PATH, paid, transport};
use crate::server::{Fault, Over, Server};

const ALL: [Effect; 4] = [Effect::Read, Effect::Spare, Effect::Write, Effect::Money];

fn call(effect: Effect) -> Call {
    Call::new(PATH).effect(effect).timeout(Duration::from_secs(60))
}

#[tokio::test]
async fn a_dropped_call_leaves_no_connection_and_no_task() {
    for over in [Over::Tcp, Over::Tls] {
        for fault in [Fault::Stalls, Fault::StallsMidBody(paid), Fault::Trickles(paid)] {
            for effect in [Effect::Write, Effect::Money] {
                let server = Server::start(fault, over).await;
                let tasks = tokio::runtime::Handle::current().metrics();
                let before = tasks.num_alive_tasks();
                let transport = transport(&server, 1);
                let sending = tokio::spawn({
                    let transport = transport.clone();
                    async move { transport.send(call(effect), "{}").await }
                });
                server.has_received(1).await;
                sending.abort();
                assert!(sending.await.unwrap_err().is_cancelled());
                // The transport lives on, and holds nothing of it.
                server.is_left_alone().await;
                until(|| tasks.num_alive_tasks() <= before, "a task is left").await;
                assert_eq!((server.received(), server.accepted()), (1, 1), "{fault:?}");
                drop(transport);
            }
        }
    }
}

#[tokio::test]
async fn a_call_dropped_while_it_connects_leaves_nothing() {
    for effect in ALL {
        let server = Server::start(Fault::StallsInHandshake, Over::Tls).await;
        let transport = transport(&server, 10);
        let mut sending = Box::pin(transport.send(call(effect), "{}"));
        tokio::select! {
            _ = &mut sending => panic!("nobody answers"),
            () = until(|| server.accepted() == 1, "nobody connected") => {}
        }
        drop(sending);
        server.is_left_alone().await;
        assert_eq!((server.received(), server.accepted()), (0, 1), "{effect:?}");
    }
}

#[tokio::test]
async fn after_a_dropped_call_the_transport_works_on() {
    let server = Server::start(Fault::Answers(paid), Over::Tls).await;
    let transport = transport(&server, 10);
    for effect in ALL {
        let mut sending = Box::pin(transport.send(call(effect), "{}"));
        tokio::select! {
            biased;
            _ = &mut sending => {}
            () = tokio::task::yield_now() => {}
        }
        drop(sending);
        let answer = transport.send(call(effect), "{}").await.unwrap();
        assert!(answer.is_evidence() && answer.attempts() == 1);
    }
}

/// tokio gives a task a budget at each poll, and without any left no timer of the task ends. A call that uses all of it up each
/// time must be ended by its deadline all the same.
#[tokio::test]
async fn a_call_that_leaves_its_task_no_budget_is_ended_in_time() {
    async fn greedy(_: http::Request<Payload>) -> Result<(), Error> {
        loop {
            tokio::task::coop::consume_budget().await;
        }
    }
    let layer = DeadlineLayer::operation(Duration::from_millis(50));
    let call = layer.layer(tower::service_fn(greedy)).oneshot(Call::new(PATH).request("{}").unwrap());
    let ended = tokio::time::timeout(Duration::from_secs(10), call).await;
    let error = ended.expect("it outlived its deadline").unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test]
async fn an_error_says_which_deadline_and_what_had_left() {
    let ends = async |fault, over, effect| {
        let server = Server::start(fault, over).await;
        let error = transport(&server, 3).send(Call::new(PATH).effect(effect), "{}").await.unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        error
    };
    let unconnected = ends(Fault::StallsInHandshake, Over::Tls, Effect::Money).await;
    assert_eq!(
        unconnected.to_string(),
        "no whole answer came within the operation's deadline of 900ms; nothing had been sent"
    );
    assert!(!unconnected.may_have_been_executed() && !unconnected.outcome_unknown());
    let answering = ends(Fault::Trickles(paid), Over::Tcp, Effect::Money).await;
    assert_eq!(answering.to_string(), "no whole answer came within the operation's deadline of 900ms");
    assert!(answering.may_have_been_executed() && answering.outcome_unknown());
    let read = ends(Fault::Trickles(paid), Over::Tcp, Effect::Read).await;
    assert!(
        read.to_string().starts_with("no whole answer came within the attempt's deadline of 180ms"),
        "{read}"
    );
    assert!(read.may_have_been_executed() && !read.outcome_unknown());
}

async fn until(is_so: impl Fn() -> bool, otherwise: &str) {
    let all = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), all).await.expect(otherwise);
}
