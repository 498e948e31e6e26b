//! Files that can't be written or read, and files of others: a clear error, and nothing lost.

use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use paykka_inbox::rusqlite::Connection;
use paykka_webhook::inbox::{EventState, Inbox as _, InboxError, Stored};

use crate::rig::{Rig, claim, delivery, numbered, payment};

const FILE: &str = "PAYKKA_TEST_FULL";

/// What the operator sees: what is wrong, why, and no body.
fn shown(error: &InboxError) -> String {
    let source = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    format!("{error} ({source})")
}

#[tokio::test]
#[cfg(unix)]
async fn a_full_disk_is_an_error_and_loses_nothing_that_was_stored() {
    let rig = Rig::new().await;
    rig.inbox.close().await;
    let program = std::env::current_exe().unwrap();
    let mut limited = Command::new("sh");
    // A file that may not grow is what a full disk is; 2,000 blocks are a megabyte or two.
    limited
        .args(["-c", r#"trap "" XFSZ; ulimit -f 2000; exec "$0" "$@""#])
        .arg(program)
        .args(["--exact", "file::child_that_fills_the_disk", "--ignored", "--nocapture"])
        .env(FILE, &rig.path)
        .stdin(Stdio::null());
    let ended = tokio::task::spawn_blocking(move || limited.output().unwrap()).await.unwrap();
    let said = String::from_utf8(ended.stdout).unwrap();
    let (stored, refused) =
        said.split_once("REFUSED ").unwrap_or_else(|| panic!("it was never full: {said}"));
    assert!(refused.starts_with("storage: the inbox's storage failed while storing a delivery"), "{refused}");
    let stored = stored.matches("STORED\n").count();
    assert!(stored > 3, "{said}");

    let inbox = rig.another().open().await.unwrap();
    let there = inbox.list(EventState::Waiting, 1_000).await.unwrap().len();
    assert_eq!(there, stored, "what was acknowledged, and nothing else");
    let refused = u64::try_from(stored).unwrap();
    assert_eq!(inbox.store(large(refused)).await.unwrap(), Stored::New, "there is space again");
    assert_eq!(claim(&inbox).await.unwrap().kept.body().len(), large(0).record().body.len());
}

#[tokio::test]
#[ignore = "a process of its own, which the test above begins"]
async fn child_that_fills_the_disk() {
    let Ok(file) = std::env::var(FILE) else { return };
    let inbox = paykka_inbox::SqliteInbox::builder(file).open().await.unwrap();
    for at in 0..1_000 {
        match inbox.store(large(at)).await {
            Ok(_) => println!("STORED"),
            Err(error) => {
                let kind = if error.is_storage() { "storage" } else { "another kind" };
                println!("REFUSED {kind}: {}", shown(&error));
                return;
            }
        }
    }
}

fn large(at: u64) -> paykka_webhook::inbox::Arrival {
    let body = payment(&format!("P{at:04}"), &"S".repeat(100_000), 0);
    numbered(&body, at)
}

#[tokio::test]
async fn a_file_that_may_only_be_read_is_refused() {
    let rig = Rig::new().await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    rig.inbox.close().await;
    // SQLite's own mark for a file that this version may read and not write; permissions don't hold for root.
    overwrite(&rig.path, 18, &[3]);
    let error = rig.another().open().await.unwrap_err();
    assert!(error.is_storage() && shown(&error).contains("readonly"), "{}", shown(&error));
    overwrite(&rig.path, 18, &[2]);
    let inbox = rig.another().open().await.unwrap();
    assert!(claim(&inbox).await.is_some());
}

#[tokio::test]
async fn a_folder_that_isnt_there_is_named_as_storage() {
    let rig = Rig::new().await;
    let error =
        paykka_inbox::SqliteInbox::builder(rig.folder.path().join("no/inbox.db")).open().await.unwrap_err();
    assert!(error.is_storage() && shown(&error).contains("No such file"), "{}", shown(&error));
}

#[tokio::test]
async fn a_damaged_file_is_a_clear_error() {
    let rig = Rig::new().await;
    for at in 0..50 {
        rig.store(&payment(&format!("P{at}"), "SUCCESS", 0)).await;
    }
    rig.inbox.close().await;
    let whole = std::fs::read(&rig.path).unwrap();

    overwrite(&rig.path, 0, &[0xA5; 512]);
    let error = rig.another().open().await.unwrap_err();
    assert!(error.is_damaged() && error.to_string().contains("backup"), "{}", shown(&error));

    std::fs::write(&rig.path, &whole).unwrap();
    let page = 4096;
    overwrite(&rig.path, page, &vec![0xA5; whole.len() - usize::try_from(page).unwrap()]);
    let error = match rig.another().open().await {
        Ok(inbox) => inbox.claim().await.unwrap_err(),
        Err(error) => error,
    };
    assert!(error.is_damaged(), "{}", shown(&error));
    assert!(!shown(&error).contains("SUCCESS"));

    std::fs::write(&rig.path, &whole).unwrap();
    assert_eq!(rig.another().open().await.unwrap().counts().await.unwrap().depth, 50);
}

#[tokio::test]
async fn a_body_that_isnt_the_stored_one_is_damage_and_holds_up_no_other_object() {
    let rig = Rig::new().await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    rig.store(&payment("P2", "SUCCESS", 0)).await;
    let sql = "UPDATE paykka_inbox_events SET body = x'7b7d' WHERE seq = 1";
    Connection::open(&rig.path).unwrap().execute(sql, []).unwrap();
    assert!(rig.inbox.claim().await.unwrap_err().is_damaged());
    assert_eq!(rig.handle().await.claim.object.id(), "P2");
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    let rig = Rig::new().await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    rig.inbox.close().await;
    Connection::open(&rig.path).unwrap().execute("UPDATE paykka_inbox_schema SET version = 99", []).unwrap();
    let error = rig.another().open().await.unwrap_err();
    let text =
        "the inbox has schema version 99, and this program knows 1; install the later version that wrote it";
    assert!(error.is_newer());
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn tables_of_another_program_under_our_names_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE paykka_inbox_schema (colour TEXT)").unwrap();
    let error = paykka_inbox::SqliteInbox::builder(&path).open().await.unwrap_err();
    assert!(error.is_damaged(), "{}", shown(&error));
}

#[tokio::test]
async fn it_shares_a_database_with_tables_of_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ours.db");
    let ours = Connection::open(&path).unwrap();
    ours.execute_batch("PRAGMA user_version = 7; CREATE TABLE bookings (id TEXT)").unwrap();
    let inbox = paykka_inbox::SqliteInbox::builder(&path).open().await.unwrap();
    inbox.store(delivery(&payment("P1", "SUCCESS", 0))).await.unwrap();
    let version: i64 = ours.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 7, "the program's own number");
}

#[tokio::test]
async fn whoever_waits_too_long_for_another_is_told_so() {
    let rig = Rig::new().await;
    let inbox = rig.another().patience(Duration::ZERO).open().await.unwrap();
    let other = Connection::open(&rig.path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let delivery = delivery(&payment("P1", "SUCCESS", 0));
    assert!(inbox.store(delivery.clone()).await.unwrap_err().is_busy());
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(inbox.store(delivery).await.unwrap(), Stored::New);
}

#[tokio::test]
async fn settings_that_cant_be_used_are_named() {
    let path = "/nowhere/inbox.db";
    let builder = || paykka_inbox::SqliteInbox::builder(path);
    let day = Duration::from_secs(24 * 60 * 60);
    for (builder, name) in [
        (builder().lease(Duration::from_millis(99)), "`lease`"),
        (builder().lease(day * 2), "`lease`"),
        (builder().attempts(0), "`attempts`"),
        (builder().pauses(Duration::from_secs(2), Duration::from_secs(1)), "`pauses`"),
        (builder().keep_events(day / 2), "`keep_events`"),
        (builder().keep_objects(day * 89), "`keep_objects`"),
    ] {
        let error = builder.open().await.unwrap_err();
        assert!(error.is_setting() && error.to_string().starts_with(name), "{error}");
    }
}

#[tokio::test]
#[cfg(unix)]
async fn its_files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let rig = Rig::new().await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    let modes = || -> Vec<u32> {
        let files = std::fs::read_dir(rig.folder.path()).unwrap();
        files.map(|file| file.unwrap().metadata().unwrap().permissions().mode() & 0o777).collect()
    };
    assert_eq!(modes(), [0o600; 3], "the database and SQLite's two files beside it");
    std::fs::set_permissions(&rig.path, std::fs::Permissions::from_mode(0o644)).unwrap();
    rig.another().open().await.unwrap();
    assert_eq!(modes(), [0o600; 3]);
}

/// POSIX takes all of a process's locks on a file when the process closes any handle on it; without them another process
/// could think that it is the last one here, and take the file `-wal` away.
#[tokio::test]
#[cfg(target_os = "linux")]
async fn opening_it_twice_in_one_process_keeps_the_locks_of_the_first() {
    use std::os::unix::fs::MetadataExt as _;

    let rig = Rig::new().await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    let inode = format!(":{} ", std::fs::metadata(&rig.path).unwrap().ino());
    let is_locked = || std::fs::read_to_string("/proc/locks").unwrap().contains(&inode);
    assert!(is_locked());
    let second = rig.another().open().await.unwrap();
    assert!(is_locked());
    second.close().await;
    assert!(is_locked());
    rig.inbox.close().await;
    assert!(!is_locked(), "this test sees them");
}

fn overwrite(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}
