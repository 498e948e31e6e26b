//! The emulator's certificate pleases a judge who takes RFC 5280 by its word, as Python's TLS does since 3.13; rustls and
//! Java's TLS are more lenient.

use std::process::Command;

use paykka_emulator::LocalCa;

#[test]
fn a_strict_judge_takes_the_certificate() {
    let ca = LocalCa::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let (ca_file, server) =
        (file("ca.pem", ca.pem()), file("server.pem", ca.issue().unwrap().certificate_pem()));
    for name in [["-verify_ip", "127.0.0.1"], ["-verify_ip", "::1"], ["-verify_hostname", "localhost"]] {
        let done = Command::new("openssl")
            .args(["verify", "-x509_strict", "-purpose", "sslserver"])
            .args(name)
            .arg("-CAfile")
            .arg(&ca_file)
            .arg(&server)
            .output()
            .unwrap();
        assert!(done.status.success(), "{name:?}: {}", String::from_utf8_lossy(&done.stderr));
    }
}
