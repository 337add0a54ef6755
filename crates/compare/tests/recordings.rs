//! The comparison over recordings that real tools made: the fixtures, and the corpus where
//! `REPLAYSCOPE_CORPUS` names a folder of them.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use compare::{Comparer, Comparison, NOISE_HEADERS, Noise, Pair, PairState};
use session::formats::{FORMATS, FileSelection, LoadStep, SessionLoader};
use session::model::Session;

/// Fewest fixtures that are one file with rows.
const MIN_FIXTURES: usize = 40;

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn fixtures() -> Vec<PathBuf> {
    let mut files = Vec::new();
    files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../session/tests/fixtures"), &mut files);
    files
}

/// The files of the corpus; none, with a message, if there is no corpus.
fn corpus() -> Vec<PathBuf> {
    let mut files = Vec::new();
    match std::env::var_os("REPLAYSCOPE_CORPUS") {
        Some(root) => files_below(Path::new(&root), &mut files),
        None => println!("REPLAYSCOPE_CORPUS is not set: the tests over real recordings are skipped"),
    }
    files
}

/// A recording that is one file, with rows; else `None`.
fn open(path: &Path) -> Option<Session> {
    let mut bytes = fs::read(path).expect("a file");
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).ok()?;
        bytes = plain;
    }
    let name = path.file_name()?.to_string_lossy().into_owned();
    let mut loader = SessionLoader::opening(FileSelection::One(name), FORMATS);
    loader.feed(&bytes).ok()?;
    let session = matches!(loader.finish(None), Ok(LoadStep::Done)).then(|| loader.into_session())?;
    (!session.records.is_empty()).then_some(session)
}

fn count(comparison: &Comparison, state: PairState) -> u32 {
    comparison.counts().of(state)
}

/// Compares recordings with themselves; returns how many there were.
fn check_with_themselves(files: &[PathBuf]) -> usize {
    let mut read = 0;
    for path in files {
        let Some(session) = open(path) else { continue };
        read += 1;
        let comparison = Comparer::run(&session, &session);
        let rows = session.records.len() as u32;
        let others: Vec<_> = comparison.pairs.iter().filter(|pair| pair.state() != PairState::Same).collect();
        assert_eq!(others, [] as [&Pair; 0], "{}", path.display());
        assert_eq!(count(&comparison, PairState::Same), rows, "{}", path.display());
        assert!(comparison.pairs.iter().all(|pair| pair.base == pair.other), "{}", path.display());
    }
    read
}

#[test]
fn a_recording_compared_with_itself_is_the_same() {
    let read = check_with_themselves(&fixtures());
    assert!(read >= MIN_FIXTURES, "only {read} fixtures were read");
}

#[test]
fn a_recording_of_the_corpus_compared_with_itself_is_the_same() {
    let files = corpus();
    let read = check_with_themselves(&files);
    assert!(files.is_empty() || read > 25, "only {read} recordings were read");
}

#[test]
fn exchanging_two_recordings_exchanges_missing_and_added() {
    let sessions: Vec<_> = fixtures().iter().filter_map(|path| open(path)).collect();
    for pair in sessions.windows(2) {
        let [one, two] = pair else { continue };
        let (there, back) = (Comparer::run(one, two), Comparer::run(two, one));
        let exchanged = |pair: &Pair| Pair { base: pair.other, other: pair.base, ..pair.clone() };
        let key = |pair: &Pair| (pair.base, pair.other);
        let mut there: Vec<_> = there.pairs.iter().map(exchanged).collect();
        let mut back = back.pairs;
        there.sort_by_key(key);
        back.sort_by_key(key);
        assert_eq!(there, back);
    }
}

#[test]
fn any_two_recordings_of_the_corpus_can_be_compared() {
    let sessions: Vec<_> = corpus().iter().filter_map(|path| open(path)).collect();
    for pair in sessions.windows(2) {
        let [one, two] = pair else { continue };
        let comparison = Comparer::run(one, two);
        let counts = comparison.counts();
        assert_eq!((counts.same + counts.changed + counts.missing) as usize, one.records.len());
        assert_eq!((counts.same + counts.changed + counts.added) as usize, two.records.len());
        for pair in &comparison.pairs {
            assert!(compare::pair_line(one, two, pair).is_some(), "every pair can be shown");
        }
    }
}

#[test]
fn every_header_that_does_not_count_is_documented() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/compare.md");
    let text = fs::read_to_string(path).expect("the documentation");
    for (name, noise) in NOISE_HEADERS {
        let row = match noise {
            Noise::All => "| never |",
            Noise::Value => "| only that one is there and the other is not |",
            Noise::CookieValues => "| only the names of the cookies |",
        };
        let line = text.lines().find(|line| line.starts_with(row)).expect("a row of the table");
        assert!(line.contains(&format!("`{name}`")), "{name} is not documented");
    }
}
