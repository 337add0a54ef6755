//! Forged files: their digests are valid, their content is not. For tests and for fuzzing.

use std::sync::{Arc, OnceLock};

use object_store::memory::InMemory;
use object_store::{ObjectStoreExt, PutPayload};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};

use crate::catalog::Catalog;
use crate::integrity::{FooterState, open, seal};
use crate::name::{self, Day, Ulid};
use crate::query::Query;
use crate::read::PANICKED;
use crate::row::Row;
use crate::write::encode;

const START: i64 = 1_795_940_345_090;
/// What a file begins with.
const MAGIC: &[u8] = b"PAR1";

fn rows(count: i64) -> Vec<Row> {
    let row = |n: i64| Row {
        title: (n % 2 == 0).then(|| format!("Title {}", n % 3)),
        page_urls: (0..n % 4).map(|page| format!("https://a.example.test/{page}")).collect(),
        tags: (0..n % 2).map(|_| "tag".to_owned()).collect(),
        user: Some(format!("user-{}", n % 5)),
        errors: (n % 3 > 0).then_some(n as u64),
        ..Row::new("a", format!("s{n}"), START + n)
    };
    (0..count).map(row).collect()
}

/// A file without its digests, its data between the first bytes and the footer.
struct Template {
    data: Vec<u8>,
    footer_and_tail: Vec<u8>,
    metadata: ParquetMetaData,
}

impl Template {
    fn new(count: i64) -> Self {
        let file = encode(rows(count), &[]).expect("rows can be encoded");
        let FooterState::Complete(footer) = open(&file, file.len() as u64) else {
            panic!("a file that was just written has a footer");
        };
        let metadata = ParquetMetaDataReader::decode_metadata(footer.thrift).expect("its footer can be read");
        Self {
            data: file[MAGIC.len()..footer.data_end as usize].to_vec(),
            footer_and_tail: file[file.len() - 8 - footer.thrift.len()..].to_vec(),
            metadata,
        }
    }

    /// The file with other data, which is cut or filled to the length that the footer says.
    fn with_data(&self, data: &[u8]) -> Vec<u8> {
        let mut file = MAGIC.to_vec();
        file.extend(data.iter().take(self.data.len()));
        file.resize(MAGIC.len() + self.data.len(), 0);
        file.extend(&self.footer_and_tail);
        seal(file, self.metadata.row_groups()).expect("the chunks are within the data")
    }
}

/// Whether a catalog that consists of a file can be queried without a problem. Queries never fail for a file.
async fn is_readable(file: Vec<u8>) -> bool {
    let day = Day::of(START).expect("a day");
    let path = name::path("a", day, Ulid::parse(&"0".repeat(26)).expect("a name"));
    let store = Arc::new(InMemory::new());
    store.put(&path, PutPayload::from(file)).await.expect("memory takes it");
    let query = Query { q: Some("a".to_owned()), min: Some(0), ..Query::default() };
    let page = Catalog::new(store).query(&query).await.expect("a page");
    let has_panicked = page.problems.iter().any(|problem| problem.reason == PANICKED);
    assert!(!has_panicked, "the decoder panicked");
    page.problems.is_empty()
}

/// Number of rows of the file that is fuzzed: as many as inputs of a few kilobytes have room for.
const FUZZED_ROWS: i64 = 10;

/// Queries a catalog whose only file has these bytes as its data.
///
/// # Panics
/// If the query fails, or the decoder panics.
pub fn query(data: &[u8]) {
    static TEMPLATE: OnceLock<Template> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| Template::new(FUZZED_ROWS));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(is_readable(template.with_data(data)));
}

#[cfg(test)]
#[path = "../../../fuzz/seeds.rs"]
mod seeds;

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    /// Digests for a file with changes, if its footer can be read at all.
    fn resealed(file: Vec<u8>) -> Option<Vec<u8>> {
        let length = u32::from_le_bytes(file[file.len() - 8..file.len() - 4].try_into().ok()?) as usize;
        let footer = file.get(file.len().checked_sub(8 + length)?..file.len() - 8)?.to_vec();
        let metadata = catch_unwind(|| ParquetMetaDataReader::decode_metadata(&footer)).ok()?.ok()?;
        seal(file, metadata.row_groups())
    }

    #[tokio::test]
    async fn a_forged_file_makes_no_query_fail() {
        let template = Template::new(40);
        let file = [MAGIC, &template.data, &template.footer_and_tail].concat();
        let mut readable = 0;
        for position in MAGIC.len()..file.len() {
            let mut forged = file.clone();
            forged[position] ^= [0x01, 0x10, 0x80, 0xff][position % 4];
            let Some(forged) = resealed(forged) else { continue };
            readable += usize::from(is_readable(forged).await);
        }
        assert!(readable > 100, "only {readable} files were read");
    }

    #[tokio::test]
    async fn a_file_with_its_own_data_is_readable() {
        let template = Template::new(FUZZED_ROWS);
        assert!(is_readable(template.with_data(&template.data)).await);
        assert!(!is_readable(template.with_data(&[])).await);
    }

    #[test]
    fn every_seed_of_the_fuzz_target_is_read_or_a_problem() {
        seeds::run("catalog", query);
    }

    /// The seed that is a file as it is written: run it where the format or the columns change.
    #[test]
    #[ignore = "writes fuzz/seeds/catalog/written"]
    fn write_the_seed() {
        let template = Template::new(FUZZED_ROWS);
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/catalog");
        std::fs::write(folder.join("written"), &template.data).expect("the seed is written");
    }
}
