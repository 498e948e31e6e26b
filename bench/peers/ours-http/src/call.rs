//! paykka-client as a peer that calls: a typed call, everything as it comes, but RSA on the one thread that there is, and as many
//! kept connections as calls in flight.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use paykka_client::{Client, Error, Proxy, RetrySettings, Roots, SignVerifySettings, WireSettings};
use paykka_model::BalanceInquiryRequest;
use paykka_sign::{KeyRing, SigningKey, VerifyingKey};
use paykka_transport::RsaWork;
use protocol::{Setup, answer_lines, load_line, verdict};

pub(crate) fn serve(words: &[String]) {
    let (setup, [url, ca]) = words.split_at(6) else { panic!("URL and CA are wanted behind the six words") };
    let client = client(&Setup::from_words(setup), url, ca);
    let runtime = crate::runtime();
    answer_lines(|words| match words {
        ["probe"] => verdict(runtime.block_on(call(&client)).is_ok()).to_owned(),
        ["load", in_flight, count] => {
            let number = |text: &str| text.parse().expect("a number");
            runtime.block_on(load(&client, number(in_flight), number(count)))
        }
        _ => "unknown".into(),
    });
}

fn client(setup: &Setup, url: &str, ca: &str) -> Client {
    let key = SigningKey::from_bytes(&setup.key_id, &setup.private_key).expect("a private key");
    let platform = VerifyingKey::from_bytes(&setup.public_key).expect("a public key");
    let ca = std::fs::read(ca).expect("a certificate");
    Client::builder(url)
        .signing_key(key)
        .platform_keys(KeyRing::new([(setup.key_id.clone(), platform)]).expect("a ring"))
        .merchant(&setup.merchant)
        .wire(
            WireSettings::default()
                .roots(Roots::Only(ca))
                .proxy(Proxy::none())
                .idle(Duration::from_secs(60), 1024),
        )
        .signatures(SignVerifySettings::default().rsa_work(RsaWork::Inline))
        .retry(RetrySettings::default())
        .build()
        .expect("a client")
}

async fn call(client: &Client) -> Result<(), Error> {
    let request = BalanceInquiryRequest::new().currency("USD");
    client.balance().inquiry(&request).await.map(drop)
}

async fn load(client: &Client, in_flight: usize, count: usize) -> String {
    let start = Instant::now();
    let some = join_all((0..in_flight).map(|_| async {
        let mut latencies = Vec::with_capacity(count / in_flight);
        for _ in 0..count / in_flight {
            let start = Instant::now();
            call(client).await.expect("a genuine answer");
            latencies.push(start.elapsed());
        }
        latencies
    }))
    .await;
    load_line(start.elapsed(), some.concat())
}
