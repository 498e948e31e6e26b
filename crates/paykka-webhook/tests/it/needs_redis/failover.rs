//! A Redis that is the master, a replica, and the master again, without ever being restarted, as a watch over several of them makes
//! of it. What was written last may have got lost on the way.

use paykka_webhook::{Reason, Turn};

use super::states::{Book, MINUTE, news, turn};
use super::{Redis, connected, told, until};
use crate::world::post;

#[tokio::test]
async fn what_got_lost_on_the_way_to_a_replica_and_back_leaves_no_repeat() {
    let (first, second) = (Redis::start("noeviction"), Redis::start("noeviction"));
    let book = Book::default();
    let receiver = book.receiver(connected(&first, MINUTE).await);
    assert_eq!(post(&receiver, &news("PROCESSING")).await, Reason::Handled);
    assert_eq!(post(&receiver, &news("PROCESSING")).await, Reason::Repeat);
    follow(&second, &first).await;
    assert_eq!(told(&second, "REPLICAOF NO ONE"), "+OK");
    // This one the new master never hears of.
    assert_eq!(post(&receiver, &news("SUCCESS")).await, Reason::Handled);
    follow(&first, &second).await;
    assert_eq!(told(&first, "REPLICAOF NO ONE"), "+OK");
    assert_eq!(post(&receiver, &news("PROCESSING")).await, Reason::Handled);
    assert_eq!(post(&receiver, &news("PROCESSING")).await, Reason::Repeat, "now it is known again");
    let turns = [
        turn("PROCESSING", Turn::Changed),
        turn("SUCCESS", Turn::Changed),
        // That it is a step back was lost, too.
        turn("PROCESSING", Turn::Changed),
    ];
    assert_eq!(book.taken(), turns);
}

/// Until `replica` holds what `master` holds.
async fn follow(replica: &Redis, master: &Redis) {
    assert_eq!(told(master, "CONFIG SET repl-diskless-sync-delay 0"), "+OK");
    assert_eq!(told(replica, &format!("REPLICAOF 127.0.0.1 {}", master.address.port())), "+OK");
    // `up` has two letters, and `down` four.
    let link =
        "EVAL \"return string.match(redis.call('INFO', 'replication'), 'master_link_status:(%a+)')\" 0";
    until(|| std::future::ready(told(replica, link) == "$2")).await;
}
