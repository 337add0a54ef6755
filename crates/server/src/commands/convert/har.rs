//! A recording as a HAR, with the messages of its sockets.

use std::io::Write;

use presentation::network::{RowFilter, filtered_rows};
use session::export::{ExportOptions, HarExport, HarWriter};

use super::Converted;
use super::file::OutputFile;
use super::sidecars::Sidecars;
use crate::Failure;
use crate::recording::Recording;

/// Writes all rows, in the order of the Network table.
pub(super) fn convert(
    recording: &Recording,
    options: ExportOptions,
    mut file: OutputFile,
) -> Result<Converted, Failure> {
    let session = &recording.session;
    let rows = filtered_rows(session, None, &RowFilter::default());
    let mut writer = HarWriter::new(rows.iter().map(|row| *row as usize).collect(), options);
    let mut sidecars = Sidecars::new(recording);
    loop {
        let bodies = writer.wants_bodies(session);
        if !bodies.is_empty() {
            writer.provide_bodies(sidecars.bodies(bodies));
        }
        let log = sidecars.messages(writer.wants(session));
        let Some(piece) = writer.next_piece(session, log) else { break };
        file.write_all(&piece)?;
    }
    file.finish()?;
    Ok(Converted { omissions: writer.omissions(), failures: sidecars.failures, ..Converted::default() })
}
