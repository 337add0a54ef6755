//! Reads column chunks: into columns for searches, or a few rows of them.

use std::sync::Arc;

use bytes::{Buf, Bytes};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{ChunkReader, Length, SerializedPageReader};

use crate::column::{Numbers, TextLists, Texts, TextsBuilder};
use crate::hash::SessionHasher;
use crate::haystack::HaystackBuilder;
use crate::pages::{Next, Page, PageValues, Pages, Plain};
use crate::row::{MAX_LIST_ITEMS, Row};
use crate::schema::{Column, GROUP_ROWS, Kind};
use crate::values::{Sessions, Values};

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

fn pages(group: &RowGroupMetaData, column: Column, chunk: Chunk) -> ParquetResult<Pages> {
    let metadata = group.column(column.index());
    let reader = SerializedPageReader::new(Arc::new(chunk), metadata, group.num_rows() as usize, None)?;
    Ok(Pages::new(Box::new(reader), column))
}

/// Reads a column of a row group, its texts as they are.
fn exact_column(
    group: &RowGroupMetaData,
    column: Column,
    chunk: Chunk,
    hasher: SessionHasher,
) -> ParquetResult<Values> {
    let rows = group.num_rows() as usize;
    let pages = pages(group, column, chunk)?;
    let values = match column.kind() {
        Kind::Time | Kind::Count => Values::Numbers(numbers(pages, rows)?),
        Kind::Text | Kind::TextList => {
            let (texts, ends) = TextColumn::read(pages, column.kind() == Kind::TextList, rows)?.build();
            match column.kind() {
                Kind::TextList => Values::TextLists(TextLists::new(texts, ends)),
                _ if column == Column::Session => Values::Sessions(Sessions::new(texts, hasher)),
                _ => Values::Texts(texts),
            }
        }
    };
    if values.len() == rows { Ok(values) } else { Err(inconsistent()) }
}

/// Reads a column of a row group, in lower case where [`Column::is_folded`] says so.
pub(crate) fn column(
    group: &RowGroupMetaData,
    column: Column,
    chunk: Chunk,
    hasher: SessionHasher,
) -> ParquetResult<Values> {
    let values = exact_column(group, column, chunk, hasher)?;
    Ok(match values {
        Values::Texts(texts) if column.is_folded() => Values::Texts(texts.into_folded()),
        Values::TextLists(lists) if column.is_folded() => Values::TextLists(lists.into_folded()),
        values => values,
    })
}

/// Reads the texts of a column of a row group without the rows.
pub(crate) fn haystack(group: &RowGroupMetaData, column: Column, chunk: Chunk) -> ParquetResult<Values> {
    let mut pages = pages(group, column, chunk)?;
    let mut haystack = HaystackBuilder::default();
    while let Some(texts) = pages.next_texts()? {
        haystack.add(&texts)?;
    }
    Ok(Values::Haystack(haystack.build()))
}

/// Reads rows of a row group with all their columns.
pub(crate) fn rows(
    group: &RowGroupMetaData,
    project: &str,
    chunks: &[Chunk],
    indices: &[u32],
) -> ParquetResult<Vec<Row>> {
    let mut rows: Vec<Row> = indices.iter().map(|_| Row::new(project, "", 0)).collect();
    let hasher = SessionHasher::new(project);
    let to_string = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
    for (column, chunk) in Column::ALL.iter().zip(chunks) {
        let values = exact_column(group, *column, chunk.clone(), hasher)?;
        for (row, index) in rows.iter_mut().zip(indices) {
            let index = *index as usize;
            if let Some(number) = values.number(index) {
                column.set_number(row, number);
            } else if let Some(text) = values.text(index) {
                column.set_text(row, to_string(text));
            } else if let Values::TextLists(lists) = &values {
                let items = lists.item_range(index).take(MAX_LIST_ITEMS);
                let texts = items.filter_map(|item| lists.items().get(item)).map(to_string);
                column.set_texts(row, texts.collect());
            }
        }
    }
    Ok(rows)
}

fn numbers(mut pages: Pages, rows: usize) -> ParquetResult<Numbers> {
    let mut numbers: Vec<Option<i64>> = Vec::with_capacity(rows.min(GROUP_ROWS));
    let mut dictionary = None;
    loop {
        let page = match pages.next()? {
            Next::End => break,
            Next::Dictionary(plain) => {
                dictionary = Some(plain.numbers()?);
                continue;
            }
            Next::Page(page) => page,
        };
        let values = match &page.values {
            PageValues::Plain(plain) => plain.numbers()?,
            PageValues::Indices(indices) => {
                let dictionary = dictionary.as_deref().unwrap_or_default();
                let value = |index: &u32| dictionary.get(*index as usize).copied();
                indices.iter().map(value).collect::<Option<_>>().ok_or_else(inconsistent)?
            }
        };
        if values.len() == page.items() {
            numbers.extend(values.into_iter().map(Some));
        } else {
            let mut values = values.into_iter();
            let value = |item| if page.is_present(item) { values.next() } else { None };
            numbers.extend((0..page.items()).map(value));
        }
        if numbers.len() > rows {
            return Err(inconsistent());
        }
    }
    Ok(Numbers::new(numbers.iter().copied()))
}

/// A column of texts while it is read.
struct TextColumn {
    is_list: bool,
    texts: TextsBuilder,
    /// Number of texts of the dictionary; they come first.
    dictionary: Option<u32>,
    /// Number of rows that were read.
    rows: usize,
    /// Number of items in lists.
    items: u32,
    /// Where the items of each row end, but for the last row.
    ends: Vec<u32>,
}

impl TextColumn {
    fn read(mut pages: Pages, is_list: bool, rows: usize) -> ParquetResult<Self> {
        let (texts, ends) = (TextsBuilder::default(), Vec::new());
        let mut column = Self { is_list, texts, dictionary: None, rows: 0, items: 0, ends };
        loop {
            match pages.next()? {
                Next::End => return Ok(column),
                Next::Dictionary(plain) if column.dictionary.is_none() => {
                    column.add_texts(&plain)?;
                    column.dictionary = u32::try_from(plain.len()).ok();
                }
                Next::Dictionary(_) => return Err(inconsistent()),
                Next::Page(page) => column.add_page(&page)?,
            }
            if column.rows > rows {
                return Err(inconsistent());
            }
        }
    }

    fn add_page(&mut self, page: &Page) -> ParquetResult<()> {
        let codes = self.codes(&page.values)?;
        if self.is_list {
            for (begins_row, is_present) in page.list_items() {
                if begins_row {
                    if self.rows > 0 {
                        self.ends.push(self.items);
                    }
                    self.rows += 1;
                }
                self.items = self.items.checked_add(u32::from(is_present)).ok_or_else(inconsistent)?;
            }
            self.texts.add_rows(codes.into_iter());
        } else if codes.len() == page.items() {
            self.rows += codes.len();
            self.texts.add_rows(codes.into_iter());
        } else {
            self.rows += page.items();
            let mut codes = codes.into_iter();
            let code = |item| if page.is_present(item) { codes.next().unwrap_or(0) } else { 0 };
            self.texts.add_rows((0..page.items()).map(code));
        }
        Ok(())
    }

    /// Adds texts, and gives the code of the first.
    fn add_texts(&mut self, plain: &Plain) -> ParquetResult<u32> {
        self.texts.reserve(plain.len(), plain.bytes());
        let first = self.texts.next_code().ok_or_else(inconsistent)?;
        plain.for_each_text(|text| self.texts.add_text(text).ok_or_else(inconsistent))?;
        Ok(first)
    }

    /// The codes of a page's texts.
    fn codes(&mut self, values: &PageValues) -> ParquetResult<Vec<u32>> {
        match values {
            PageValues::Plain(plain) => {
                let first = self.add_texts(plain)?;
                Ok((first..).take(plain.len()).collect())
            }
            PageValues::Indices(indices) => {
                let count = self.dictionary.unwrap_or(0);
                if indices.iter().any(|index| *index >= count) {
                    return Err(inconsistent());
                }
                Ok(indices.iter().map(|index| index + 1).collect())
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
