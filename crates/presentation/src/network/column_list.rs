//! The columns of the Network table that are shown, in their order, and how wide they are.

use std::fmt;
use std::ops::Range;

use super::Column;

/// A column that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownColumn {
    pub column: Column,
    /// In px; `None` for the usual width.
    pub width: Option<u16>,
}

/// The columns that are shown, from left to right. The name is always among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnList(Vec<ShownColumn>);

/// The widths that a column can have, in px.
pub const WIDTHS: std::ops::RangeInclusive<u16> = 40..=1000;
const MAX_COLUMNS: usize = 40;

impl Default for ColumnList {
    /// The columns that are shown at first.
    fn default() -> Self {
        Self(Column::ALL.into_iter().map(|column| ShownColumn { column, width: None }).collect())
    }
}

impl ColumnList {
    /// The columns from left to right.
    pub fn iter(&self) -> impl Iterator<Item = ShownColumn> {
        self.0.iter().copied()
    }

    /// Whether the column is shown.
    pub fn has(&self, column: Column) -> bool {
        self.0.iter().any(|shown| shown.column == column)
    }

    /// Whether a column shows details that are read into an index.
    pub fn needs_index(&self) -> bool {
        self.0.iter().any(|shown| shown.column.needs_index())
    }

    /// The places of the columns that the name of a group spans: the name and those next to it whose
    /// values have no sum.
    pub fn group_label_columns(&self) -> Range<usize> {
        let Some(name) = self.0.iter().position(|shown| shown.column == Column::Name) else { return 0..0 };
        let has_sum = |shown: &ShownColumn| shown.column.has_group_sum();
        let start = self.0.iter().take(name).rposition(has_sum).map_or(0, |before| before + 1);
        let end = self.0.iter().skip(name).position(has_sum).map_or(self.0.len(), |after| name + after);
        start..end
    }

    /// Shows or hides a column. A column that is shown takes its usual place; the name is never
    /// hidden.
    pub fn toggle(&mut self, column: Column) {
        if column == Column::Name {
            return;
        }
        let count = self.0.len();
        self.0.retain(|shown| shown.column != column);
        if self.0.len() == count && count < MAX_COLUMNS {
            let is_after = |shown: &ShownColumn| shown.column.rank() > column.rank();
            let at = self.0.iter().position(is_after).unwrap_or(count);
            self.0.insert(at, ShownColumn { column, width: None });
        }
    }

    /// Sets the width of a column in px, within [`WIDTHS`].
    pub fn resize(&mut self, column: Column, width: u16) {
        if let Some(shown) = self.0.iter_mut().find(|shown| shown.column == column) {
            shown.width = Some(width.clamp(*WIDTHS.start(), *WIDTHS.end()));
        }
    }

    /// Moves a column by that many places.
    pub fn shift(&mut self, column: Column, by: isize) {
        let Some(from) = self.0.iter().position(|shown| shown.column == column) else { return };
        let to = from.saturating_add_signed(by).min(self.0.len() - 1);
        let moved = self.0.remove(from);
        self.0.insert(to, moved);
    }

    /// Moves a column to the place of another one.
    pub fn move_to(&mut self, column: Column, place: Column) {
        let at = |wanted| self.0.iter().position(|shown| shown.column == wanted);
        if let (Some(from), Some(to)) = (at(column), at(place)) {
            self.shift(column, to.cast_signed() - from.cast_signed());
        }
    }

    /// Reads a comma list of keys, each with `@` and its width in px where it is not the usual one.
    ///
    /// # Errors
    /// The first part that is not a column.
    pub fn parse(text: &str) -> Result<Self, &str> {
        let mut list = Self(Vec::new());
        for part in text.split(',').filter(|part| !part.is_empty()).take(MAX_COLUMNS) {
            let (key, width) = part.split_once('@').map_or((part, None), |(key, width)| (key, Some(width)));
            let column = Column::from_key(key).ok_or(part)?;
            let width = width.map(|width| width.parse::<u16>().map_err(|_| part)).transpose()?;
            if !list.has(column) {
                let width = width.map(|width| width.clamp(*WIDTHS.start(), *WIDTHS.end()));
                list.0.push(ShownColumn { column, width });
            }
        }
        if !list.has(Column::Name) {
            list.0.insert(0, ShownColumn { column: Column::Name, width: None });
        }
        Ok(list)
    }
}

impl fmt::Display for ColumnList {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, ShownColumn { column, width }) in self.iter().enumerate() {
            let comma = if nth == 0 { "" } else { "," };
            write!(out, "{comma}{}", column.key())?;
            if let Some(width) = width {
                write!(out, "@{width}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> ColumnList {
        ColumnList::parse(text).unwrap_or_else(|part| panic!("{part}"))
    }

    #[test]
    fn lists_round_trip_and_name_what_they_do_not_know() {
        for text in ["name", "status,name@240,domain,header:x-id,waterfall", "latency,name"] {
            assert_eq!(list(text).to_string(), text);
        }
        assert_eq!(list("name,status,,status").to_string(), "name,status", "each is shown once");
    }

    #[test]
    fn what_is_not_a_column_is_named() {
        assert_eq!(ColumnList::parse("status,colour,name"), Err("colour"));
        assert_eq!(ColumnList::parse("name@wide"), Err("name@wide"));
        assert_eq!(list("status").to_string(), "name,status", "the name is always shown");
        assert_eq!(list("name@2").to_string(), "name@40");
    }

    #[test]
    fn a_column_takes_its_usual_place() {
        let mut columns = ColumnList::default();
        columns.toggle(Column::Domain);
        columns.toggle(Column::from_key("header:etag").expect("a header"));
        columns.toggle(Column::Method);
        assert_eq!(columns.to_string(), "status,name,domain,type,start,latency,size,header:etag,waterfall");
        columns.toggle(Column::Name);
        columns.toggle(Column::Method);
        assert!(columns.has(Column::Name) && columns.to_string().starts_with("status,method,name"));
    }

    #[test]
    fn columns_are_resized_and_moved() {
        let mut columns = list("status,name,type");
        columns.resize(Column::Name, 300);
        columns.resize(Column::Type, 1);
        columns.shift(Column::Name, 5);
        columns.shift(Column::Type, -9);
        assert_eq!(columns.to_string(), "type@40,status,name@300");
        columns.move_to(Column::Name, Column::Type);
        assert_eq!(columns.to_string(), "name@300,type@40,status");
    }

    #[test]
    fn the_name_of_a_group_spans_the_columns_without_sums_around_the_name() {
        assert_eq!(ColumnList::default().group_label_columns(), 0..4);
        let spanned = |text: &str| ColumnList::parse(text).expect("columns").group_label_columns();
        assert_eq!(spanned("size,status,name,domain,start,type"), 1..4);
        assert_eq!(spanned("latency,name"), 1..2);
        assert_eq!(spanned("name,waterfall,status"), 0..1);
    }
}
