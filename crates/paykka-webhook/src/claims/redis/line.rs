//! The connection to Redis. The client's own comes back after some errors alone: not where a peer has gone silent, as a machine does
//! that lost its power, and not where the first words of a new connection were refused, as a Redis does that is still loading. So after
//! any error the next question goes by a new connection.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::redis::aio::{ConnectionManager, ConnectionManagerConfig};
use ::redis::{Client, Cmd, FromRedisValue, RedisError, ScriptInvocation};

use crate::ClaimsError;

/// Clones share the connection.
#[derive(Clone)]
pub(super) struct Line {
    client: Client,
    timeout: Duration,
    current: Arc<Mutex<Current>>,
}

struct Current {
    connection: ConnectionManager,
    /// Of many that fail on one connection the first replaces it.
    number: u64,
}

impl Line {
    pub(super) async fn connect(client: Client, timeout: Duration) -> Result<Self, ClaimsError> {
        let connection =
            ConnectionManager::new_with_config(client.clone(), config(timeout)).await.map_err(gone)?;
        let current = Arc::new(Mutex::new(Current { connection, number: 0 }));
        Ok(Self { client, timeout, current })
    }

    pub(super) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, ClaimsError> {
        let (mut connection, number) = self.current();
        let answer = command.query_async(&mut connection).await;
        answer.map_err(|error| self.failed(number, error))
    }

    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, ClaimsError> {
        let (mut connection, number) = self.current();
        let answer = script.invoke_async(&mut connection).await;
        answer.map_err(|error| self.failed(number, error))
    }

    fn current(&self) -> (ConnectionManager, u64) {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        (current.connection.clone(), current.number)
    }

    fn failed(&self, number: u64, error: RedisError) -> ClaimsError {
        self.replace(number);
        gone(error)
    }

    fn replace(&self, number: u64) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.number != number {
            return;
        }
        // It connects with the next question, so there is nothing to wait for. An error would be one of its settings, which were
        // good for the first one.
        let fresh = ConnectionManager::new_lazy_with_config(self.client.clone(), config(self.timeout));
        if let Ok(connection) = fresh {
            *current = Current { connection, number: number.wrapping_add(1) };
        }
    }
}

fn config(timeout: Duration) -> ConnectionManagerConfig {
    ConnectionManagerConfig::new()
        .set_connection_timeout(Some(timeout))
        .set_response_timeout(Some(timeout))
        .set_number_of_retries(1)
}

fn gone(error: RedisError) -> ClaimsError {
    ClaimsError::new("Redis doesn't answer, or not as it should; deliveries are refused until it does")
        .caused_by(error)
}
