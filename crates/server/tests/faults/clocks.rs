//! Pages whose clocks are wrong.

use serde_json::{Value, json};

use super::common::{FAST, Watched};
use crate::support::path;
use crate::support::sessions::{batch, new_folder, request_record};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.expect("after 1970").as_millis()).expect("not so soon")
}

/// The batches of a session by a clock that is ahead by some milliseconds, the second before the first.
fn skewed(session: &str, ahead: i64) -> [Vec<u8>; 2] {
    let at = now_ms() + ahead;
    [2, 1].map(|number| {
        let mut record = request_record(&format!("https://shop.test/{number}"));
        // The page's clock says the reverse of the numbers.
        record["startTimeAbs"] = json!(at - i64::from(number) * 1000);
        let body = String::from_utf8(batch(session, number, &[("resources.jsonl", record)])).expect("UTF-8");
        let body = body.replace("\"startedAt\":1800000000000", &format!("\"startedAt\":{at}"));
        body.replacen('{', &format!("{{\"sentAt\":{at},"), 1).into_bytes()
    })
}

#[test]
fn a_clock_that_is_wrong_by_a_day_neither_delays_a_session_nor_puts_it_above_all_others() {
    let folder = new_folder();
    let watched = Watched::start(&folder, &path(&folder, "store"), &FAST, &[]);
    let sessions = [("ahead", DAY_MS), ("right", 0), ("behind", -DAY_MS)];
    for (session, ahead) in sessions {
        for body in skewed(session, ahead) {
            assert_eq!(watched.post(&body).status, 204);
        }
    }
    for (session, ahead) in sessions {
        // Idleness is that of the store's clock.
        watched.expect_final(session);
        let manifest = watched.manifest(session);
        assert_eq!(manifest["received"]["sequences"], json!([[1, 2]]));
        let difference = manifest["received"]["clockDifference"].as_i64().unwrap_or_default();
        assert!((difference - ahead).abs() < DAY_MS / 24, "{session} is {difference} ms ahead");
        assert_eq!(manifest["sentAt"], Value::Null);
        let path = manifest["files"]["resources"]["path"].as_str().expect("a path");
        let file = watched.server.get(&format!("/s/default/{session}/{path}"));
        let mut text = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(file.body.as_slice()), &mut text)
            .expect("gzip");
        let names: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["name"].clone())
            .collect();
        assert_eq!(names, ["https://shop.test/1", "https://shop.test/2"], "in the order of their numbers");
    }
    let list = watched.server.get("/sessions.json").json();
    let ids: Vec<&Value> =
        list["sessions"].as_array().expect("a list").iter().map(|row| &row["id"]).collect();
    assert_eq!(ids, ["right", "ahead", "behind"], "a time in the future counts as that of the receipt");
    let received = list["sessions"][1]["receivedFirstAt"].as_i64().expect("a time");
    assert!((now_ms() - received).abs() < DAY_MS / 24, "by the server's clock");
    assert_eq!(watched.metric("store_failures_total"), 0, "{}", watched.log());
}
