//! A Redis that isn't what it should be: a replica that may not be written to, one that is full, and one behind something that answers
//! nonsense, or not at all. Each is "not now", never "new".

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use paykka_webhook::{Reason, RedisClaims};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{LEASE, Redis, connected, sharing, told, until};
use crate::world::{genuine, payment, post, signed};

#[tokio::test]
async fn a_redis_that_takes_no_writes_lets_nothing_in() {
    let (redis, master) = (Redis::start("noeviction"), Redis::start("noeviction"));
    let (receiver, calls) = sharing(connected(&redis, LEASE).await);
    let replica_of = format!("REPLICAOF 127.0.0.1 {}", master.address.port());
    for (round, (spoil, mend)) in
        [(&*replica_of, "REPLICAOF NO ONE"), ("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0")]
            .into_iter()
            .enumerate()
    {
        let message = signed(&payment(&format!("R{round}"), "SUCCESS"));
        assert_eq!(told(&redis, spoil), "+OK");
        for _ in 0..3 {
            assert_eq!(post(&receiver, &message).await, Reason::Claims, "{spoil}");
        }
        assert_eq!(calls.load(Ordering::SeqCst), round, "{spoil}");
        assert_eq!(told(&redis, mend), "+OK");
        until(|| async { post(&receiver, &message).await == Reason::Again }).await;
        assert_eq!(calls.load(Ordering::SeqCst), round + 1);
    }
}

#[tokio::test]
async fn nonsense_for_an_answer_lets_nothing_in() {
    let redis = Redis::start("noeviction");
    let (between, says) = between(redis.address).await;
    let builder = || RedisClaims::builder(format!("redis://{between}")).timeout(Duration::from_millis(200));
    let (receiver, calls) = sharing(builder().connect().await.unwrap());
    let message = genuine();
    for number in 0..NONSENSE.len() {
        says.store(number, Ordering::SeqCst);
        assert_eq!(post(&receiver, &message).await, Reason::Claims, "{number}");
    }
    assert!(builder().connect().await.is_err());
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    says.store(NONSENSE.len(), Ordering::SeqCst);
    until(|| async { post(&receiver, &message).await == Reason::Again }).await;
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

/// What stands between says instead of Redis; nothing is a silence.
const NONSENSE: [&[u8]; 8] = [
    b"+OK\r\n",
    b"$-1\r\n",
    b"*2\r\n:0\r\n:0\r\n",
    b"-ERR no such thing\r\n",
    b"$99999999999\r\n",
    b"HTTP/1.1 400 Bad Request\r\n\r\n",
    b"\0\xff\xfe",
    b"",
];

/// A way to Redis that can be told to answer itself: with the so-manieth nonsense, and with Redis's own words beyond the last.
async fn between(redis: SocketAddr) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let says = Arc::new(AtomicUsize::new(NONSENSE.len()));
    let telling = Arc::clone(&says);
    tokio::spawn(async move {
        while let Ok((peer, _)) = listener.accept().await {
            tokio::spawn(passed_on(peer, redis, Arc::clone(&telling)));
        }
    });
    (address, says)
}

/// Until either side hangs up.
async fn passed_on(peer: TcpStream, redis: SocketAddr, says: Arc<AtomicUsize>) -> std::io::Result<()> {
    let (mut from_redis, mut to_redis) = TcpStream::connect(redis).await?.into_split();
    let (mut from_peer, mut to_peer) = peer.into_split();
    let (mut asked, mut answered) = (vec![0; 16_384], vec![0; 16_384]);
    loop {
        tokio::select! {
            read = from_peer.read(&mut asked) => match (read?, NONSENSE.get(says.load(Ordering::SeqCst))) {
                (0, _) => return Ok(()),
                (_, Some(nonsense)) => to_peer.write_all(nonsense).await?,
                (len, None) => to_redis.write_all(&asked[..len]).await?,
            },
            read = from_redis.read(&mut answered) => match read? {
                0 => return Ok(()),
                len => to_peer.write_all(&answered[..len]).await?,
            },
        }
    }
}
