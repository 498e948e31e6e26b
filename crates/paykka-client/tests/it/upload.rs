//! Uploads: from whatever holds a file, with what is signed, refused, told on the way, and sent again.

use std::fs;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use paykka_client::FileSource;
use paykka_emulator::{Emulator, Fault, FaultRule};
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};

use crate::double;
use crate::world::{builder, emulator, tls_client};

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at * 7 % 251).unwrap()).collect()
}

fn uploads(emulator: &Emulator) -> usize {
    emulator.requests().iter().filter(|seen| seen.operation == Some("file.upload")).count()
}

#[tokio::test]
async fn the_same_file_from_path_bytes_and_reader_has_the_same_digest() {
    let emulator = emulator().await;
    let client = tls_client(&emulator);
    let folder = tempfile::tempdir().unwrap();
    // Over a piece's border, with what a boundary looks like inside.
    let mut bytes = content(300_000);
    bytes.extend_from_slice(b"\r\n--paykka-00--\r\n");
    let path = folder.path().join("contract.pdf");
    fs::write(&path, &bytes).unwrap();
    let sources = [
        FileSource::from(bytes.clone()),
        FileSource::path(&path),
        FileSource::reader(io::Cursor::new(bytes.clone())),
        FileSource::reader(tokio::fs::File::open(&path).await.unwrap()),
    ];
    let mut descriptions = Vec::new();
    for source in sources {
        let answer = client.files().upload("contract.pdf", source).await.unwrap();
        assert!(answer.request().body().starts_with(b"{\"filename\":\"contract.pdf\",\"sha256\":\""));
        descriptions.push(answer.request().body().clone());
    }
    // The emulator has compared the digest with the file each time.
    assert!(descriptions.windows(2).all(|pair| pair[0] == pair[1]), "{descriptions:?}");
    let other = client.files().upload("contract.pdf", b"other".to_vec()).await.unwrap();
    assert_ne!(*other.request().body(), descriptions[0]);
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    let emulator = emulator().await;
    let client = tls_client(&emulator);
    let file = tempfile::NamedTempFile::new().unwrap();
    for source in
        [FileSource::from(Vec::new()), FileSource::path(file.path()), FileSource::reader(tokio::io::empty())]
    {
        client.files().upload("empty.txt", source).await.unwrap();
    }
}

#[tokio::test]
async fn names_with_quotes_and_other_letters_arrive_and_line_ends_are_refused() {
    let emulator = emulator().await;
    let client = tls_client(&emulator);
    for name in ["a\"b.pdf", "合同.pdf", "ü ß.pdf", "a\\b.pdf", "a;b=c.pdf", "a%22b.pdf", "--x--", "'"] {
        let answer = client.files().upload(name, b"test".to_vec()).await;
        let answer = answer.unwrap_or_else(|error| panic!("{name}: {error}"));
        let meta: serde_json::Value = serde_json::from_slice(answer.request().body()).unwrap();
        assert_eq!(meta["filename"], name);
    }
    let before = uploads(&emulator);
    for name in ["a\rb", "a\nb", "a\r\nContent-Type: x\r\n\r\n", "a\0b", " a", "a\u{202e}fdp.exe"] {
        let error = client.files().upload(name, b"test".to_vec()).await.unwrap_err();
        assert!(error.is_invalid() && error.to_string().contains("$.filename"), "{name:?}: {error}");
    }
    assert_eq!(uploads(&emulator), before, "nothing was sent");
}

/// What the form looks like on the wire: one head for each part, whatever the name is.
#[tokio::test]
async fn a_name_cant_leave_its_place_in_the_form() {
    let (client, log) = double::client(|_, _| (200, r#"{"file_id":7}"#.to_owned()));
    client.files().upload("a\"; name=\"meta", b"test".to_vec()).await.unwrap();
    let came = log.lock().unwrap()[0].clone();
    let form = String::from_utf8(came.body.to_vec()).unwrap();
    let content_type = came.headers["content-type"].to_str().unwrap();
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    assert_eq!(form.matches(&format!("--{boundary}\r\n")).count(), 2);
    assert!(form.ends_with(&format!("\r\ntest\r\n--{boundary}--\r\n")), "{form}");
    assert!(form.contains("name=\"file\"; filename=\"a%22; name=%22meta\"\r\n"), "{form}");
    client.files().upload("b", b"test".to_vec()).await.unwrap();
    assert_ne!(
        log.lock().unwrap()[1].headers["content-type"],
        came.headers["content-type"],
        "another boundary"
    );
}

#[tokio::test]
async fn what_is_too_large_is_found_before_anything_is_sent() {
    let emulator = emulator().await;
    let client = tls_client(&emulator);
    let file = tempfile::NamedTempFile::new().unwrap();
    // As long as it says, and on no disk.
    file.as_file().set_len(10 * 1024 * 1024 + 1).unwrap();
    let endless = FileSource::reader(tokio::io::repeat(7));
    for source in [FileSource::path(file.path()), endless, FileSource::from(vec![0; 10 * 1024 * 1024 + 1])] {
        let error = client.files().upload("large", source).await.unwrap_err();
        assert!(error.is_config() && !error.outcome_unknown(), "{error}");
        assert!(error.to_string().contains("larger than the platform takes"), "{error}");
    }
    let error = client.files().upload("small", b"12345".to_vec()).max_len(4).await.unwrap_err();
    assert!(error.to_string().contains("Upload::max_len"), "{error}");
    assert!(client.files().upload("small", b"1234".to_vec()).max_len(4).await.is_ok());
    assert_eq!(uploads(&emulator), 1);
    // What the transport's own limit keeps back is an error of settings, too.
    file.as_file().set_len(12 * 1024 * 1024).unwrap();
    let larger = client.files().upload("large", FileSource::path(file.path())).max_len(u64::MAX);
    let error = larger.await.unwrap_err();
    assert!(error.is_too_large() && error.is_config() && !error.outcome_unknown(), "{error}");
    assert_eq!(uploads(&emulator), 1);
}

#[tokio::test]
async fn the_largest_file_that_the_platform_takes_passes() {
    let emulator = emulator().await;
    let client = tls_client(&emulator);
    client.files().upload("full.bin", content(10 * 1024 * 1024)).await.unwrap();
}

#[tokio::test]
async fn what_the_platform_finds_too_large_says_so() {
    let (client, _log) = double::client(|_, _| (400, r#"{"ret_code":"010005"}"#.to_owned()));
    let error = client.files().upload("f", b"test".to_vec()).await.unwrap_err();
    assert!(error.is_file_too_large() && !error.outcome_unknown(), "{error}");
}

#[tokio::test]
async fn folders_missing_files_and_broken_readers_are_named_before_anything_is_sent() {
    let emulator = emulator().await;
    let client = tls_client(&emulator);
    let folder = tempfile::tempdir().unwrap();
    let of = |source: FileSource| client.files().upload("f", source).into_future();
    for (source, says) in [
        (FileSource::path(folder.path()), "isn't a regular file"),
        (FileSource::path(folder.path().join("none")), "No such file"),
        (FileSource::path(Path::new("/dev/zero")), "isn't a regular file"),
        (FileSource::reader(Broken), "the tape is torn"),
    ] {
        let error = of(source).await.unwrap_err();
        assert!(error.is_config() && !error.outcome_unknown(), "{error}");
        assert!(error.to_string().contains("can't be read; nothing was sent"), "{error}");
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains(says), "{cause}");
    }
    assert_eq!(uploads(&emulator), 0);
}

/// A reader that gives a little and then fails.
struct Broken;

impl AsyncRead for Broken {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Err(io::Error::other("the tape is torn")))
    }
}

#[tokio::test]
async fn progress_grows_to_the_end_and_begins_anew_with_each_attempt() {
    let emulator = emulator().await;
    let client = tls_client(&emulator);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    fs::write(&path, content(1_000_000)).unwrap();
    for source in [FileSource::path(&path), FileSource::from(content(1_000_000))] {
        let told = told(client.files().upload("f", source)).await;
        assert!(told.windows(2).all(|pair| pair[0] < pair[1]), "{told:?}");
        assert_eq!((told.last(), told.len() >= 10), (Some(&1_000_000), true), "{told:?}");
    }
    // The connection is reset when all was read; then it goes through.
    let rule = FaultRule { operation: Some("file.upload".into()), fault: Fault::ResetBefore, times: Some(2) };
    emulator.add_rule(rule).unwrap();
    let before = uploads(&emulator);
    let told = told(client.files().upload("f", FileSource::path(&path))).await;
    let starts = told.windows(2).filter(|pair| pair[0] >= pair[1]).count();
    assert_eq!((starts, told.last(), uploads(&emulator) - before), (2, Some(&1_000_000), 3), "{told:?}");
}

/// What an upload that succeeds tells of its progress.
async fn told(upload: paykka_client::Upload<'_>) -> Vec<u64> {
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&told);
    let upload = upload.on_progress(move |sent, all| {
        assert_eq!(all, 1_000_000);
        seen.lock().unwrap().push(sent);
    });
    upload.await.unwrap();
    let told = told.lock().unwrap();
    told.clone()
}

/// Changes a file when the first byte of it is on its way.
async fn changed_on_the_way(
    change: impl Fn(&Path) + Send + Sync + 'static,
) -> (paykka_client::Error, Emulator) {
    let emulator = emulator().await;
    let client = builder(&emulator.http_url()).build().unwrap();
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let path = folder.path().join("f");
    fs::write(&path, content(2_000_000)).unwrap();
    let changed = path.clone();
    let upload = client.files().upload("f", FileSource::path(&path)).max_attempts(1);
    let error = upload.on_progress(move |_, _| change(&changed)).await.unwrap_err();
    (error, emulator)
}

#[tokio::test]
async fn a_file_that_changes_between_the_two_reads_is_refused_by_its_digest() {
    let other = |path: &Path| {
        let mut bytes = content(2_000_000);
        bytes[1_999_999] ^= 1;
        // In place: the upload holds the file open.
        fs::write(path, bytes).unwrap();
    };
    let (error, emulator) = changed_on_the_way(other).await;
    assert!(error.is_invalid_parameters() && !error.outcome_unknown(), "{error}");
    let files = emulator.objects(crate::world::MERCHANT)["files"].clone();
    assert!(files.as_object().is_none_or(serde_json::Map::is_empty), "nothing is kept: {files}");
    // One that grew is cut to what was announced, so it is right as far as it goes.
    let grown = |path: &Path| {
        let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
        io::Write::write_all(&mut file, b"more").unwrap();
    };
    let emulator = crate::world::emulator().await;
    let client = tls_client(&emulator);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    fs::write(&path, content(2_000_000)).unwrap();
    let changed = path.clone();
    let upload = client.files().upload("f", FileSource::path(&path)).on_progress(move |_, _| grown(&changed));
    upload.await.unwrap();
}

#[tokio::test]
async fn a_file_that_becomes_shorter_is_an_error_that_says_so() {
    let (error, emulator) = changed_on_the_way(|path| {
        fs::OpenOptions::new().write(true).open(path).unwrap().set_len(1_000).unwrap();
    })
    .await;
    assert!(!error.outcome_unknown() && error.api().is_none(), "{error}");
    let mut cause = std::error::Error::source(&error);
    let mut causes = error.to_string();
    while let Some(inner) = cause {
        causes.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    assert!(causes.contains("the file has become shorter"), "{causes}");
    assert_eq!(uploads(&emulator), 0);
}

/// A reader that waits between its pieces is read to its end.
#[tokio::test]
async fn a_slow_reader_is_read_to_its_end() {
    let emulator = emulator().await;
    let client = tls_client(&emulator);
    let (mut ours, theirs) = tokio::io::duplex(1_000);
    tokio::spawn(async move {
        for _ in 0..10 {
            ours.write_all(&content(5_000)).await.unwrap();
            tokio::task::yield_now().await;
        }
    });
    let whole: Vec<u8> = (0..10).flat_map(|_| content(5_000)).collect();
    let piecewise = client.files().upload("f", FileSource::reader(theirs)).await.unwrap();
    let at_once = client.files().upload("f", whole).await.unwrap();
    assert_eq!(piecewise.request().body(), at_once.request().body());
}
