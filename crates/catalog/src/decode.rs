//! Reads column chunks: into columns for searches, or a few rows of them.

use std::sync::Arc;

use bytes::{Buf, Bytes};
use parquet::column::reader::{ColumnReaderImpl, get_column_reader, get_typed_column_reader};
use parquet::data_type::Int64Type;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{ChunkReader, Length, SerializedPageReader};

use crate::column::{Numbers, Sessions, TextLists, Texts, TextsBuilder, Values};
use crate::hash::SessionHasher;
use crate::pages::{Next, PageTexts, TextPage, TextPages};
use crate::row::{MAX_LIST_ITEMS, Row};
use crate::schema::{Column, Kind};

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

fn page_reader(
    group: &RowGroupMetaData,
    column: Column,
    chunk: Chunk,
) -> ParquetResult<SerializedPageReader<Chunk>> {
    let metadata = group.column(column.index());
    SerializedPageReader::new(Arc::new(chunk), metadata, group.num_rows() as usize, None)
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
        Kind::Time | Kind::Count => Values::Numbers(numbers(number_reader(group, column, chunk)?, rows)?),
        Kind::Text => {
            let (texts, _) = TextColumn::read(group, column, chunk, None)?.build();
            match column {
                Column::Session => Values::Sessions(Sessions::new(texts, hasher)),
                _ if column.is_folded() => Values::Texts(texts.into_folded()),
                _ => Values::Texts(texts),
            }
        }
        Kind::TextList => {
            let (items, ends) = TextColumn::read(group, column, chunk, None)?.build();
            Values::TextLists(TextLists::new(items, ends).into_folded())
        }
    };
    if values.len() == rows { Ok(values) } else { Err(inconsistent()) }
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
        let chunk = chunk.clone();
        match column.kind() {
            Kind::Time | Kind::Count => number_fields(group, *column, chunk, indices, &mut rows)?,
            Kind::Text | Kind::TextList => text_fields(group, *column, chunk, indices, &mut rows)?,
        }
    }
    Ok(rows)
}

fn number_reader(
    group: &RowGroupMetaData,
    column: Column,
    chunk: Chunk,
) -> ParquetResult<ColumnReaderImpl<Int64Type>> {
    let descriptor = group.column(column.index()).column_descr_ptr();
    let pages = Box::new(page_reader(group, column, chunk)?);
    Ok(get_typed_column_reader(get_column_reader(descriptor, pages)))
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

fn number_fields(
    group: &RowGroupMetaData,
    column: Column,
    chunk: Chunk,
    indices: &[u32],
    rows: &mut [Row],
) -> ParquetResult<()> {
    let mut reader = number_reader(group, column, chunk)?;
    let (mut values, mut levels, mut position) = (Vec::new(), Vec::new(), 0);
    for run in indices.chunk_by(|a, b| a.checked_add(1) == Some(*b)) {
        let Some(start) = run.first().map(|first| *first as usize) else { continue };
        let skipped = start.checked_sub(position).ok_or_else(inconsistent)?;
        if reader.skip_records(skipped)? != skipped {
            return Err(inconsistent());
        }
        let (records, ..) = reader.read_records(run.len(), Some(&mut levels), None, &mut values)?;
        if records != run.len() {
            return Err(inconsistent());
        }
        position = start + run.len();
    }
    let mut values = values.into_iter();
    for (index, row) in rows.iter_mut().enumerate() {
        if levels.get(index).is_none_or(|level| *level > 0) {
            column.set_number(row, values.next().ok_or_else(inconsistent)?);
        }
    }
    Ok(())
}

/// A column of texts while it is read.
struct TextColumn {
    is_list: bool,
    texts: TextsBuilder,
    /// Number of texts of the dictionary; they come first.
    dictionary: Option<u64>,
    /// Number of rows that were read.
    rows: usize,
    /// Number of items in lists.
    items: u32,
    /// Where the items of each row end, but for the last row.
    ends: Vec<u32>,
    /// Of the wanted rows, their positions among those that were read.
    positions: Vec<usize>,
}

impl TextColumn {
    /// Reads all rows, or at least those wanted, whose indices are in ascending order.
    fn read(
        group: &RowGroupMetaData,
        column: Column,
        chunk: Chunk,
        wanted: Option<&[u32]>,
    ) -> ParquetResult<Self> {
        let mut pages = TextPages::new(Box::new(page_reader(group, column, chunk)?), column);
        let rows = group.num_rows() as usize;
        let mut read = Self {
            is_list: column.kind() == Kind::TextList,
            texts: TextsBuilder::default(),
            dictionary: None,
            rows: 0,
            items: 0,
            ends: Vec::new(),
            positions: Vec::new(),
        };
        let mut missing = wanted.map(<[u32]>::iter).map(Iterator::peekable);
        let mut skipped = 0;
        loop {
            if let Some(missing) = &mut missing {
                let Some(next) = missing.peek() else { break };
                let distance = (**next as usize).saturating_sub(skipped + read.rows);
                if let Some(rows) = pages.skip_page(distance)? {
                    skipped += rows;
                    continue;
                }
            }
            match pages.next()? {
                Next::End => break,
                Next::Dictionary(texts) if read.dictionary.is_none() => {
                    let mut count = 0;
                    texts.for_each(|text| {
                        count = read.texts.add_text(text).ok_or_else(inconsistent)?;
                        Ok(())
                    })?;
                    read.dictionary = Some(count);
                }
                Next::Dictionary(_) => return Err(inconsistent()),
                Next::Page(page) => read.add_page(&page)?,
            }
            if skipped + read.rows > rows {
                return Err(inconsistent());
            }
            // The last row of a page of lists may go on in the next.
            let complete = skipped + read.rows - usize::from(read.is_list && read.rows > 0);
            while let Some(index) =
                missing.as_mut().and_then(|missing| missing.next_if(|next| (**next as usize) < complete))
            {
                read.positions.push(*index as usize - skipped);
            }
        }
        let last = missing.into_iter().flatten().map(|index| (*index as usize).checked_sub(skipped));
        let last = last.map(|position| position.filter(|position| *position < read.rows));
        read.positions.extend(last.collect::<Option<Vec<_>>>().ok_or_else(inconsistent)?);
        Ok(read)
    }

    fn add_page(&mut self, page: &TextPage) -> ParquetResult<()> {
        let codes = self.codes(&page.texts)?;
        let mut codes = codes.into_iter();
        for item in 0..page.items() {
            if page.begins_row(item) {
                if self.is_list && self.rows > 0 {
                    self.ends.push(self.items);
                }
                self.rows += 1;
            }
            if page.is_present(item) {
                self.texts.add_row(codes.next().ok_or_else(inconsistent)?);
                self.items = self.items.checked_add(1).ok_or_else(inconsistent)?;
            } else if !self.is_list {
                self.texts.add_row(0);
            }
        }
        Ok(())
    }

    /// The codes of a page's texts.
    fn codes(&mut self, texts: &PageTexts) -> ParquetResult<Vec<u64>> {
        match texts {
            PageTexts::Plain(texts) => {
                let mut codes = Vec::new();
                texts.for_each(|text| {
                    codes.push(self.texts.add_text(text).ok_or_else(inconsistent)?);
                    Ok(())
                })?;
                Ok(codes)
            }
            PageTexts::Indices(indices) => {
                let count = self.dictionary.unwrap_or(0);
                let code = |index: &u32| Some(u64::from(*index) + 1).filter(|code| *code <= count);
                indices.iter().map(code).collect::<Option<_>>().ok_or_else(inconsistent)
            }
        }
    }

    /// The texts, and of lists where the items of each row end.
    fn build(mut self) -> (Texts, Vec<u32>) {
        if self.is_list && self.rows > 0 {
            self.ends.push(self.items);
        }
        (self.texts.build(), self.ends)
    }
}

fn text_fields(
    group: &RowGroupMetaData,
    column: Column,
    chunk: Chunk,
    indices: &[u32],
    rows: &mut [Row],
) -> ParquetResult<()> {
    let mut read = TextColumn::read(group, column, chunk, Some(indices))?;
    let positions = std::mem::take(&mut read.positions);
    let (texts, ends) = read.build();
    let to_string = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
    if column.kind() == Kind::Text {
        for (row, position) in rows.iter_mut().zip(positions) {
            if let Some(text) = texts.get(position) {
                column.set_text(row, to_string(text));
            }
        }
        return Ok(());
    }
    let lists = TextLists::new(texts, ends);
    for (row, position) in rows.iter_mut().zip(positions) {
        let items = lists.item_range(position).take(MAX_LIST_ITEMS);
        column.set_texts(row, items.filter_map(|item| lists.items().get(item)).map(to_string).collect());
    }
    Ok(())
}
