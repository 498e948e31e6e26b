//! A tower layer of your own around whole calls, and one just above the wire. Here both only count and print. Settings come from
//! the environment, as in `quick_start`.
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use paykka_client::ClientBuilder;
use paykka_model::BalanceInquiryRequest;
use paykka_transport::{CallContext, Payload, SentBody};
use tower::util::MapRequestLayer;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    // Outside everything: once for each call, not signed yet.
    let count = MapRequestLayer::new(move |request: http::Request<Payload>| {
        counted.fetch_add(1, Ordering::Relaxed);
        println!("a call of {}", CallContext::of(&request).operation());
        request
    });
    // Above the wire: once for each attempt, signed. What a gateway on the way wants is added here.
    let tag = MapRequestLayer::new(|mut request: http::Request<SentBody>| {
        request.headers_mut().insert("x-gateway-tag", http::HeaderValue::from_static("example"));
        println!("an attempt at {}", request.uri().path());
        request
    });
    let client = ClientBuilder::from_env()
        .transport(move |transport| transport.outer_layer(count).wire_layer(tag))
        .build()?;

    client.balance().inquiry(&BalanceInquiryRequest::new()).await?;
    client.balance().inquiry(&BalanceInquiryRequest::new().currency("USD")).await?;
    println!("{} calls", calls.load(Ordering::Relaxed));
    Ok(())
}
