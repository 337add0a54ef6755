//! Reads column chunks: into columns for searches, or a few rows of them.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::{Buf, Bytes};
use parquet::column::reader::{ColumnReaderImpl, get_column_reader, get_typed_column_reader};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int64Type};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{ChunkReader, Length, SerializedPageReader};

use crate::column::{Numbers, Sessions, TextLists, Texts, TextsBuilder, Values};
use crate::hash::SessionHasher;
use crate::row::{MAX_LIST_ITEMS, Row};
use crate::schema::{Column, Kind};

/// Number of texts that are decoded at a time.
const BATCH: usize = 1_024;

/// The bytes of one column chunk, at their offset in the file.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    pub(crate) start: u64,
    pub(crate) bytes: Bytes,
}

impl Length for Chunk {
    fn len(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl ChunkReader for Chunk {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        let offset = start.checked_sub(self.start).map(|offset| offset as usize);
        let rest = offset.filter(|offset| *offset <= self.bytes.len());
        rest.map(|offset| self.bytes.slice(offset..).reader()).ok_or_else(outside)
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let offset = start.checked_sub(self.start).map(|offset| offset as usize).ok_or_else(outside)?;
        let end = offset.checked_add(length).filter(|end| *end <= self.bytes.len()).ok_or_else(outside)?;
        Ok(self.bytes.slice(offset..end))
    }
}

fn outside() -> ParquetError {
    ParquetError::EOF("outside of the column chunk".to_owned())
}

fn inconsistent() -> ParquetError {
    ParquetError::General("inconsistent number of values".to_owned())
}

/// Reads a column of a row group, in lower case where [`Column::is_folded`] says so.
pub(crate) fn column(
    group: &RowGroupMetaData,
    column: Column,
    chunk: Chunk,
    hasher: SessionHasher,
) -> ParquetResult<Values> {
    let rows = group.num_rows() as usize;
    let values = match column.kind() {
        Kind::Time | Kind::Count => Values::Numbers(numbers(reader(group, column, chunk)?, rows)?),
        Kind::Text => {
            let has_dictionary = group.column(column.index()).dictionary_page_offset().is_some();
            let (texts, _) = texts(reader(group, column, chunk)?, column, rows, has_dictionary)?;
            match column {
                Column::Session => Values::Sessions(Sessions::new(texts, hasher)),
                _ if column.is_folded() => Values::Texts(texts.into_folded()),
                _ => Values::Texts(texts),
            }
        }
        Kind::TextList => {
            let has_dictionary = group.column(column.index()).dictionary_page_offset().is_some();
            let (items, ends) = texts(reader(group, column, chunk)?, column, rows, has_dictionary)?;
            Values::TextLists(TextLists::new(items, ends).into_folded())
        }
    };
    if values.len() == rows { Ok(values) } else { Err(inconsistent()) }
}

fn reader<T: DataType>(
    group: &RowGroupMetaData,
    column: Column,
    chunk: Chunk,
) -> ParquetResult<ColumnReaderImpl<T>> {
    let metadata = group.column(column.index());
    let pages = SerializedPageReader::new(Arc::new(chunk), metadata, group.num_rows() as usize, None)?;
    Ok(get_typed_column_reader(get_column_reader(metadata.column_descr_ptr(), Box::new(pages))))
}

fn numbers(mut reader: ColumnReaderImpl<Int64Type>, rows: usize) -> ParquetResult<Numbers> {
    let (mut values, mut levels) = (Vec::with_capacity(rows), Vec::new());
    let (records, ..) = reader.read_records(rows, Some(&mut levels), None, &mut values)?;
    if records != rows {
        return Err(inconsistent());
    }
    if levels.is_empty() {
        return Ok(Numbers::new(values.iter().copied().map(Some)));
    }
    let mut present = values.iter().copied();
    let aligned: Vec<Option<i64>> =
        levels.iter().map(|level| if *level > 0 { present.next() } else { None }).collect();
    Ok(Numbers::new(aligned.iter().copied()))
}

/// Reads texts, and of a list where the items of each row end.
fn texts(
    mut reader: ColumnReaderImpl<ByteArrayType>,
    column: Column,
    rows: usize,
    has_dictionary: bool,
) -> ParquetResult<(Texts, Vec<u32>)> {
    let is_list = column.kind() == Kind::TextList;
    let mut interner = Interner { texts: TextsBuilder::default(), codes: HashMap::default(), has_dictionary };
    let (mut values, mut definition, mut repetition) = (Vec::new(), Vec::new(), Vec::new());
    let mut ends = Vec::with_capacity(if is_list { rows } else { 0 });
    let (mut read, mut items) = (0, 0_u32);
    while read < rows {
        values.clear();
        definition.clear();
        repetition.clear();
        let (records, _, levels) = reader.read_records(
            BATCH.min(rows - read),
            Some(&mut definition),
            Some(&mut repetition),
            &mut values,
        )?;
        if records == 0 || levels > records.saturating_mul(MAX_LIST_ITEMS) {
            return Err(inconsistent());
        }
        read += records;
        let mut present = values.iter();
        for level in 0..levels {
            if is_list && level > 0 && repetition.get(level) == Some(&0) {
                ends.push(items);
            }
            let is_present = definition.get(level).is_none_or(|level| *level > 0);
            if is_present {
                interner.add(present.next().ok_or_else(inconsistent)?)?;
                items += 1;
            } else if !is_list {
                interner.texts.add_row(0);
            }
        }
        if is_list {
            ends.push(items);
        }
    }
    Ok((interner.texts.build(), ends))
}

/// Keeps each text of a dictionary once. They are told apart by where they are in memory, which is
/// quicker than by hashing them; a text elsewhere is kept again.
struct Interner {
    texts: TextsBuilder,
    codes: HashMap<usize, u64, std::hash::BuildHasherDefault<AddressHasher>>,
    has_dictionary: bool,
}

impl Interner {
    fn add(&mut self, value: &ByteArray) -> ParquetResult<()> {
        let text = value.data();
        let full = || ParquetError::General("more than 4 GiB of texts".to_owned());
        let code = if self.has_dictionary {
            let address = text.as_ptr() as usize;
            // Behind the dictionary, pages without it may come to be where others were.
            let known = self.codes.get(&address).copied();
            match known.filter(|code| self.texts.text(*code) == Some(text)) {
                Some(code) => code,
                None => {
                    let code = self.texts.add_text(text).ok_or_else(full)?;
                    self.codes.insert(address, code);
                    code
                }
            }
        } else {
            self.texts.add_text(text).ok_or_else(full)?
        };
        self.texts.add_row(code);
        Ok(())
    }
}

/// Spreads addresses over a hash table.
#[derive(Default)]
struct AddressHasher(u64);

impl std::hash::Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, address: usize) {
        self.0 = (self.0 ^ address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32);
    }
}

/// Reads rows of a row group, whose indices are in ascending order, with all their columns.
pub(crate) fn rows(
    group: &RowGroupMetaData,
    project: &str,
    chunks: &[Chunk],
    indices: &[u32],
) -> ParquetResult<Vec<Row>> {
    let mut rows: Vec<Row> = indices.iter().map(|_| Row::new(project, "", 0)).collect();
    for (column, chunk) in Column::ALL.iter().zip(chunks) {
        match column.kind() {
            Kind::Time | Kind::Count => number_fields(group, *column, chunk.clone(), indices, &mut rows)?,
            Kind::Text | Kind::TextList => {
                text_fields(group, *column, chunk.clone(), indices, &mut rows)?;
            }
        }
    }
    Ok(rows)
}

/// The values and levels of some rows.
struct Selected<T: DataType> {
    values: Vec<T::T>,
    definition: Vec<i16>,
    repetition: Vec<i16>,
    levels: usize,
}

fn select<T: DataType>(mut reader: ColumnReaderImpl<T>, indices: &[u32]) -> ParquetResult<Selected<T>> {
    let mut selected =
        Selected { values: Vec::new(), definition: Vec::new(), repetition: Vec::new(), levels: 0 };
    let mut position = 0;
    for run in indices.chunk_by(|a, b| a.checked_add(1) == Some(*b)) {
        let Some(start) = run.first().map(|first| *first as usize) else { continue };
        let skipped = start.checked_sub(position).ok_or_else(inconsistent)?;
        if reader.skip_records(skipped)? != skipped {
            return Err(inconsistent());
        }
        let (records, _, levels) = reader.read_records(
            run.len(),
            Some(&mut selected.definition),
            Some(&mut selected.repetition),
            &mut selected.values,
        )?;
        if records != run.len() {
            return Err(inconsistent());
        }
        selected.levels += levels;
        position = start + run.len();
    }
    Ok(selected)
}

fn number_fields(
    group: &RowGroupMetaData,
    column: Column,
    chunk: Chunk,
    indices: &[u32],
    rows: &mut [Row],
) -> ParquetResult<()> {
    let selected = select::<Int64Type>(reader(group, column, chunk)?, indices)?;
    let mut values = selected.values.into_iter();
    for (index, row) in rows.iter_mut().enumerate() {
        if selected.definition.get(index).is_none_or(|level| *level > 0) {
            column.set_number(row, values.next().ok_or_else(inconsistent)?);
        }
    }
    Ok(())
}

fn text_fields(
    group: &RowGroupMetaData,
    column: Column,
    chunk: Chunk,
    indices: &[u32],
    rows: &mut [Row],
) -> ParquetResult<()> {
    let selected = select::<ByteArrayType>(reader(group, column, chunk)?, indices)?;
    if selected.levels > rows.len().saturating_mul(MAX_LIST_ITEMS) {
        return Err(inconsistent());
    }
    let mut values = selected.values.iter();
    let mut next_text = |level: usize| -> ParquetResult<Option<String>> {
        if selected.definition.get(level).is_some_and(|level| *level == 0) {
            return Ok(None);
        }
        let value = values.next().ok_or_else(inconsistent)?;
        Ok(Some(String::from_utf8_lossy(value.data()).into_owned()))
    };
    let mut level = 0;
    for row in rows {
        let mut texts: Vec<String> = next_text(level)?.into_iter().collect();
        level += 1;
        while selected.repetition.get(level).is_some_and(|repetition| *repetition > 0) {
            texts.extend(next_text(level)?);
            level += 1;
        }
        if column.kind() == Kind::TextList {
            column.set_texts(row, texts);
        } else if let Some(text) = texts.pop() {
            column.set_text(row, text);
        }
    }
    Ok(())
}
