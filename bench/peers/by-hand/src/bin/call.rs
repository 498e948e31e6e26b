//! Rust by hand as a peer that calls: reqwest and OpenSSL.

use std::collections::HashMap;
use std::io::BufRead;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use by_hand::Signing;
use by_hand::on_openssl::OpenSsl;
use futures_util::future::join_all;
use protocol::{Setup, TOLERANCE, load_line, verdict};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (setup, [url, ca]) = words.split_at(6) else { panic!("URL and CA are wanted behind the six words") };
    let caller = Caller::new(Setup::from_words(setup), url, ca);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line of the runner");
        let said = match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["probe"] => verdict(runtime.block_on(caller.call()).is_ok()).to_owned(),
            ["load", in_flight, count] => {
                let number = |text: &str| text.parse().expect("a number");
                runtime.block_on(caller.load(number(in_flight), number(count)))
            }
            _ => "unknown".into(),
        };
        println!("{said}");
    }
}

struct Caller {
    signing: Signing<OpenSsl>,
    client: reqwest::Client,
    url: String,
    seen: Mutex<HashMap<String, Instant>>,
}

impl Caller {
    fn new(setup: Setup, url: &str, ca: &str) -> Self {
        let ca = std::fs::read(ca).expect("a certificate");
        let client = reqwest::Client::builder()
            .add_root_certificate(reqwest::Certificate::from_pem(&ca).expect("a certificate"))
            .tls_built_in_root_certs(false)
            .tcp_nodelay(true)
            .build()
            .expect("a client");
        let url = format!("{url}{}", setup.path);
        Self { signing: OpenSsl::signing(setup), client, url, seen: Mutex::default() }
    }

    async fn load(&self, in_flight: usize, count: usize) -> String {
        let start = Instant::now();
        let some = join_all((0..in_flight).map(|_| async {
            let mut latencies = Vec::with_capacity(count / in_flight);
            for _ in 0..count / in_flight {
                let start = Instant::now();
                self.call().await.expect("a genuine answer");
                latencies.push(start.elapsed());
            }
            latencies
        }))
        .await;
        load_line(start.elapsed(), some.concat())
    }

    async fn call(&self) -> Result<serde_json::Value, Box<dyn std::error::Error>> {
        let body = self.signing.setup.body.clone();
        let request = self
            .client
            .post(&self.url)
            .header("authorization", self.signing.header())
            .header("x-merch-id", &self.signing.setup.merchant)
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .body(body);
        let answer = request.send().await?;
        let header = answer.headers().get("authorization").ok_or("unsigned")?.to_str()?.to_owned();
        let body = answer.bytes().await?;
        let nonce = self.signing.nonce_of_genuine(&header, &body).ok_or("not genuine")?;
        if !self.is_first(nonce) {
            return Err("a repeat".into());
        }
        Ok(serde_json::from_slice(&body)?)
    }

    /// Whether it didn't come in before within the tolerance.
    fn is_first(&self, nonce: String) -> bool {
        let mut seen = self.seen.lock().expect("a lock");
        if seen.len() > 100_000 {
            seen.retain(|_, at| at.elapsed() <= 2 * TOLERANCE + Duration::from_secs(1));
        }
        seen.insert(nonce, Instant::now()).is_none()
    }
}
