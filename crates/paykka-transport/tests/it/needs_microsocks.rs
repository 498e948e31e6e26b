//! SOCKS5 with a real proxy that wants user and password.

use std::process::Command;

use crate::proxied::{PASSWORD, USER, is_kept};
use crate::running::Running;

async fn microsocks() -> Running {
    Running::start(|_, address| {
        let mut command = Command::new("microsocks");
        command.args(["-i", &address.ip().to_string(), "-p", &address.port().to_string()]);
        command.args(["-u", USER, "-P", PASSWORD]);
        command
    })
    .await
}

#[tokio::test]
async fn calls_go_through_microsocks() {
    for scheme in ["socks5", "socks5h"] {
        is_kept(scheme, microsocks().await, |running, target| {
            running.output().contains(&format!("connected to {target}"))
        })
        .await;
    }
}
