//! What tests with clients in other languages share: an emulator, control of it over HTTP, and the client as a process of
//! its own. Such a client shares no code with us, so what both sides here read wrongly in the same way shows.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use http::header::AUTHORIZATION;
use http_body_util::BodyExt;
use paykka_emulator::{DeliveryState, Emulator, Landing, LoopbackServer, Subscriber};
use paykka_model::{Amount, OPERATIONS, Role};
use paykka_sign::VerifyingKey;
use serde_json::{Value, json};
use tempfile::TempDir;

/// An emulator and who controls it.
pub(crate) struct Stage {
    pub(crate) emulator: Arc<Emulator>,
    control: LoopbackServer,
    folder: TempDir,
}

impl Stage {
    pub(crate) fn new(emulator: Emulator) -> Self {
        let emulator = Arc::new(emulator);
        let controlled = Arc::clone(&emulator);
        let control = move |request: Request| control(Arc::clone(&controlled), request);
        let control = LoopbackServer::plain(Router::new().fallback(control)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), emulator.ca_pem()).unwrap();
        Self { emulator, control, folder }
    }

    /// Runs a client; what it printed. Its exit status must be 0.
    pub(crate) async fn run(&self, client: Command) -> String {
        let done = self.outcome(client).await;
        let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "{}\n{out}{err}\n{:#?}", done.status, self.emulator.requests());
        out.into_owned()
    }

    /// Runs a client with all that it must know in its environment.
    pub(crate) async fn outcome(&self, mut client: Command) -> Output {
        client
            .current_dir(root())
            .env("EMULATOR_URL", self.emulator.https_url())
            .env("EMULATOR_HTTP_URL", self.emulator.http_url())
            .env("EMULATOR_CA_FILE", self.folder.path().join("ca.pem"))
            .env("EMULATOR_KEY_ID", self.emulator.key_id())
            .env("EMULATOR_PUBLIC_KEY_PEM", self.emulator.public_key_pem())
            .env("EMULATOR_CONTROL", format!("http://{}", self.control.address()))
            .env("EMULATOR_TOKEN", TOKEN);
        tokio::task::spawn_blocking(move || client.output()).await.unwrap().unwrap()
    }

    /// The calls that were let in, once each.
    pub(crate) fn operations_called(&self) -> Vec<&'static str> {
        let requests = self.emulator.requests();
        let admitted = requests.iter().filter(|request| request.refused.is_none());
        sorted(admitted.filter_map(|request| request.operation))
    }

    /// What was refused before it was executed, with the emulator's reason.
    pub(crate) fn refusals(&self) -> Vec<(&'static str, &'static str)> {
        let requests = self.emulator.requests();
        requests.iter().filter_map(|request| Some((request.operation?, request.refused?))).collect()
    }

    /// The notifications that were sent, once each. All of them must have been taken at the first attempt.
    pub(crate) fn operations_notified(&self) -> Vec<&'static str> {
        let deliveries = self.emulator.deliveries();
        for delivery in &deliveries {
            let attempts = delivery.attempts().len();
            assert_eq!((delivery.state(), attempts), (DeliveryState::Accepted, 1), "{delivery:?}");
        }
        sorted(deliveries.iter().map(|delivery| delivery.operation()))
    }
}

/// All operations of one side, by the table.
pub(crate) fn operations(role: Role) -> Vec<&'static str> {
    sorted(OPERATIONS.iter().filter(|operation| operation.role == role).map(|operation| operation.name))
}

/// The repository's.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sorted(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    names.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

const TOKEN: &str = "only-for-this-test";

async fn control(emulator: Arc<Emulator>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let is_allowed =
        head.headers.get(AUTHORIZATION).is_some_and(|value| *value == *format!("Bearer {TOKEN}"));
    let body = body.collect().await.unwrap().to_bytes();
    let (status, answer) = if is_allowed {
        match done(&emulator, head.uri.path(), &body).await {
            Some(answer) => (StatusCode::OK, answer),
            None => (StatusCode::BAD_REQUEST, json!({"error": "no such thing"})),
        }
    } else {
        (StatusCode::UNAUTHORIZED, json!({"error": "the token is another"}))
    };
    let mut response = Response::new(answer.to_string().into());
    *response.status_mut() = status;
    response
}

async fn done(emulator: &Emulator, path: &str, body: &Bytes) -> Option<Value> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let text = |name: &str| body[name].as_str();
    let path: Vec<&str> = path.split('/').skip(1).collect();
    match path[..] {
        ["merchants"] => {
            let key = VerifyingKey::from_bytes(text("public_key_pem")?).ok()?;
            emulator.register(text("merchant"), text("key_id")?, key).ok()?;
        }
        ["subscribers"] => {
            let subscriber = if body["under"] == true { Subscriber::under } else { Subscriber::at };
            emulator.subscribe(subscriber(text("url")?).ok()?);
        }
        ["clock", "advance"] => emulator.advance(Duration::from_millis(body["millis"].as_u64()?)).await,
        ["merchants", merchant, "remittances"] => {
            let landing = Landing::new(text("currency")?, Amount::from_wire(body["amount"].as_i64()?));
            return Some(json!({"recv_order_no": emulator.land(merchant, landing).ok()?}));
        }
        _ => return None,
    }
    Some(json!({}))
}
