//! Numbers for whoever counts, through the `metrics` facade; without the feature `metrics` nothing is counted and nothing is
//! linked.
//!
//! | name | kind | labels |
//! | --- | --- | --- |
//! | `paykka_calls_total` | counter | `operation`, `outcome`, `outcome_unknown` |
//! | `paykka_call_seconds` | histogram | `operation` |
//! | `paykka_attempts_total` | counter | `operation`, `outcome` |
//! | `paykka_attempt_seconds` | histogram | `operation` |
//! | `paykka_retries_denied_total` | counter | `operation` |
//! | `paykka_connections_opened_total` | counter | none |
//! | `paykka_connections_open` | gauge | none; those in use and those that wait in the pool |

#[cfg(feature = "metrics")]
mod counted {
    use std::time::Instant;

    pub(crate) fn call_ended(
        operation: &'static str,
        outcome: &'static str,
        is_unknown: bool,
        started: Instant,
    ) {
        let unknown = if is_unknown { "true" } else { "false" };
        metrics::counter!("paykka_calls_total", "operation" => operation, "outcome" => outcome, "outcome_unknown" => unknown)
            .increment(1);
        metrics::histogram!("paykka_call_seconds", "operation" => operation).record(started.elapsed());
    }

    pub(crate) fn attempt_ended(operation: &'static str, outcome: &'static str, started: Instant) {
        metrics::counter!("paykka_attempts_total", "operation" => operation, "outcome" => outcome)
            .increment(1);
        metrics::histogram!("paykka_attempt_seconds", "operation" => operation).record(started.elapsed());
    }

    pub(crate) fn retry_denied(operation: &'static str) {
        metrics::counter!("paykka_retries_denied_total", "operation" => operation).increment(1);
    }

    /// A connection, from its opening to its end.
    pub(crate) struct OpenConnection(());

    impl OpenConnection {
        pub(crate) fn new() -> Self {
            metrics::counter!("paykka_connections_opened_total").increment(1);
            metrics::gauge!("paykka_connections_open").increment(1);
            Self(())
        }
    }

    impl Drop for OpenConnection {
        fn drop(&mut self) {
            metrics::gauge!("paykka_connections_open").decrement(1);
        }
    }
}

#[cfg(not(feature = "metrics"))]
mod counted {
    use std::time::Instant;

    pub(crate) const fn call_ended(_: &'static str, _: &'static str, _: bool, _: Instant) {}
    pub(crate) const fn attempt_ended(_: &'static str, _: &'static str, _: Instant) {}
    pub(crate) const fn retry_denied(_: &'static str) {}

    pub(crate) struct OpenConnection(());

    impl OpenConnection {
        pub(crate) const fn new() -> Self {
            Self(())
        }
    }
}

pub(crate) use counted::{OpenConnection, attempt_ended, call_ended, retry_denied};
