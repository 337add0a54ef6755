//! A bucket that cannot be reached, or answers late, with errors, or not to the end.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use super::common::{FAST, Watched, once};
use crate::support::bucket::{Bucket, Mode};
use crate::support::sessions::{batch, eventually, new_folder, request_record};

const STORE: &str = "s3://bucket/store";

fn name(number: u32) -> String {
    format!("https://shop.test/{number}")
}

fn one(number: u32) -> Vec<u8> {
    batch("s-1", number, &[("resources.jsonl", request_record(&name(number)))])
}

fn start(folder: &tempfile::TempDir, bucket: &Bucket) -> Watched {
    let mut arguments = FAST.to_vec();
    arguments.extend(["--store-timeout", "1s"]);
    Watched::start(folder, STORE, &arguments, &bucket.environment())
}

#[test]
fn a_bucket_that_fails_postpones_batches_and_loses_none() {
    let Some(mut bucket) = Bucket::start() else { return };
    let folder = new_folder();
    let watched = start(&folder, &bucket);
    assert_eq!(watched.post(&one(1)).status, 204);
    let mut number = 1;
    for mode in [Mode::SlowDown, Mode::Silence, Mode::Cut(20)] {
        number += 1;
        let failures = watched.metric("store_failures_total");
        bucket.set(mode);
        let started = Instant::now();
        watched.expect_postponed(&one(number));
        assert!(started.elapsed() < Duration::from_secs(6), "{mode:?} took {:?}", started.elapsed());
        assert_eq!(watched.ask("/readyz").status, 503, "{mode:?}");
        assert_eq!(watched.ask("/healthz").status, 200, "{mode:?}");
        assert_eq!(watched.server.get("/s/default/s-1/session.json").status, 503, "{mode:?}");
        assert!(watched.metric("store_failures_total") > failures, "{mode:?}");
        bucket.set(Mode::Pass);
        assert_eq!(watched.post(&one(number)).status, 204, "{mode:?}");
        eventually("it is ready again", || (watched.ask("/readyz").status == 200).then_some(()));
    }
    // Late is not wrong.
    number += 1;
    bucket.set(Mode::Late(Duration::from_millis(100)));
    assert_eq!(watched.post(&one(number)).status, 204);
    bucket.set(Mode::Pass);
    watched.expect_final("s-1");
    eventually("all batches are in the session", || {
        (watched.manifest("s-1")["received"]["sequences"] == json!([[1, number]])).then_some(())
    });
    assert_eq!(watched.names("s-1"), once((1..=number).map(name)), "each once");
    assert!(!watched.log().contains("secret"), "{}", watched.log());

    bucket.end();
    watched.expect_postponed(&one(number + 1));
    assert_eq!(watched.ask("/readyz").status, 503);
    // A server that cannot reach its store does not start, and says why.
    let output = Command::new(env!("CARGO_BIN_EXE_replayscope"))
        .args(["serve", "--listen", "127.0.0.1:0", "--store", STORE, "--store-timeout", "1s"])
        .envs(bucket.environment())
        .output()
        .expect("it ends");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains(STORE) && text.contains("the store failed") && !text.contains("secret"), "{text}");
}
