//! The recorded conversations (`tests/fixtures/protocols`, made by `scripts/protocol-fixtures`).

use crate::common;
use std::path::{Path, PathBuf};

use session::model::{MessageColumns, MessageLog, Messages, Session};
use session::protocols::{Analyze, Analyzer, Handshake, Recognition, Sample, recognize};

/// Environment variable that makes tests write their expected files instead of comparing them.
const BLESS: &str = "REPLAYSCOPE_BLESS";

/// The sockets of one fixture.
pub(super) struct Fixture {
    pub(super) name: String,
    /// The file as it is.
    pub(super) bytes: Vec<u8>,
    session: Session,
}

/// A socket of a fixture, with its messages.
pub(super) struct RecordedSocket<'a> {
    pub(super) handshake: Handshake<'a>,
    pub(super) log: MessageLog<'a>,
}

/// All fixtures by name.
pub(super) fn fixtures() -> Vec<Fixture> {
    let folder = manifest_folder().join("tests/fixtures/protocols");
    let files = std::fs::read_dir(&folder).expect("the folder of the fixtures");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "har"));
    paths.sort();
    paths.iter().map(|path| open(path)).collect()
}

fn open(path: &Path) -> Fixture {
    let bytes = std::fs::read(path).expect("a fixture");
    let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
    let session = common::open((&format!("{name}.har"), &bytes), &[], 4096).expect("a session");
    Fixture { name, bytes, session }
}

impl Fixture {
    pub(super) fn sockets(&self) -> impl Iterator<Item = RecordedSocket<'_>> {
        self.session.records.iter().filter_map(|record| {
            let socket = record.socket()?;
            let Messages::Inline(columns) = &socket.messages else { return None };
            let handshake = Handshake {
                url: (&*record.url).into(),
                subprotocol: socket.protocol.as_deref().map(Into::into),
            };
            Some(RecordedSocket { handshake, log: self.log(columns) })
        })
    }

    fn log<'a>(&'a self, columns: &'a MessageColumns) -> MessageLog<'a> {
        MessageLog { bytes: &self.session.bytes, columns }
    }
}

impl RecordedSocket<'_> {
    /// The protocol that the socket is recognized as.
    pub(super) fn recognition(&self) -> Option<Recognition> {
        recognize(&self.handshake, &Sample::of(self.log))
    }

    /// The analysis of all messages by the recognized protocol, made in slices of that many
    /// messages; `None` if none is recognized.
    pub(super) fn analyzer(&self, slice: usize) -> Option<Analyzer> {
        let sample = Sample::of(self.log);
        let mut analyzer = Analyzer::new(self.recognition()?.protocol, &self.handshake, &sample);
        while analyzer.advance(self.log, slice) {}
        Some(analyzer)
    }

    /// The messages from `first` on, as a recording has them that began later.
    pub(super) fn columns_from(&self, first: u32) -> MessageColumns {
        let mut columns = MessageColumns::default();
        for index in self.indexes().skip(first as usize) {
            columns.push(self.log.columns.get(index as usize).expect("a message"));
        }
        columns
    }

    /// The same socket with other messages of the same file.
    pub(super) fn with_columns<'c>(&'c self, columns: &'c MessageColumns) -> RecordedSocket<'c> {
        let log = MessageLog { bytes: self.log.bytes, columns };
        RecordedSocket { handshake: self.handshake.clone(), log }
    }

    pub(super) fn indexes(&self) -> std::ops::Range<u32> {
        0..self.log.len() as u32
    }
}

/// Compares a text with a file of the repository, or writes the file if `REPLAYSCOPE_BLESS` is set.
pub(super) fn assert_file(path: &str, actual: &str) {
    let file = manifest_folder().join(path);
    if std::env::var_os(BLESS).is_some() {
        std::fs::write(&file, actual).expect("a writable file");
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = expected.lines().zip(actual.lines()).find(|(expected, actual)| expected != actual);
    if let Some((expected, actual)) = differs {
        panic!("{path} is out of date\nexpected: {expected}\n  actual: {actual}\n{BLESS}=1 rewrites it");
    }
    assert!(expected == actual, "{path} is out of date: its length differs; {BLESS}=1 rewrites it");
}

fn manifest_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
