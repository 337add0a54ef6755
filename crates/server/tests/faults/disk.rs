//! A disk that is full, or almost.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::read::GzDecoder;
use serde_json::json;
use tempfile::TempDir;

use super::common::{FAST, SLOW, Watched, once};
use crate::support::path;
use crate::support::sessions::{batch, eventually, files_below, new_folder, request_record};

/// A small disk of its own, which ends with the test.
struct Disk {
    folder: TempDir,
}

impl Disk {
    /// `None`, with a message, where this user may not mount one.
    fn mount(bytes: u64) -> Option<Self> {
        let folder = new_folder();
        let options = format!("size={bytes}");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "replayscope-test"]).arg(folder.path());
        let mounted = mount.output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self { folder });
        }
        eprintln!("No disk can be mounted, which takes root: the tests with a full disk are skipped");
        None
    }

    fn store(&self) -> String {
        path(&self.folder, "store")
    }

    /// A file that takes room.
    fn ballast(&self) -> PathBuf {
        self.folder.path().join("ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // A server that has not ended yet holds no file open for longer than a request.
        let _ = Command::new("umount").arg("--lazy").arg(self.folder.path()).status();
    }
}

/// Characters that gzip cannot shorten much.
fn noise(seed: u32, length: usize) -> String {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        char::from(b'!' + (state % 90) as u8)
    };
    (0..length).map(|_| next()).filter(|character| !matches!(character, '"' | '\\')).collect()
}

fn name(number: u32) -> String {
    format!("https://shop.test/{number}")
}

/// A batch of about 60 kB.
fn large_batch(number: u32) -> Vec<u8> {
    let mut record = request_record(&name(number));
    record["noise"] = json!(noise(number, 60_000));
    batch("s-1", number, &[("resources.jsonl", record)])
}

/// The files below a folder that readers see: not those that a write has begun.
fn visible_files(folder: &Path) -> Vec<PathBuf> {
    let is_visible = |path: &PathBuf| !path.to_string_lossy().contains('#');
    files_below(folder).into_iter().filter(is_visible).collect()
}

#[test]
fn a_full_disk_postpones_batches_and_loses_none() {
    let Some(disk) = Disk::mount(4 << 20) else { return };
    let logs = new_folder();
    let mut arguments = FAST.to_vec();
    // Even the last byte is used.
    arguments.extend(["--min-free-bytes", "0"]);
    fs::write(disk.ballast(), vec![1; 3 << 20]).expect("it has room");
    let watched = Watched::start(&logs, &disk.store(), &arguments, &[]);
    let mut number = 0;
    while watched.post(&large_batch(number + 1)).status == 204 {
        number += 1;
        assert!(number < 100, "the disk is never full");
    }
    assert!(number > 3, "only {number} batches have room\n{}", watched.log());
    let refused = large_batch(number + 1);
    watched.expect_postponed(&refused);
    assert!(watched.log().contains("the store is full"), "{}", watched.log());
    assert!(watched.metric("store_failures_total") > 0);
    assert_eq!(watched.ask("/healthz").status, 200);
    assert_eq!(watched.names("s-1"), once((1..=number).map(name)), "what was acknowledged can be read");

    fs::remove_file(disk.ballast()).expect("it is deleted");
    assert_eq!(watched.post(&refused).status, 204);
    watched.expect_final("s-1");
    assert_eq!(watched.names("s-1"), once((1..=number + 1).map(name)));
    assert_eq!(watched.manifest("s-1")["received"]["sequences"], json!([[1, number + 1]]));
    let is_complete = |file: &PathBuf| {
        let content = fs::read(file).expect("a file");
        let mut text = Vec::new();
        GzDecoder::new(content.as_slice()).read_to_end(&mut text).is_ok()
    };
    // In folders that the server writes no more to: a sweep deletes the others.
    let packed = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "gz");
    let sessions: Vec<_> = visible_files(&Path::new(&disk.store()).join("sessions/default/s-1"));
    let cut: Vec<_> = sessions.iter().filter(|file| packed(file) && !is_complete(file)).collect();
    assert!(sessions.len() > 2 && cut.is_empty(), "{cut:?}");
}

#[test]
fn batches_are_postponed_before_a_disk_is_full_and_sessions_can_be_deleted() {
    let Some(disk) = Disk::mount(4 << 20) else { return };
    let logs = new_folder();
    let mut arguments = SLOW.to_vec();
    arguments.extend(["--min-free-bytes", "1000000"]);
    let watched = Watched::start(&logs, &disk.store(), &arguments, &[]);
    assert_eq!(watched.post(&large_batch(1)).status, 204);
    assert_eq!(watched.ask("/readyz").status, 200);
    assert_eq!(watched.metric("store_disk_bytes"), 4 << 20);

    fs::write(disk.ballast(), vec![1; 7 << 19]).expect("it has room");
    eventually("the server sees that the disk is almost full", || {
        (watched.ask("/readyz").status == 503).then_some(())
    });
    watched.expect_postponed(&large_batch(2));
    assert!(watched.ask("/readyz").text().contains("almost full"));
    assert!(watched.metric("store_free_bytes") < 1_000_000);
    assert!(watched.log().contains("no batches are taken"), "{}", watched.log());
    assert_eq!(watched.names("s-1"), once([name(1)]), "sessions can be read");
    let host = format!("Host: {}\r\n", watched.server.host());
    assert_eq!(watched.server.request("DELETE", "/s/default/s-1", &host, b"").status, 204);

    fs::remove_file(disk.ballast()).expect("it is deleted");
    eventually("the server takes batches again", || (watched.ask("/readyz").status == 200).then_some(()));
    assert_eq!(watched.post(&batch("s-2", 1, &[])).status, 204);
}

#[test]
fn a_server_without_room_says_so_from_the_beginning() {
    let folder = new_folder();
    // More than any disk has.
    let mut arguments = SLOW.to_vec();
    arguments.extend(["--min-free-bytes", "9000000000000000000"]);
    let watched = Watched::start(&folder, &path(&folder, "store"), &arguments, &[]);
    watched.expect_postponed(&batch("s-1", 1, &[]));
    assert_eq!((watched.ask("/readyz").status, watched.ask("/healthz").status), (503, 200));
    assert_eq!(watched.server.get("/sessions.json").status, 200);
}
