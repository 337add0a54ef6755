//! Time to search 20 sockets of 50,000 messages: `cargo bench -p search-worker`.

#![allow(missing_docs, unreachable_pub)]

#[path = "../../session/benches/common/messages.rs"]
#[allow(dead_code)]
mod generate;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use search_worker::{Searcher, SocketSource};
use session::model::MessagesFile;

const SOCKETS: u32 = 20;
const MESSAGES: u32 = 50_000;
/// Bytes of a piece, as the app sends them.
const PIECE_BYTES: usize = 1 << 20;

/// Words that occur in every message, in some, in none; then an event, which analyzes all messages
/// when it is first searched for, a path, and a regular expression.
const QUERIES: [&str; 6] =
    ["price", "LANTERN-42", "order-7781", "event:price", "path:$.bid>400", r"/lantern-4\d/"];

fn send(searcher: &mut Searcher, text: &[u8]) {
    for row in 1..=SOCKETS {
        searcher.open(row, SocketSource { file: Some(MessagesFile::default()), ..SocketSource::default() });
        for piece in text.chunks(PIECE_BYTES) {
            searcher.feed(row, piece);
        }
        searcher.finish(row, None);
    }
}

fn search(searcher: &mut Searcher, query: &str) -> u64 {
    (1..=SOCKETS).map(|row| searcher.search(row, query, None, |_| 0).matches).sum()
}

fn searching(criterion: &mut Criterion) {
    let text = generate::messages(MESSAGES);
    let mut group = criterion.benchmark_group("20 sockets of 50,000 messages");
    group.sample_size(10);
    group.bench_function("read and search", |bencher| {
        bencher.iter(|| {
            let mut searcher = Searcher::default();
            send(&mut searcher, &text);
            search(&mut searcher, black_box("LANTERN-42"))
        });
    });
    let mut searcher = Searcher::default();
    send(&mut searcher, &text);
    for query in QUERIES {
        group.bench_with_input(BenchmarkId::from_parameter(query), query, |bencher, query| {
            bencher.iter(|| search(&mut searcher, black_box(query)));
        });
    }
    group.finish();
}

criterion_group!(benches, searching);
criterion_main!(benches);
