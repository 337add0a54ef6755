//! The columns of the catalog's files. `docs/catalog.md` documents them.

use std::sync::{Arc, LazyLock};

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr, WriterVersion};
use parquet::schema::types::{ColumnPath, SchemaDescriptor, Type, TypePtr};

use crate::row::{MAX_LIST_ITEMS, MAX_TEXT_BYTES, Row, State};

/// Maximum number of rows of a row group: what a query decodes, and passes over, at a time.
pub(crate) const GROUP_ROWS: usize = 8_192;

/// What a column's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Epoch milliseconds.
    Time,
    Count,
    Text,
    TextList,
}

macro_rules! columns {
    ($($variant:ident = $name:literal, $kind:ident, $required:literal;)+) => {
        /// A column, in the order of the file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Column { $($variant),+ }

        impl Column {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            pub(crate) const fn kind(self) -> Kind {
                match self { $(Self::$variant => Kind::$kind),+ }
            }

            /// Whether each row has a value.
            pub(crate) const fn is_required(self) -> bool {
                match self { $(Self::$variant => $required),+ }
            }
        }
    };
}

columns! {
    Session = "session", Text, true;
    Generation = "generation", Count, true;
    State = "state", Text, true;
    ReceivedFirst = "received_first", Time, true;
    ReceivedLast = "received_last", Time, true;
    SortTime = "sort_time", Time, true;
    Started = "started", Time, false;
    Ended = "ended", Time, false;
    Title = "title", Text, false;
    PageUrls = "page_urls", TextList, true;
    Host = "host", Text, false;
    User = "user_id", Text, false;
    Tags = "tags", TextList, true;
    Release = "release", Text, false;
    UserAgent = "user_agent", Text, false;
    Requests = "requests", Count, false;
    Sockets = "sockets", Count, false;
    Messages = "messages", Count, false;
    Errors = "errors", Count, false;
    ConsoleErrors = "console_errors", Count, false;
    Bytes = "bytes", Count, false;
    Holes = "holes", Count, false;
}

impl Column {
    /// Its position in the file.
    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    /// Number of kinds of levels that a page of it begins with: which items begin a row, and which are present.
    pub(crate) fn level_kinds(self) -> usize {
        match self.kind() {
            Kind::TextList => 2,
            _ => usize::from(!self.is_required()),
        }
    }

    /// Whether its texts are cached in lower case, for searches; they are not needed as they are.
    pub(crate) const fn is_folded(self) -> bool {
        matches!(self, Self::Title | Self::PageUrls | Self::Tags | Self::Release)
    }

    /// Whether its minimum and maximum are stored, by which a reader passes over row groups.
    const fn has_statistics(self) -> bool {
        !matches!(self, Self::Title | Self::PageUrls | Self::Tags | Self::UserAgent)
    }

    /// The value of a column of times or counts. Counts above 2⁶³ − 1 are stored as that.
    pub(crate) fn number(self, row: &Row) -> Option<i64> {
        let count = |count: Option<u64>| count.map(|count| i64::try_from(count).unwrap_or(i64::MAX));
        match self {
            Self::Generation => Some(i64::from(row.generation)),
            Self::ReceivedFirst => Some(row.received_first),
            Self::ReceivedLast => Some(row.received_last),
            Self::SortTime => Some(row.sort_time()),
            Self::Started => row.started,
            Self::Ended => row.ended,
            Self::Requests => count(row.requests),
            Self::Sockets => count(row.sockets),
            Self::Messages => count(row.messages),
            Self::Errors => count(row.errors),
            Self::ConsoleErrors => count(row.console_errors),
            Self::Bytes => count(row.bytes),
            Self::Holes => count(row.holes),
            _ => None,
        }
    }

    pub(crate) fn set_number(self, row: &mut Row, number: i64) {
        let count = u64::try_from(number).ok();
        match self {
            Self::Generation => row.generation = u32::try_from(number).unwrap_or(0),
            Self::ReceivedFirst => row.received_first = number,
            Self::ReceivedLast => row.received_last = number,
            Self::Started => row.started = Some(number),
            Self::Ended => row.ended = Some(number),
            Self::Requests => row.requests = count,
            Self::Sockets => row.sockets = count,
            Self::Messages => row.messages = count,
            Self::Errors => row.errors = count,
            Self::ConsoleErrors => row.console_errors = count,
            Self::Bytes => row.bytes = count,
            Self::Holes => row.holes = count,
            _ => {}
        }
    }

    /// The value of a column of texts, at most [`MAX_TEXT_BYTES`] of it.
    pub(crate) fn text(self, row: &Row) -> Option<&str> {
        let text = match self {
            Self::Session => Some(row.session.as_str()),
            Self::State => Some(row.state.name()),
            Self::Title => row.title.as_deref(),
            Self::Host => row.host.as_deref(),
            Self::User => row.user.as_deref(),
            Self::Release => row.release.as_deref(),
            Self::UserAgent => row.user_agent.as_deref(),
            _ => None,
        };
        text.map(truncated)
    }

    pub(crate) fn set_text(self, row: &mut Row, text: String) {
        match self {
            Self::Session => row.session = text,
            Self::State => row.state = State::from_name(&text).unwrap_or_default(),
            Self::Title => row.title = Some(text),
            Self::Host => row.host = Some(text),
            Self::User => row.user = Some(text),
            Self::Release => row.release = Some(text),
            Self::UserAgent => row.user_agent = Some(text),
            _ => {}
        }
    }

    /// The values of a column of lists, each at most [`MAX_TEXT_BYTES`] of it.
    pub(crate) fn texts(self, row: &Row) -> impl Iterator<Item = &str> {
        let texts: &[String] = match self {
            Self::PageUrls => &row.page_urls,
            Self::Tags => &row.tags,
            _ => &[],
        };
        texts.iter().take(MAX_LIST_ITEMS).map(|text| truncated(text))
    }

    pub(crate) fn set_texts(self, row: &mut Row, texts: Vec<String>) {
        match self {
            Self::PageUrls => row.page_urls = texts,
            Self::Tags => row.tags = texts,
            _ => {}
        }
    }

    fn field(self) -> parquet::errors::Result<Type> {
        let repetition = if self.is_required() { Repetition::REQUIRED } else { Repetition::OPTIONAL };
        let text = |name| {
            Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
                .with_logical_type(Some(LogicalType::String))
        };
        match self.kind() {
            Kind::Time => {
                let milliseconds = LogicalType::timestamp(true, TimeUnit::MILLIS);
                Type::primitive_type_builder(self.name(), Physical::INT64)
                    .with_logical_type(Some(milliseconds))
                    .with_repetition(repetition)
                    .build()
            }
            Kind::Count => {
                Type::primitive_type_builder(self.name(), Physical::INT64).with_repetition(repetition).build()
            }
            Kind::Text => text(self.name()).with_repetition(repetition).build(),
            Kind::TextList => {
                let element = text("element").with_repetition(Repetition::REQUIRED).build()?;
                let list = Type::group_type_builder("list")
                    .with_repetition(Repetition::REPEATED)
                    .with_fields(vec![Arc::new(element)])
                    .build()?;
                Type::group_type_builder(self.name())
                    .with_logical_type(Some(LogicalType::List))
                    .with_repetition(repetition)
                    .with_fields(vec![Arc::new(list)])
                    .build()
            }
        }
    }

    fn path(self) -> ColumnPath {
        let mut parts = vec![self.name().to_owned()];
        if self.kind() == Kind::TextList {
            parts.extend(["list".to_owned(), "element".to_owned()]);
        }
        ColumnPath::new(parts)
    }
}

/// The beginning of a text, up to the last character that ends within the bound.
fn truncated(text: &str) -> &str {
    let mut end = text.len().min(MAX_TEXT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The schema of a file.
pub(crate) fn schema() -> parquet::errors::Result<TypePtr> {
    let fields = Column::ALL.iter().map(|column| column.field().map(Arc::new));
    let fields = fields.collect::<Result<_, _>>()?;
    Type::group_type_builder("session_catalog").with_fields(fields).build().map(Arc::new)
}

/// Whether a file has the catalog's columns, in their order.
pub(crate) fn is_schema(found: &SchemaDescriptor) -> bool {
    static EXPECTED: LazyLock<Option<SchemaDescriptor>> =
        LazyLock::new(|| schema().ok().map(SchemaDescriptor::new));
    EXPECTED.as_ref().is_some_and(|expected| {
        expected.num_columns() == found.num_columns()
            && expected.columns().iter().zip(found.columns()).all(|(a, b)| {
                a.path() == b.path()
                    && a.physical_type() == b.physical_type()
                    && a.max_def_level() == b.max_def_level()
                    && a.max_rep_level() == b.max_rep_level()
            })
    })
}

/// How files are encoded: Snappy, with a dictionary where values repeat, sorted newest first.
pub(crate) fn properties() -> WriterPropertiesPtr {
    const SORTED_BY: i32 = Column::SortTime as i32;
    let newest_first = SortingColumn { column_idx: SORTED_BY, descending: true, nulls_first: false };
    let mut builder = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(None)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_sorting_columns(Some(vec![newest_first]))
        .set_created_by(concat!("replayscope version ", env!("CARGO_PKG_VERSION")).to_owned());
    for column in Column::ALL {
        if column.kind() == Kind::Time || *column == Column::Session {
            builder = builder.set_column_dictionary_enabled(column.path(), false);
        }
        if !column.has_statistics() {
            builder = builder.set_column_statistics_enabled(column.path(), EnabledStatistics::None);
        }
    }
    Arc::new(builder.build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_truncated_at_the_end_of_a_character() {
        let row = Row { title: Some("é".repeat(MAX_TEXT_BYTES)), ..Row::default() };
        assert_eq!(Column::Title.text(&row).map(str::len), Some(MAX_TEXT_BYTES));
        let odd = Row { title: Some(format!("x{}", "é".repeat(MAX_TEXT_BYTES))), ..Row::default() };
        assert_eq!(Column::Title.text(&odd).map(str::len), Some(MAX_TEXT_BYTES - 1));
    }

    #[test]
    fn the_schema_is_recognized_and_another_is_not() {
        let descriptor = SchemaDescriptor::new(schema().expect("a schema"));
        assert!(is_schema(&descriptor));
        let other = Type::group_type_builder("other").build().expect("an empty schema");
        assert!(!is_schema(&SchemaDescriptor::new(Arc::new(other))));
    }
}
