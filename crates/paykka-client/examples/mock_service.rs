//! A program's own logic, tested without a network: a service of yours stands in its place and signs what it answers, as the
//! platform would. Nothing of the client is switched off. Run it, or `cargo test --example mock_service`.
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http_body_util::Full;
use paykka_client::Client;
use paykka_model::BalanceInquiryRequest;
use paykka_sign::{KeyRing, Nonce, Parts, SigningKey, Timestamp, VerifyingKey};
use paykka_transport::SentBody;

/// The logic that is to be tested.
async fn can_pay(client: &Client, currency: &str, amount: i64) -> Result<bool, paykka_client::Error> {
    let balance = client.balance().inquiry(&BalanceInquiryRequest::new().currency(currency)).await?;
    Ok(balance.value().accounts.iter().any(|account| account.available_amount.to_wire() >= amount))
}

/// A client whose platform answers everything with this.
fn client_that_hears(status: u16, answer: &'static str) -> Result<Client, Box<dyn Error>> {
    // Keys that are published are good for tests, and for tests alone: such a ring reaches no host but loopback.
    let merchant = include_str!("../../paykka-sign/testdata/merchant-2048.private.pem");
    let platform = include_str!("../../paykka-sign/testdata/platform-2048.private.pem");
    let platform = Arc::new(SigningKey::from_bytes("P001", platform)?);
    let public = VerifyingKey::from_bytes(platform.public_key())?;

    let service = tower::service_fn(move |request: http::Request<SentBody>| {
        let signed = sign(&platform, &request, status, answer);
        async move { Ok::<_, Infallible>(signed) }
    });
    let client = Client::builder("http://127.0.0.1:1")
        .signing_key(SigningKey::from_bytes("K001", merchant)?)
        .platform_keys(KeyRing::builder().key("P001", public).for_loopback().build()?)
        .merchant("M1")
        .transport(|transport| transport.over(service))
        .build()?;
    Ok(client)
}

fn sign(
    platform: &SigningKey,
    request: &http::Request<SentBody>,
    status: u16,
    answer: &'static str,
) -> http::Response<Full<Bytes>> {
    let merchant = request.headers().get("x-merch-id").and_then(|value| value.to_str().ok());
    let parts = Parts { path: request.uri().path(), merchant, body: answer.as_bytes() };
    let nonce = Nonce::new("exampleNonce01");
    let now = Timestamp::try_from(SystemTime::now());
    let mut response = http::Response::new(Full::from(answer));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    if let (Ok(now), Ok(nonce)) = (now, nonce)
        && let Ok(signature) = platform.sign(&parts, now, &nonce)
        && let Ok(value) = signature.to_header().parse()
    {
        response.headers_mut().insert("authorization", value);
    }
    response
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let rich =
        client_that_hears(200, r#"{"accounts":[{"currency":"USD","balance":500,"available_amount":500}]}"#)?;
    println!("250 of 500: {}", can_pay(&rich, "USD", 250).await?);
    let broken = client_that_hears(400, r#"{"ret_code":"010000"}"#)?;
    println!("refused: {}", can_pay(&broken, "USD", 250).await.is_err());
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that fails by panic says so")]

    use super::*;

    #[tokio::test]
    async fn what_is_there_can_be_paid_and_more_cant() {
        let answer = r#"{"accounts":[{"currency":"USD","balance":500,"available_amount":500}]}"#;
        assert!(can_pay(&client_that_hears(200, answer).unwrap(), "USD", 500).await.unwrap());
        assert!(!can_pay(&client_that_hears(200, answer).unwrap(), "USD", 501).await.unwrap());
    }

    #[tokio::test]
    async fn a_refusal_is_an_error_and_not_an_empty_account() {
        let client = client_that_hears(400, r#"{"ret_code":"010000"}"#).unwrap();
        assert!(can_pay(&client, "USD", 1).await.unwrap_err().is_invalid_parameters());
    }
}
