//! Forged files: their digests are valid, their content is not.

use std::panic::catch_unwind;
use std::sync::Arc;

use object_store::memory::InMemory;
use object_store::{ObjectStoreExt, PutPayload};
use parquet::file::metadata::ParquetMetaDataReader;

use crate::catalog::Catalog;
use crate::integrity::{FooterState, open, seal};
use crate::name::{self, Day, Ulid};
use crate::query::Query;
use crate::read::PANICKED;
use crate::row::Row;
use crate::write::encode;

const START: i64 = 1_795_940_345_090;

fn rows() -> Vec<Row> {
    let row = |n: i64| Row {
        title: (n % 2 == 0).then(|| format!("Title {}", n % 3)),
        page_urls: (0..n % 4).map(|page| format!("https://a.example.test/{page}")).collect(),
        tags: (0..n % 2).map(|_| "tag".to_owned()).collect(),
        user: Some(format!("user-{}", n % 5)),
        errors: (n % 3 > 0).then_some(n as u64),
        ..Row::new("a", format!("s{n}"), START + n)
    };
    (0..40).map(row).collect()
}

/// The file without its digests.
fn unsealed(file: &[u8]) -> Vec<u8> {
    let FooterState::Complete(footer) = open(file, file.len() as u64) else {
        panic!("no footer");
    };
    let tail = &file[file.len() - 8 - footer.thrift.len()..];
    [&file[..footer.data_end as usize], tail].concat()
}

/// Digests for a file with changes, if its footer can be read at all.
fn resealed(file: Vec<u8>) -> Option<Vec<u8>> {
    let length = u32::from_le_bytes(file[file.len() - 8..file.len() - 4].try_into().ok()?) as usize;
    let footer = file.get(file.len().checked_sub(8 + length)?..file.len() - 8)?.to_vec();
    let metadata = catch_unwind(|| ParquetMetaDataReader::decode_metadata(&footer)).ok()?.ok()?;
    seal(file, metadata.row_groups())
}

#[tokio::test]
async fn a_forged_file_makes_no_query_fail() {
    let file = unsealed(&encode(rows(), &[]).expect("a file"));
    let path = name::path("a", Day::of(START).expect("a day"), Ulid::parse(&"0".repeat(26)).expect("a name"));
    let mut readable = 0;
    for position in 4..file.len() {
        let mut forged = file.clone();
        forged[position] ^= [0x01, 0x10, 0x80, 0xff][position % 4];
        let Some(forged) = resealed(forged) else { continue };
        let store = Arc::new(InMemory::new());
        store.put(&path, PutPayload::from(forged)).await.expect("stored");
        let query = Query { q: Some("a".to_owned()), min: Some(0), ..Query::default() };
        let page = Catalog::new(store).query(&query).await.expect("a page");
        let has_panicked = page.problems.iter().any(|problem| problem.reason == PANICKED);
        assert!(!has_panicked, "byte {position}");
        readable += usize::from(page.problems.is_empty());
    }
    assert!(readable > 100, "only {readable} files were read");
}
