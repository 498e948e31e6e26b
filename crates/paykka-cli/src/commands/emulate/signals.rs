//! How the emulator is told to end: SIGTERM from whoever started it, Ctrl-C from a person.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Hears of it from [`listen`](Self::listen) on; without it the system would end the process at once.
pub(in crate::commands) struct Ending {
    #[cfg(unix)]
    signals: [Signal; 2],
}

#[cfg(unix)]
impl Ending {
    pub(in crate::commands) fn listen() -> io::Result<Self> {
        Ok(Self { signals: [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?] })
    }

    pub(in crate::commands) async fn wait(self) {
        let [mut terminated, mut interrupted] = self.signals;
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Ending {
    pub(in crate::commands) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    pub(in crate::commands) async fn wait(self) {
        // Without a console there is nobody to press Ctrl-C.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
