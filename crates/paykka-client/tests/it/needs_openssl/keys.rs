//! Settings with a platform's key that OpenSSL made just now, since those of the tests are published and refused.

use std::fs;

use paykka_model::BalanceInquiryRequest;
use paykka_sign::VerifyingKey;
use tempfile::TempDir;

use crate::settings::{Files, enough, of_environment};
use crate::world::PLATFORM_PUBLIC_PEM;

/// Without its id the platform's key verifies whatever id answers name.
#[tokio::test]
async fn a_platform_key_without_an_id_verifies_answers_of_any_id() {
    let (builder, _log) = crate::double::over(|_, _| (200, r#"{"accounts":[]}"#.to_owned()));
    // The tests' keys are published, so the ring must be one for loopback; the setting makes the same without.
    let key = VerifyingKey::from_bytes(PLATFORM_PUBLIC_PEM).unwrap();
    let other = paykka_sign::KeyRing::builder().key("P999", key).for_loopback().build().unwrap();
    let client = builder.platform_keys(other).build().unwrap();
    let error = client.balance().inquiry(&BalanceInquiryRequest::new()).await.unwrap_err();
    assert!(error.is_refused(), "a ring with ids is strict: {error}");

    let pair = Pair::new();
    let files = Files::new();
    let mut settings = enough(&files);
    settings.insert("platform_key_file", pair.public(&files));
    for (id, is_taken) in [(None, true), (Some("P001"), true), (Some("P002"), false)] {
        settings.remove("platform_key_id");
        settings.extend(id.map(|id| ("platform_key_id", id.to_owned())));
        let client = of_environment(&settings)
            .transport(crate::double::signing(pair.private(), "P001", r#"{"accounts":[]}"#))
            .build()
            .unwrap();
        let ended = client.balance().inquiry(&BalanceInquiryRequest::new()).await;
        assert_eq!(ended.is_ok(), is_taken, "{id:?}: {ended:?}");
    }
}

/// A pair that OpenSSL made just now, so that nobody has published it.
pub(crate) struct Pair {
    folder: TempDir,
}

impl Pair {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let run = |arguments: &[&str]| {
            let ended = std::process::Command::new("openssl")
                .args(arguments)
                .current_dir(folder.path())
                .output()
                .unwrap();
            assert!(ended.status.success());
        };
        run(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "private.pem"]);
        run(&["pkey", "-in", "private.pem", "-pubout", "-out", "public.pem"]);
        Self { folder }
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    pub(crate) fn private(&self) -> String {
        self.text("private.pem")
    }

    pub(crate) fn public(&self, files: &Files) -> String {
        files.put("fresh.public.pem", &self.text("public.pem"))
    }
}
