//! What tests with clients in other languages share: an emulator with its control port, and the client as a process of its
//! own. Such a client shares no code with us, so what both sides here read wrongly in the same way shows.

use std::path::PathBuf;
use std::process::{Command, Output};

use paykka_emulator::{DeliveryState, Emulator, EmulatorBuilder};
use paykka_model::{OPERATIONS, Role};
use tempfile::TempDir;

/// An emulator with its control port open.
pub(crate) struct Stage {
    pub(crate) emulator: Emulator,
    folder: TempDir,
}

impl Stage {
    pub(crate) async fn start(builder: EmulatorBuilder) -> Self {
        let emulator = builder.control().start().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), emulator.ca_pem()).unwrap();
        Self { emulator, folder }
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
            .env("EMULATOR_CONTROL", self.emulator.control_url().unwrap())
            .env("EMULATOR_TOKEN", self.emulator.control_token().unwrap());
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
