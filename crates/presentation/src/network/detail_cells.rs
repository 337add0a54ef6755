//! The cells of the columns that are not shown at first.

use session::encodings::{visible_line, visible_url};
use session::model::{Millis, Record, Session};

use super::request_filter::{cookie_count, first_byte};
use super::url_parts::UrlParts;
use super::{Cell, Column, IndexedText, RequestIndex, Side};
use crate::time::{extent, offset};

/// Characters of a cell, and of its title.
const MAX_CHARS: usize = 300;
const MAX_TITLE_CHARS: usize = 2000;

/// The cell of a column that is not shown at first. `index` is the index of details and the row's
/// place in it; without it, or before the row is read, a detail is shown as `…`.
pub fn indexed_cell(
    session: &Session,
    record: &Record,
    column: Column,
    index: Option<(&RequestIndex, usize)>,
) -> Cell {
    let url = || UrlParts::of(&record.url);
    let text = match column {
        Column::Domain => Some(visible_url(url().host, MAX_CHARS).into_owned()),
        Column::Path => Some(visible_url(url().path_and_query().0, MAX_CHARS).into_owned()),
        Column::Query => Some(visible_url(url().path_and_query().1, MAX_CHARS).into_owned()),
        Column::FirstByte => first_byte(record).and_then(Millis::new).map(Millis::duration),
        Column::End => {
            let end = extent(session, record).and_then(|extent| extent.recorded_end);
            offset(session, end).and_then(Millis::new).map(Millis::offset)
        }
        column => {
            let Some((index, row)) = index.filter(|(index, row)| *row < index.len()) else {
                return Cell::new("…", "Not read yet");
            };
            return match indexed_value(index, row, column) {
                Some(text) => Cell::new(visible_line(&text, MAX_CHARS), visible_line(&text, MAX_TITLE_CHARS)),
                None => Cell::unknown("Not recorded"),
            };
        }
    };
    match text.filter(|text| !text.is_empty()) {
        Some(text) => Cell::new(text.clone(), text),
        None if matches!(column, Column::Path | Column::Query) => Cell::new("", ""),
        None => Cell::unknown("Not recorded"),
    }
}

/// What a column shows of the details of a row; `None` if it was not recorded.
pub(super) fn indexed_value(index: &RequestIndex, row: usize, column: Column) -> Option<String> {
    let text = |text| index.text(row, text).map(str::to_owned);
    match column {
        Column::Protocol => text(IndexedText::Protocol),
        Column::RemoteAddress => text(IndexedText::RemoteAddress),
        Column::Priority => text(IndexedText::Priority),
        Column::Initiator => text(IndexedText::Initiator),
        Column::Connection => text(IndexedText::Connection),
        Column::ContentEncoding => index.header(row, Side::Response, "content-encoding").map(str::to_owned),
        Column::Cookies => {
            let count = index.header(row, Side::Request, "cookie").map(cookie_count)?;
            Some(count.to_string())
        }
        Column::Header(header) => {
            let of = |side| index.header(row, side, header.name()).map(str::to_owned);
            of(Side::Response).or_else(|| of(Side::Request))
        }
        _ => None,
    }
}
