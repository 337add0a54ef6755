//! Encodes rows as a file.

use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::errors::Result as ParquetResult;
use parquet::file::metadata::KeyValue;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};

use crate::error::Error;
use crate::hash::SessionHasher;
use crate::integrity::seal;
use crate::name::Ulid;
use crate::row::Row;
use crate::schema::{Column, GROUP_ROWS, Kind, properties, schema};

/// Key of a footer's metadata: names of the files that the file replaces, separated by spaces.
pub(crate) const REPLACES: &str = "replayscope.replaces";

/// Encodes rows of one project, which it sorts newest first.
pub(crate) fn encode(mut rows: Vec<Row>, replaces: &[Ulid]) -> Result<Vec<u8>, Error> {
    if let Some(first) = rows.first() {
        let hasher = SessionHasher::new(&first.project);
        rows.sort_by_cached_key(|row| {
            (std::cmp::Reverse(row.sort_time()), hasher.hash(row.session.as_bytes()))
        });
    }
    write(&rows, replaces).map_err(|error| Error::Internal(error.to_string()))
}

fn write(rows: &[Row], replaces: &[Ulid]) -> ParquetResult<Vec<u8>> {
    let mut writer = SerializedFileWriter::new(Vec::new(), schema()?, properties())?;
    for group in rows.chunks(GROUP_ROWS) {
        let mut group_writer = writer.next_row_group()?;
        for column in Column::ALL {
            if let Some(mut column_writer) = group_writer.next_column()? {
                write_column(&mut column_writer, *column, group)?;
                column_writer.close()?;
            }
        }
        group_writer.close()?;
    }
    if !replaces.is_empty() {
        let names: Vec<String> = replaces.iter().map(ToString::to_string).collect();
        writer.append_key_value_metadata(KeyValue::new(REPLACES.to_owned(), names.join(" ")));
    }
    let metadata = writer.finish()?;
    let file = std::mem::take(writer.inner_mut());
    seal(file, metadata.row_groups())
        .ok_or_else(|| parquet::errors::ParquetError::General("inconsistent offsets".to_owned()))
}

fn write_column(writer: &mut SerializedColumnWriter<'_>, column: Column, rows: &[Row]) -> ParquetResult<()> {
    let levels_of = |present: bool| i16::from(present);
    match column.kind() {
        Kind::Time | Kind::Count => {
            let numbers: Vec<Option<i64>> = rows.iter().map(|row| column.number(row)).collect();
            let levels: Vec<i16> = numbers.iter().map(|number| levels_of(number.is_some())).collect();
            let values: Vec<i64> = numbers.into_iter().flatten().collect();
            let levels = (!column.is_required()).then_some(levels.as_slice());
            writer.typed::<Int64Type>().write_batch(&values, levels, None)?;
        }
        Kind::Text => {
            let texts: Vec<Option<&str>> = rows.iter().map(|row| column.text(row)).collect();
            let levels: Vec<i16> = texts.iter().map(|text| levels_of(text.is_some())).collect();
            let values: Vec<ByteArray> = texts.into_iter().flatten().map(ByteArray::from).collect();
            let levels = (!column.is_required()).then_some(levels.as_slice());
            writer.typed::<ByteArrayType>().write_batch(&values, levels, None)?;
        }
        Kind::TextList => {
            let (mut values, mut definition, mut repetition) = (Vec::new(), Vec::new(), Vec::new());
            for row in rows {
                let start = values.len();
                values.extend(column.texts(row).map(ByteArray::from));
                let count = values.len() - start;
                repetition.extend((0..count.max(1)).map(|item| levels_of(item > 0)));
                definition.extend((0..count.max(1)).map(|_| levels_of(count > 0)));
            }
            let writer = writer.typed::<ByteArrayType>();
            writer.write_batch(&values, Some(&definition), Some(&repetition))?;
        }
    }
    Ok(())
}
