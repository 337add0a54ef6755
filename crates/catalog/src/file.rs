//! A file of the catalog: what the listing of the store and its footer say of it.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};

use object_store::ObjectMeta;
use object_store::path::Path;
use parquet::basic::Compression;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::statistics::Statistics;

use crate::hash::SessionHasher;
use crate::integrity::{Footer, chunk_range};
use crate::name::{self, Day, Ulid};
use crate::row::State;
use crate::schema::{Column, is_schema};
use crate::write::REPLACES;

/// Maximum number of rows of a row group that is read; those written have fewer.
const MAX_GROUP_ROWS: i64 = 1 << 20;
/// Maximum size of a column chunk in bytes, unpacked.
const MAX_CHUNK_BYTES: i64 = 256 << 20;
/// Maximum number of files that a file names as replaced.
const MAX_REPLACED: usize = 100_000;

/// A file as the store lists it.
#[derive(Clone, Debug)]
pub(crate) struct ListedFile {
    pub(crate) path: Path,
    pub(crate) project: String,
    pub(crate) day: Day,
    pub(crate) name: Ulid,
    /// In bytes.
    pub(crate) size: u64,
    /// Differs when the content does.
    pub(crate) version: String,
    /// By the store's clock, in epoch milliseconds.
    pub(crate) modified: i64,
}

impl ListedFile {
    /// `None` for an object that is not a file of the catalog by its path.
    pub(crate) fn new(object: ObjectMeta) -> Option<Self> {
        let (project, day, name) = name::parse(&object.location)?;
        let modified = object.last_modified.timestamp_millis();
        let version = object.e_tag.unwrap_or_else(|| format!("{modified}-{}", object.size));
        Some(Self { path: object.location, project, day, name, size: object.size, version, modified })
    }
}

/// What a footer says, by which row groups are read or passed over.
#[derive(Debug)]
pub(crate) struct FileMeta {
    /// Unique in this process.
    pub(crate) id: u64,
    pub(crate) groups: Vec<Group>,
    pub(crate) replaces: Vec<Ulid>,
    pub(crate) hasher: SessionHasher,
    metadata: ParquetMetaData,
    /// Of the column chunks, in the order of the file.
    digests: Vec<u64>,
}

/// The ranges of a row group's values.
#[derive(Debug)]
pub(crate) struct Group {
    /// Number of rows.
    pub(crate) rows: usize,
    pub(crate) sort_time: RangeInclusive<i64>,
    pub(crate) received_first: RangeInclusive<i64>,
    /// Maximum of the rows' errors, if any are known.
    pub(crate) errors: Option<i64>,
    pub(crate) sockets: Option<i64>,
    /// Bounds of the sessions' ids.
    pub(crate) sessions: RangeInclusive<Box<[u8]>>,
    pub(crate) has_deleted: bool,
}

impl FileMeta {
    /// Checks that the footer describes a file of the catalog, and that its numbers fit each other.
    ///
    /// # Errors
    /// With the reason for which the file cannot be used.
    pub(crate) fn new(listed: &ListedFile, footer: Footer<'_>) -> Result<Self, &'static str> {
        const INVALID: &str = "its footer is invalid";
        static NEXT_ID: AtomicU64 = AtomicU64::new(0);

        let metadata = ParquetMetaDataReader::decode_metadata(footer.thrift).map_err(|_| INVALID)?;
        if !is_schema(metadata.file_metadata().schema_descr()) {
            return Err("its columns are not those of the catalog");
        }
        let chunks = metadata.num_row_groups() * Column::ALL.len();
        if chunks != footer.digests.len() {
            return Err(INVALID);
        }
        let groups = metadata.row_groups().iter().map(|group| Group::new(group, footer.data_end));
        let groups = groups.collect::<Option<Vec<_>>>().ok_or(INVALID)?;
        let replaces = replaced(&metadata, listed.name).ok_or(INVALID)?;
        let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        let hasher = SessionHasher::new(&listed.project);
        Ok(Self { id, groups, replaces, hasher, metadata, digests: footer.digests })
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.groups.iter().map(|group| group.rows).sum()
    }

    pub(crate) fn group(&self, index: usize) -> &RowGroupMetaData {
        self.metadata.row_group(index)
    }

    /// The digest of a column chunk.
    pub(crate) fn digest(&self, group: usize, column: Column) -> Option<u64> {
        self.digests.get(group * Column::ALL.len() + column.index()).copied()
    }

    pub(crate) fn has_deleted(&self) -> bool {
        self.groups.iter().any(|group| group.has_deleted)
    }
}

/// The files that a file replaces. They are older by their names, so that no two replace each other.
fn replaced(metadata: &ParquetMetaData, name: Ulid) -> Option<Vec<Ulid>> {
    let pairs = metadata.file_metadata().key_value_metadata();
    let value = pairs.into_iter().flatten().find(|pair| pair.key == REPLACES);
    let Some(names) = value.and_then(|pair| pair.value.as_deref()) else {
        return Some(Vec::new());
    };
    let names = names.split(' ').take(MAX_REPLACED + 1).map(Ulid::parse).collect::<Option<Vec<_>>>()?;
    (names.len() <= MAX_REPLACED && names.iter().all(|replaced| *replaced < name)).then_some(names)
}

impl Group {
    /// `None` when the numbers do not fit each other, or lie outside of the file's data.
    fn new(group: &RowGroupMetaData, data_end: u64) -> Option<Self> {
        if !(1..=MAX_GROUP_ROWS).contains(&group.num_rows()) {
            return None;
        }
        for column in Column::ALL {
            let chunk = group.columns().get(column.index())?;
            let has_pages = chunk.data_page_offset() > 0
                && chunk.dictionary_page_offset().is_none_or(|offset| offset > 0);
            let is_flat = column.kind() != crate::schema::Kind::TextList;
            let is_valid = has_pages
                && chunk_range(group, column.index())?.end <= data_end
                && (0..=MAX_CHUNK_BYTES).contains(&chunk.uncompressed_size())
                && chunk.compression() == Compression::SNAPPY
                && (!is_flat || chunk.num_values() == group.num_rows());
            if !is_valid {
                return None;
            }
        }
        let statistics = |column: Column| group.column(column.index()).statistics();
        let range = |column| match statistics(column) {
            Some(Statistics::Int64(range)) => Some((*range.min_opt()?, *range.max_opt()?)),
            _ => None,
        };
        let required = |column| range(column).map(|(min, max)| min..=max);
        let bytes = |column| match statistics(column) {
            Some(Statistics::ByteArray(range)) => {
                Some((Box::from(range.min_opt()?.data()), Box::from(range.max_opt()?.data())))
            }
            _ => None,
        };
        let (first_session, last_session) = bytes(Column::Session)?;
        let deleted = State::Deleted.name().as_bytes();
        Some(Self {
            rows: usize::try_from(group.num_rows()).ok()?,
            sort_time: required(Column::SortTime)?,
            received_first: required(Column::ReceivedFirst)?,
            errors: range(Column::Errors).map(|(_, max)| max),
            sockets: range(Column::Sockets).map(|(_, max)| max),
            sessions: first_session..=last_session,
            // The first of the states' names in alphabetical order.
            has_deleted: bytes(Column::State)?.0.as_ref() == deleted,
        })
    }
}
