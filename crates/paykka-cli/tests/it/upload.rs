//! `paykka upload`: a file goes there, and its number comes back verified.

use crate::desk::{assert_seen, stderr};
use crate::stage::stage_with_profile;

#[test]
fn a_file_comes_back_as_a_number() {
    let (desk, _emulator) = stage_with_profile(&[]);
    desk.put("contract.pdf", vec![b'x'; 300_000]);
    let (status, said) = desk.json(&["upload", "contract.pdf", "--profile", "emulator"]);
    assert_eq!((status, &said["filename"], &said["bytes"]), (0, &"contract.pdf".into(), &300_000.into()));
    assert!(!said["file_id"].is_null() && said["verified"]["key_id"] == "EMU-PLATFORM-1", "{said}");
    let piped = desk.run_with(&["upload", "-", "--filename", "a.pdf", "--profile", "emulator"], b"hello");
    assert!(piped.status.success() && piped.stderr.is_empty(), "{}", stderr(&piped));
}

#[test]
fn a_file_that_cannot_be_sent_is_named() {
    let (desk, _emulator) = stage_with_profile(&[]);
    assert_seen!("upload_absent", desk.seen(&["upload", "nowhere.pdf", "--profile", "emulator"]));
    assert_seen!("upload_folder", desk.seen(&["upload", ".config", "--profile", "emulator"]));
    assert_seen!("upload_unnamed", desk.seen(&["upload", "-", "--profile", "emulator"]));
    desk.put("large.pdf", vec![0; 11 * 1024 * 1024]);
    assert_seen!("upload_large", desk.seen(&["upload", "large.pdf", "--profile", "emulator"]));
}
