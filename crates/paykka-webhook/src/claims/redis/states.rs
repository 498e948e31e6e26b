//! What was handled last of each object, in Redis. It is believed only as long as nothing can have been missed: not after a handler
//! that nobody saw end, and not after Redis was restarted or another one became the master, which may know what was true before.

use std::sync::LazyLock;
use std::time::Duration;

use ::redis::Script;
use paykka_sign::sha256;

use super::{RedisClaims, millis};
use crate::claims::{ClaimsFuture, Past, SharedStates, Taken, Ticket};
use crate::{Content, DeliveryId, Last, ObjectKey, Status};

impl SharedStates for RedisClaims {
    fn take<'a>(&'a self, object: &'a ObjectKey, ticket: Ticket) -> ClaimsFuture<'a, Taken> {
        Box::pin(async move {
            let mut script = TAKE.prepare_invoke();
            script.key(self.key(object, "by")).key(self.key(object, "last"));
            script.arg(ticket.number()).arg(millis(self.lease)).arg(millis(KEEP));
            let row: Option<Row> = self.line.run(&script).await?;
            Ok(row.map_or(Taken::Held, |row| Taken::Ours(past(object, row))))
        })
    }

    fn renew<'a>(&'a self, object: &'a ObjectKey, ticket: Ticket) -> ClaimsFuture<'a, ()> {
        Box::pin(async move {
            let mut script = RENEW.key(self.key(object, "by"));
            script.arg(ticket.number()).arg(millis(self.lease));
            self.line.run(&script).await
        })
    }

    fn give_back<'a>(
        &'a self,
        object: &'a ObjectKey,
        ticket: Ticket,
        last: Option<&'a Last>,
    ) -> ClaimsFuture<'a, ()> {
        Box::pin(async move {
            let mut script = GIVE_BACK.prepare_invoke();
            script.key(self.key(object, "by")).key(self.key(object, "last"));
            script.arg(ticket.number()).arg(millis(KEEP));
            if let Some(last) = last {
                script.arg(last.content.as_bytes().as_slice());
                script.arg(word(last.status.as_ref())).arg(word(last.furthest.as_ref()));
                script.arg(last.furthest.as_ref().and_then(Status::rank).map_or(-1, i16::from));
            }
            self.line.run(&script).await
        })
    }
}

impl RedisClaims {
    /// One slot for both keys of an object, and nothing in them that tells whose it is.
    fn key(&self, object: &ObjectKey, what: &str) -> String {
        let (merchant, id) = (object.merchant(), object.id());
        let name = format!("{}:{merchant}:{}:{id}", merchant.len(), object.kind().info().name);
        let digest = DeliveryId::from_bytes(sha256(name.as_bytes()));
        format!("{}object:{{{digest}}}:{what}", self.prefix)
    }
}

/// Whether it is sure; content, status and furthest status.
type Row = (bool, Option<Vec<u8>>, Option<String>, Option<String>);

fn past(object: &ObjectKey, (is_sure, content, status, furthest): Row) -> Past {
    let content = content.and_then(|bytes| bytes.try_into().ok()).map(Content::from_bytes);
    let status_of = |word: Option<String>| {
        word.filter(|word| !word.is_empty()).map(|word| Status::new(object.kind(), &word))
    };
    let last = content.map(|content| Last::new(content, status_of(status), status_of(furthest)));
    Past { last, is_sure }
}

/// What is judged by. Nothing follows from a word that isn't known, and it may be as long as a body.
fn word(status: Option<&Status>) -> &str {
    status.filter(|status| status.rank().is_some()).map_or("", Status::as_str)
}

/// As long as the platform may speak of an object again (I).
const KEEP: Duration = Duration::from_secs(90 * 86_400);

/// `by` is who took it last, and `run` the history of Redis in which the rest was sure. Redis may come up without what was written
/// last, or become the master again after one that lacked it, so what it knew in another history may have been followed by something
/// else. It names each history anew: with every start, and whenever a replica becomes the master.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return false end
local run = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
local was = redis.call('HMGET', KEYS[2], 'run', 'content', 'status', 'furthest')
redis.call('HSET', KEYS[2], 'by', ARGV[1], 'run', '')
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return {was[1] == run and 1 or 0, was[2], was[3], was[4]}",
    )
});

static RENEW: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local now = redis.call('GET', KEYS[1])
if now == ARGV[1] or not now then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return 0",
    )
});

static GIVE_BACK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
-- If somebody took it while we had it, neither they nor we know who was last. How far it came is known all the same.
local alone = redis.call('HGET', KEYS[2], 'by') == ARGV[1]
local run = ''
if ARGV[3] then
    if alone then run = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)') end
    redis.call('HSET', KEYS[2], 'content', ARGV[3], 'status', ARGV[4])
    if alone or tonumber(ARGV[6]) > tonumber(redis.call('HGET', KEYS[2], 'rank') or -1) then
        redis.call('HSET', KEYS[2], 'furthest', ARGV[5], 'rank', ARGV[6])
    end
end
redis.call('HSET', KEYS[2], 'by', '', 'run', run)
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 0",
    )
});
