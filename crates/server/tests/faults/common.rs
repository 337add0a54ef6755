//! A server whose log and metrics are read, and what it has of a session.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::sessions::{eventually, post_batch};
use crate::support::{Answer, Server};

/// Compacts within a second of the last batch.
pub const FAST: [&str; 10] = [
    "--compact-every",
    "100ms",
    "--compact-idle",
    "300ms",
    "--compact-ended",
    "100ms",
    "--sweep-after",
    "300ms",
    "--catalog-every",
    "100ms",
];
/// Compacts nothing within a test.
pub const SLOW: [&str; 2] = ["--compact-every", "1h"];

/// A server with its log, and its address for the operator.
pub struct Watched {
    pub server: Server,
    log: PathBuf,
    admin: String,
}

impl Watched {
    pub fn start(folder: &TempDir, store: &str, arguments: &[&str], environment: &[(&str, String)]) -> Self {
        let log = folder.path().join("log");
        let listen = ["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--store", store];
        let server = Server::start_logged(&[listen.as_slice(), arguments].concat(), environment, &log);
        let admin = eventually("the log has the address of the metrics", || {
            let text = fs::read_to_string(&log).expect("the log");
            let (_, rest) = text.split_once("Metrics are at http://")?;
            Some(rest.split_once("/metrics")?.0.to_owned())
        });
        Self { server, log, admin }
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("the log")
    }

    /// The answer of an address for the operator.
    pub fn ask(&self, path: &str) -> Answer {
        let mut admin = std::net::TcpStream::connect(&self.admin).expect("it listens");
        std::io::Write::write_all(&mut admin, format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes())
            .expect("it is sent");
        Answer::read(admin)
    }

    pub fn metric(&self, name: &str) -> u64 {
        let text = self.ask("/metrics").text();
        let value = text.lines().find_map(|line| line.strip_prefix(&format!("replayscope_{name} ")));
        value.unwrap_or_else(|| panic!("{name} is missing in\n{text}")).parse().expect("a number")
    }

    pub fn post(&self, body: &[u8]) -> Answer {
        post_batch(&self.server, "", body)
    }

    /// Sends a batch that the server cannot take now, and expects that it says so.
    pub fn expect_postponed(&self, body: &[u8]) {
        let before = self.metric("batches_postponed_total");
        let answer = self.post(body);
        assert_eq!(answer.status, 503, "{}\n{}", answer.text(), self.log());
        let wait: u64 = answer.header("retry-after").expect("a time").parse().expect("seconds");
        assert!((1..=10).contains(&wait), "{wait}");
        assert_eq!(self.metric("batches_postponed_total"), before + 1);
    }

    /// The state of a session in the list, if it is there.
    pub fn state(&self, session: &str) -> Option<String> {
        let list = self.server.get("/sessions.json").json();
        let row = list["sessions"].as_array()?.iter().find(|row| row["id"] == session)?.clone();
        row["state"].as_str().map(str::to_owned)
    }

    /// Waits until a session has been compacted.
    pub fn expect_final(&self, session: &str) {
        eventually(&format!("{session} is compacted"), || {
            self.state(session).filter(|state| state == "final")
        });
    }

    pub fn manifest(&self, session: &str) -> Value {
        let answer = self.server.get(&format!("/s/default/{session}/session.json"));
        assert_eq!(answer.status, 200, "{}\n{}", answer.text(), self.log());
        answer.json()
    }

    /// The names of a session's requests, and how often each is there.
    pub fn names(&self, session: &str) -> BTreeMap<String, u32> {
        let manifest = self.manifest(session);
        let path = manifest["files"]["resources"]["path"].as_str().expect("a path");
        let file = self.server.get(&format!("/s/default/{session}/{path}"));
        assert_eq!(file.status, 200, "{}", file.head);
        let mut text = file.text();
        if Path::new(path).extension().is_some_and(|extension| extension == "gz") {
            text.clear();
            GzDecoder::new(file.body.as_slice()).read_to_string(&mut text).expect("gzip");
        }
        let mut names = BTreeMap::new();
        for line in text.lines() {
            let record: Value = serde_json::from_str(line).expect("a record");
            *names.entry(record["name"].as_str().expect("a name").to_owned()).or_default() += 1;
        }
        names
    }
}

/// The names that a session has when each of some batches is in it once.
pub fn once(names: impl IntoIterator<Item = String>) -> BTreeMap<String, u32> {
    names.into_iter().map(|name| (name, 1)).collect()
}
