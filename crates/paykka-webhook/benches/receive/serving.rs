//! axum over loopback with 64 kept connections: the receiver beside the same handler without verification.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use paykka_emulator::LoopbackServer;
use paykka_webhook::testing::SignedNotification;
use paykka_webhook::{Delivery, MemoryClaims, Receiver, WebhookService};
use tokio::task::JoinSet;

use crate::{Check, PATH, line, median, notification, verifier};

const CONNECTIONS: usize = 64;
const CALLS: usize = 3_200;
const ROUNDS: usize = 5;

/// No floor is wanted of it; the figures stand beside each other.
pub(crate) async fn compared() -> Check {
    let bare = Router::new().route(PATH, axum::routing::post(async |_: Bytes| (StatusCode::OK, "{}")));
    let bare = LoopbackServer::plain(bare).expect("a server");
    let (mut bares, mut verifieds) = (Vec::new(), Vec::new());
    let (mut bare_cpu, mut verified_cpu) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // Signed before the clock starts; each is new, so that it goes the whole way.
        let messages: Vec<_> =
            (0..CALLS).map(|number| Arc::new(notification(&format!("R{round}-{number}"), 1024))).collect();
        let receiver = Receiver::handling(verifier(), MemoryClaims::new(CALLS), |delivery: Delivery| {
            std::future::ready(Ok::<_, std::io::Error>(delivery.ack()))
        });
        let verifying = Router::new().route_service(PATH, WebhookService::new(receiver));
        let verifying = LoopbackServer::plain(verifying).expect("a server");
        for (server, times, cpu) in
            [(&bare, &mut bares, &mut bare_cpu), (&verifying, &mut verifieds, &mut verified_cpu)]
        {
            let (time, used) = posted(server.address(), &messages).await;
            times.push(time);
            cpu.push(used);
        }
    }
    println!(
        "axum, {CONNECTIONS} connections, 1 KiB, medians of {ROUNDS} rounds of {CALLS}; client and server in one process:"
    );
    line("without verification", median(bares));
    line("verified, claimed, parsed, handled", median(verifieds));
    println!("  {:<42} {:>8.1} µs a request", "CPU without verification", median(bare_cpu) * 1e6);
    println!("  {:<42} {:>8.1} µs a request", "CPU with it", median(verified_cpu) * 1e6);
    None
}

/// Time and CPU for each request.
async fn posted(address: SocketAddr, messages: &[Arc<SignedNotification>]) -> (f64, f64) {
    let client: Client<HttpConnector, Full<Bytes>> =
        Client::builder(TokioExecutor::new()).build(HttpConnector::new());
    let (start, used) = (Instant::now(), cpu_seconds());
    let mut tasks = JoinSet::new();
    for task in 0..CONNECTIONS {
        let client = client.clone();
        let messages: Vec<_> = messages.iter().skip(task).step_by(CONNECTIONS).cloned().collect();
        tasks.spawn(async move {
            for message in messages {
                let mut request = Request::post(format!("http://{address}{PATH}"));
                for (name, value) in &message.headers {
                    request = request.header(*name, value);
                }
                let request = request.body(Full::from(message.body.clone())).expect("a request");
                let answer = client.request(request).await.expect("an answer");
                assert_eq!(answer.status(), StatusCode::OK);
                answer.into_body().collect().await.expect("a body");
            }
        });
    }
    tasks.join_all().await;
    let each = |seconds: f64| seconds / messages.len() as f64;
    (each(start.elapsed().as_secs_f64()), each(cpu_seconds() - used))
}

/// What this process has used of the CPU, from Linux, in its ticks of 10 ms; 0 elsewhere.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<u32>().ok()).map(f64::from).sum::<f64>() / 100.0
}
