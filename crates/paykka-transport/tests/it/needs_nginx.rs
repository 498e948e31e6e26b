//! A real nginx that ends TLS in front of the emulator, as many platforms have one: it passes signatures on as they are, and
//! answers by itself, unsigned, when what is behind it is gone.

use std::fs;
use std::net::SocketAddr;
use std::process::Command;

use paykka_transport::{Effect, RetrySettings, Transport, TransportBuilder};

use crate::running::{Running, closed_port, emulator};
use crate::wire::pki::Ca;
use crate::wire::{builder, call, trusting, words};

/// An nginx that shows a certificate by `ca` and passes everything on to `upstream`, below `/egress` without that.
async fn nginx(ca: &Ca, upstream: SocketAddr) -> Running {
    let identity = ca.server();
    Running::start(|folder, address| {
        let path = |name: &str| folder.path().join(name);
        fs::write(path("certificate.pem"), &identity.certificate).unwrap();
        fs::write(path("key.pem"), &identity.key).unwrap();
        // One process, so that ending it ends all of it.
        let settings = format!(
            "daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log access.log;
    client_body_temp_path temp1;
    proxy_temp_path temp2;
    fastcgi_temp_path temp3;
    uwsgi_temp_path temp4;
    scgi_temp_path temp5;
    server {{
        listen {address} ssl;
        ssl_certificate certificate.pem;
        ssl_certificate_key key.pem;
        location / {{ proxy_pass http://{upstream}; }}
        location /egress/ {{ proxy_pass http://{upstream}/; }}
    }}
}}
"
        );
        fs::write(path("nginx.conf"), settings).unwrap();
        let mut command = Command::new("nginx");
        command.arg("-p").arg(folder.path()).args(["-e", "stderr", "-c", "nginx.conf"]);
        command
    })
    .await
}

fn in_front(nginx: &Running, ca: &Ca) -> TransportBuilder {
    builder(&format!("https://{}", nginx.address)).retry(RetrySettings::default()).wire(trusting(ca))
}

/// The requests that it has had. It writes each down when it is answered, and before the next one on its connection.
fn handled(nginx: &Running) -> usize {
    nginx.read("access.log").lines().filter(|line| line.contains("POST ")).count()
}

#[tokio::test]
async fn signatures_pass_through_nginx() {
    let (ca, emulator) = (Ca::new(), emulator().await);
    let nginx = nginx(&ca, emulator.http_address()).await;
    for (prefix, effect) in [("", Effect::Money), ("", Effect::Read), ("/egress", Effect::Read)] {
        let transport = in_front(&nginx, &ca).wire_prefix(prefix).build().unwrap();
        let answer = call(&transport, effect).await.unwrap();
        assert!(answer.is_evidence() && answer.headers()["server"].as_bytes().starts_with(b"nginx"));
    }
    let requests = emulator.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| request.path == crate::peer::PATH && request.refused.is_none()));
}

#[tokio::test]
async fn nginx_without_its_upstream_is_asked_again_by_reads_alone() {
    let ca = Ca::new();
    let nginx = nginx(&ca, closed_port()).await;
    let transport: Transport = in_front(&nginx, &ca).build().unwrap();

    let error = call(&transport, Effect::Money).await.unwrap_err();
    assert!(error.outcome_unknown() && error.is_unsigned(), "{}", words(&error));
    let raw = error.raw().unwrap();
    assert_eq!((raw.status().as_u16(), error.attempts()), (502, 1));
    assert!(raw.body().starts_with(b"<html>"));
    crate::wire::server::until(|| handled(&nginx) >= 1).await;
    assert_eq!(handled(&nginx), 1);

    let error = call(&transport, Effect::Read).await.unwrap_err();
    assert!(!error.outcome_unknown() && error.is_unsigned(), "{}", words(&error));
    assert_eq!(error.attempts(), 3);
    crate::wire::server::until(|| handled(&nginx) >= 4).await;
    assert_eq!(handled(&nginx), 4);
}
