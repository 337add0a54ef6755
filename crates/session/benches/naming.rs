//! Time to name what the events of a page touched: `cargo bench -p session --bench naming`.

#![allow(missing_docs, unreachable_pub)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use session::elements::{ElementReader, page_elements};
use session::formats::SessionLoader;
use session::model::Session;

/// As the app reads between two looks at the clock.
const STEP_BYTES: usize = 64 << 10;

fn element(id: u32, tag: &str, children: &str) -> String {
    format!(
        r#"{{"type":2,"tagName":"{tag}","attributes":{{"class":"row wide css-1x2y3z","data-testid":"t{id}","style":"color: rgb(4, 5, 6); padding: 4px 8px"}},"childNodes":[{children}],"id":{id}}}"#
    )
}

/// A page of about 20 MB that is changed in events of about 10 kB, with a click after every hundredth.
fn recording(megabytes: usize) -> Vec<u8> {
    let start = 1_795_269_720_000_u64;
    let mut text = format!(
        r#"[{{"type":4,"data":{{"href":"https://a.test/","width":1280,"height":720}},"timestamp":{start}}}"#
    );
    let row = |id: u32| {
        let label = format!(r#"{{"type":3,"textContent":"Row {id}","id":{}}}"#, id + 1);
        element(id, "button", &label)
    };
    let rows: Vec<String> = (0..100_000).map(|row_number| row(10 + row_number * 2)).collect();
    let body = element(3, "body", &rows.join(","));
    let _ = write!(
        text,
        r#",{{"type":2,"data":{{"node":{{"type":0,"childNodes":[{}],"id":1}},"initialOffset":{{"left":0,"top":0}}}},"timestamp":{start}}}"#,
        element(2, "html", &body)
    );
    let mut nth = 0_u32;
    while text.len() < megabytes << 20 {
        nth += 1;
        let time = start + u64::from(nth) * 10;
        let first = 1_000_000 + nth * 100;
        let changes = |id: u32| {
            (
                format!(r#"{{"parentId":3,"nextId":null,"node":{}}}"#, row(id)),
                format!(r#"{{"parentId":3,"id":{}}}"#, id - 100),
            )
        };
        let (adds, removes): (Vec<_>, Vec<_>) = (0..40).map(|row| changes(first + row * 2)).unzip();
        let _ = write!(
            text,
            r#",{{"type":3,"data":{{"source":0,"texts":[],"attributes":[],"removes":[{}],"adds":[{}]}},"timestamp":{time}}}"#,
            removes.join(","),
            adds.join(",")
        );
        if nth.is_multiple_of(100) {
            let _ = write!(
                text,
                r#",{{"type":3,"data":{{"source":2,"type":2,"id":{},"x":5,"y":5}},"timestamp":{time}}}"#,
                first + 1
            );
        }
    }
    text.push(']');
    text.into_bytes()
}

fn open(bytes: &[u8]) -> Session {
    let mut loader = SessionLoader::new("bench");
    for piece in bytes.chunks(1 << 20) {
        loader.feed(piece).expect("a recording");
    }
    loader.finish(None).expect("a recording");
    loader.into_session()
}

fn naming(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("name elements");
    group.sample_size(10);
    let text = recording(100);
    let session = open(&text);
    group.throughput(Throughput::Bytes(text.len() as u64));
    if let Some(path) = std::env::var_os("REPLAYSCOPE_BENCH_RECORDING") {
        std::fs::write(path, &text).expect("a file that can be written");
    }
    drop(text);
    let mut longest = Duration::ZERO;
    let began = Instant::now();
    let mut reader = ElementReader::new(&session);
    println!("set up: {:?}", began.elapsed());
    loop {
        let began = Instant::now();
        let has_more = reader.step(&session, STEP_BYTES);
        longest = longest.max(began.elapsed());
        if !has_more {
            break;
        }
    }
    let elements = reader.finish(&session);
    println!("{} targets, longest step {longest:?}", elements.len());
    group.bench_function("100 MB of DOM events", |bencher| {
        bencher.iter(|| page_elements(&session, STEP_BYTES));
    });
    group.finish();
}

criterion_group!(benches, naming);
criterion_main!(benches);
