//! HTTP CONNECT with a real proxy that wants user and password.

use std::fs;
use std::process::Command;

use crate::proxied::{PASSWORD, USER, is_kept};
use crate::running::Running;

#[tokio::test]
async fn calls_go_through_tinyproxy() {
    let tinyproxy = Running::start(|folder, address| {
        let file = folder.path().join("tinyproxy.conf");
        let settings = format!(
            "Listen {}\nPort {}\nTimeout 60\nMaxClients 20\nLogLevel Connect\nBasicAuth {USER} {PASSWORD}\n",
            address.ip(),
            address.port()
        );
        fs::write(&file, settings).unwrap();
        let mut command = Command::new("tinyproxy");
        command.arg("-d").arg("-c").arg(file);
        command
    })
    .await;
    is_kept("http", tinyproxy, |running, target| {
        let host = target.split(':').next().unwrap();
        let output = running.output();
        output.contains(&format!("CONNECT {target} HTTP/1.1"))
            && output.contains(&format!("Established connection to host \"{host}\""))
    })
    .await;
}
