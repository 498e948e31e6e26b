//! Claims of many machines, in Redis. One script makes each step atomic, and Redis being gone means "not now", never "new".

mod line;
mod states;

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use ::redis::{Client, InfoDict, Script};

use super::{Claim, Claims, ClaimsError, ClaimsFuture, LEASE, LastStates, Ticket};
use crate::DeliveryId;
use line::Line;

/// Claims in one Redis that all receivers of an address share. Clones share the connection, which comes back by itself.
///
/// Each claim is one key, `{prefix}{64 hexadecimal digits}`, which goes away by itself. A Redis that restarts without having
/// written everything down forgets claims: deliveries that come again then are handled again. Use `appendfsync always`, or an
/// inbox, where that matters.
///
/// What was handled last of each object is here, too, for 90 days: digests and documented statuses, nothing else. While one
/// receiver handles an object's delivery the others wait for it. What Redis knew before it was restarted is enough to tell a step
/// back, and not to tell a repeat: such an event reaches the handler once more. It is the same where another Redis took its place.
#[derive(Clone)]
pub struct RedisClaims {
    line: Line,
    prefix: String,
    lease: Duration,
}

/// Connects [`RedisClaims`]; see [`RedisClaims::builder`].
#[derive(Clone)]
pub struct RedisClaimsBuilder {
    url: String,
    prefix: String,
    lease: Duration,
    timeout: Duration,
}

impl RedisClaims {
    /// Claims in the Redis at `url`, such as `redis://127.0.0.1:6379/0`. For TLS turn on a TLS feature of the crate `redis`.
    #[must_use]
    pub fn builder(url: impl Into<String>) -> RedisClaimsBuilder {
        RedisClaimsBuilder {
            url: url.into(),
            prefix: "paykka:claim:".to_owned(),
            lease: LEASE,
            timeout: Duration::from_secs(1),
        }
    }

    async fn run(&self, id: DeliveryId, step: &str, value: &str, millis: u64) -> Result<i64, ClaimsError> {
        let mut script = SCRIPT.key(format!("{}{id}", self.prefix));
        script.arg(step).arg(value).arg(millis);
        self.line.run(&script).await
    }
}

impl RedisClaimsBuilder {
    /// What the keys begin with. Default `paykka:claim:`. Receivers that share addresses must share it, and applications that handle
    /// the same events each for itself need one each: what one has handled last the other would take for known.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// How long a claim stands when whoever holds it is gone. Default 60 s; 1 ms to 1 day.
    #[must_use]
    pub const fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// How long Redis may take to connect, and to answer. Default 1 s.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Connects, and asks whether this Redis forgets keys when it runs out of memory: it must not, since a claim that is
    /// forgotten lets a delivery be handled twice. Its user must be allowed `INFO` and scripts.
    ///
    /// # Errors
    /// [`ClaimsError`] for a URL that can't be read, a lease out of its bounds, a Redis that isn't there, and a `maxmemory-policy`
    /// other than `noeviction`.
    pub async fn connect(self) -> Result<RedisClaims, ClaimsError> {
        if !(Duration::from_millis(1)..=Duration::from_secs(86_400)).contains(&self.lease) {
            return Err(LEASE_BOUNDS);
        }
        let client = Client::open(self.url).map_err(|error| {
            ClaimsError::new("the URL of Redis can't be used; write `redis://host:port/db`").caused_by(error)
        })?;
        let line = Line::connect(client, self.timeout).await?;
        let memory: InfoDict = line.ask(::redis::cmd("INFO").arg("memory")).await?;
        let policy: Option<String> = memory.get("maxmemory_policy");
        match policy.as_deref() {
            Some("noeviction") => Ok(RedisClaims { line, prefix: self.prefix, lease: self.lease }),
            _ => Err(EVICTS),
        }
    }
}

impl Claims for RedisClaims {
    fn begin(&self, id: DeliveryId, keep: Duration) -> ClaimsFuture<'_, Claim> {
        Box::pin(async move {
            let ticket = Ticket::random(keep)?;
            match self.run(id, "begin", &ticket.number().to_string(), millis(self.lease)).await? {
                0 => Ok(Claim::New(ticket)),
                1 => Ok(Claim::InProgress),
                _ => Ok(Claim::Done),
            }
        })
    }

    fn renew(&self, id: DeliveryId, ticket: Ticket) -> ClaimsFuture<'_, ()> {
        Box::pin(async move {
            self.run(id, "renew", &ticket.number().to_string(), millis(self.lease)).await.map(|_| ())
        })
    }

    fn done(&self, id: DeliveryId, ticket: Ticket) -> ClaimsFuture<'_, ()> {
        Box::pin(async move { self.run(id, "done", "", millis(ticket.keep())).await.map(|_| ()) })
    }

    fn release(&self, id: DeliveryId, ticket: Ticket) -> ClaimsFuture<'_, ()> {
        Box::pin(async move { self.run(id, "release", &ticket.number().to_string(), 1).await.map(|_| ()) })
    }

    fn lease(&self) -> Duration {
        self.lease
    }

    fn last_states(&self) -> LastStates<'_> {
        LastStates::Shared(self)
    }
}

/// The connection may hold a password.
impl fmt::Debug for RedisClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisClaims")
            .field("prefix", &self.prefix)
            .field("lease", &self.lease)
            .finish_non_exhaustive()
    }
}

/// The URL may hold a password.
impl fmt::Debug for RedisClaimsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisClaimsBuilder")
            .field("prefix", &self.prefix)
            .field("lease", &self.lease)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A claim's value is its holder's ticket, or `done`. Redis itself lets it go when its time has come.
static SCRIPT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local now = redis.call('GET', KEYS[1])
if ARGV[1] == 'begin' then
    if now == 'done' then return 2 end
    if now then return 1 end
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
elseif ARGV[1] == 'done' then
    redis.call('SET', KEYS[1], 'done', 'PX', ARGV[3])
elseif ARGV[1] == 'renew' then
    -- A Redis that has lost it takes it anew, or a second one would begin beside the first.
    if now == ARGV[2] or not now then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
elseif now == ARGV[2] then
    redis.call('DEL', KEYS[1])
end
return 0",
    )
});

const EVICTS: ClaimsError = ClaimsError::new(
    "this Redis forgets keys when its memory is full, so it can't hold claims; set `maxmemory-policy noeviction`",
);

const LEASE_BOUNDS: ClaimsError =
    ClaimsError::new("the lease of claims in Redis must be 1 ms to 1 day; leave it at 60 s");

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
