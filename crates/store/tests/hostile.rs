//! Bytes that no recorder wrote: they are refused, or stored as what they are.

mod common;

use bytes::Bytes;
use common::rng::Rng;
use common::{memory, project, read};
use serde_json::Value;
use store::{Batch, Limits, SessionKey, Settings};

const BATCH: &str = r#"{"session":"s","sequence":1,"page":"page-1","manifest":{"format":"replayscope/1","id":"s","pages":[{"url":"https://a.test/"}]}}
{"file":"console.jsonl","record":{"level":"log","args":["a\"b",1.5,{"c":[null]}]}}
{"file":"sockets/page-1-socket-1.jsonl","record":{"type":"sent","message":"\ud83d\u0000"}}
{"file":"sockets/page-1-socket-1.jsonl"}
"#;

/// A batch in which some bytes are replaced, removed, doubled or inserted.
fn mutated(rng: &mut Rng) -> Vec<u8> {
    const WORDS: [&[u8]; 12] = [
        b"\"",
        b"\\",
        b"{",
        b"}",
        b"\n",
        b"\r",
        b"null",
        b"..",
        b"/",
        b"\xff",
        b"\0",
        b"99999999999999999999",
    ];
    let mut bytes = BATCH.as_bytes().to_vec();
    for _ in 0..=rng.below(3) {
        let at = rng.below(bytes.len() as u64) as usize;
        let end = (at + rng.below(20) as usize).min(bytes.len());
        match rng.below(4) {
            0 => bytes[at] = rng.below(256) as u8,
            1 => drop(bytes.drain(at..end)),
            2 => {
                let part = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, part));
            }
            _ => drop(bytes.splice(at..at, WORDS[rng.below(12) as usize].iter().copied())),
        }
        if bytes.is_empty() {
            return bytes;
        }
    }
    bytes
}

#[tokio::test]
async fn any_bytes_are_refused_or_stored_as_lines_of_objects() {
    let mut rng = Rng::new(1);
    let mut accepted = 0;
    for _ in 0..3000 {
        let body: Bytes = mutated(&mut rng).into();
        let Ok(batch) = Batch::parse(body.clone(), false, &Limits::default()) else { continue };
        accepted += 1;
        let (_, store) = memory(Settings::default()).await;
        store.put(&project(), &batch).await.expect("it is stored");
        let key = SessionKey::new(project(), batch.summary().session().clone());
        let session = read(&store, &key).await.expect("the session");
        let records: u64 = batch.summary().files().map(|(_, tally)| tally.lines).sum();
        let lines: Vec<&str> = session.files().iter().flat_map(|(_, text)| text.lines()).collect();
        assert_eq!(lines.len() as u64, records, "{body:?}");
        for line in lines {
            // A half of a surrogate pair is valid JSON, and no text.
            let text = line.replace("\\ud", "\\u1");
            assert!(serde_json::from_str::<Value>(&text).is_ok_and(|value| value.is_object()), "{body:?}");
        }
    }
    assert!(accepted > 100, "{accepted}");
}

#[tokio::test]
async fn any_bytes_as_gzip_are_refused_or_read() {
    let mut rng = Rng::new(2);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, BATCH.as_bytes()).expect("gzip");
    let packed = packed.finish().expect("gzip");
    for _ in 0..2000 {
        let mut bytes = packed.clone();
        let at = rng.below(bytes.len() as u64) as usize;
        bytes[at] = rng.below(256) as u8;
        bytes.truncate(bytes.len() - rng.below(3) as usize);
        // What is accepted has the content of the batch: its checksum says so.
        if let Ok(batch) = Batch::parse(bytes.into(), true, &Limits::default()) {
            assert_eq!(batch.summary().files().count(), 2);
        }
    }
}
