//! Batches that nothing can be made of, and sessions that cannot be read: others go on, and nothing of them is lost.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::common::{FAST, Watched, once};
use crate::support::path;
use crate::support::sessions::{batch, eventually, files_below, new_folder, request_record};

fn one(session: &str, number: u32) -> Vec<u8> {
    let name = format!("https://shop.test/{number}");
    batch(session, number, &[("resources.jsonl", request_record(&name))])
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).expect("memory");
    packed.finish().expect("memory")
}

/// Writes a batch into the inbox past the server.
fn put_by_hand(store: &str, session: &str, number: u32, content: &[u8]) -> PathBuf {
    let folder = Path::new(store).join("inbox/00/default").join(session);
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(format!("{number:010}-00000000000000ab.jsonl.gz"));
    fs::write(&path, content).expect("a file");
    path
}

#[test]
fn batches_that_cannot_be_read_are_set_aside_and_the_others_become_a_session() {
    let folder = new_folder();
    let store = path(&folder, "store");
    let watched = Watched::start(&folder, &store, &FAST, &[]);
    let poisons = [
        ("no gzip", b"not a batch".to_vec()),
        ("no JSON", gzip(b"{\"session\":")),
        ("of another session", gzip(&one("other", 2))),
        ("larger than a batch may be", gzip(&vec![b' '; 65 << 20])),
        ("nested too deep", gzip(&[one("s", 2), b"[".repeat(1 << 20)].concat())),
        ("cut off", {
            let mut cut = gzip(&one("s", 2));
            cut.truncate(20);
            cut
        }),
        ("empty", Vec::new()),
    ];
    for (index, (_, content)) in poisons.iter().enumerate() {
        let session = format!("s-{index}");
        put_by_hand(&store, &session, 2, content);
        for number in [1, 3] {
            assert_eq!(watched.post(&one(&session, number)).status, 204);
        }
    }
    assert_eq!(watched.post(&one("healthy", 1)).status, 204);
    watched.expect_final("healthy");
    for (index, (what, content)) in poisons.iter().enumerate() {
        let session = format!("s-{index}");
        watched.expect_final(&session);
        let manifest = watched.manifest(&session);
        assert_eq!(manifest["received"]["unreadable"], json!([2]), "{what}: {manifest}");
        let names = [1, 3].map(|number| format!("https://shop.test/{number}"));
        assert_eq!(watched.names(&session), once(names), "{what}");
        let aside = Path::new(&store).join("sessions/default").join(&session).join("set-aside");
        let kept: Vec<Vec<u8>> =
            files_below(&aside).iter().map(|file| fs::read(file).expect("a file")).collect();
        assert_eq!(kept, std::slice::from_ref(content), "{what}: its bytes are kept");
    }
    let inbox = Path::new(&store).join("inbox");
    eventually("the inbox is empty", || files_below(&inbox).is_empty().then_some(()));
}

#[test]
fn a_session_whose_manifest_is_damaged_holds_up_no_other_and_keeps_its_batches() {
    let folder = new_folder();
    let store = path(&folder, "store");
    let watched = Watched::start(&folder, &store, &FAST, &[]);
    assert_eq!(watched.post(&one("damaged", 1)).status, 204);
    watched.expect_final("damaged");
    let manifest = Path::new(&store).join("sessions/default/damaged/session.json");
    let intact = fs::read(&manifest).expect("a manifest");
    fs::write(&manifest, &intact[..intact.len() / 2]).expect("a file");

    assert_eq!(watched.post(&one("damaged", 2)).status, 204, "what is stored is acknowledged");
    assert_eq!(watched.post(&one("healthy", 1)).status, 204);
    watched.expect_final("healthy");
    assert_eq!(watched.server.get("/s/default/damaged/session.json").status, 503);
    eventually("the log names the session", || {
        watched.log().contains("session default/damaged").then_some(())
    });
    assert!(watched.metric("store_failures_total") > 0);
    assert_eq!(watched.ask("/readyz").status, 200, "the store itself can be read");

    // The operator restores the manifest; another batch makes the server try again.
    fs::write(&manifest, &intact).expect("a file");
    assert_eq!(watched.post(&one("damaged", 3)).status, 204);
    eventually("all batches are in the session", || {
        (watched.manifest("damaged")["received"]["sequences"] == json!([[1, 3]])).then_some(())
    });
    let names = [1, 2, 3].map(|number| format!("https://shop.test/{number}"));
    assert_eq!(watched.names("damaged"), once(names));
}

#[test]
fn names_that_are_no_batches_are_left_alone() {
    let folder = new_folder();
    let store = path(&folder, "store");
    let watched = Watched::start(&folder, &store, &FAST, &[]);
    let strange = Path::new(&store).join("inbox/00/default/s-1/README.txt");
    fs::create_dir_all(strange.parent().expect("a folder")).expect("a folder");
    fs::write(&strange, "left by someone").expect("a file");
    assert_eq!(watched.post(&one("s-1", 1)).status, 204);
    watched.expect_final("s-1");
    let batches = || files_below(&Path::new(&store).join("inbox"));
    eventually("the batch is deleted", || (batches() == [strange.clone()]).then_some(()));
    assert_eq!(watched.metric("store_failures_total"), 0, "{}", watched.log());
}
