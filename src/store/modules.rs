//! What the stores load on demand.

use session::export::copy::{self, Copied, CopyError, CopyForm, CopyRequest, FormOffer};
use session::export::{ExportOptions, HarExport, HarWriter, MessagesExport, MessagesFormat, MessagesWriter};
use session::formats::{FORMATS, Formats};
use session::model::{Details, Record};
use session::protocols::{AllProtocols, Library};

use super::findings::Judge;
use super::judge::Rules;
use crate::on_demand::on_demand;

/// What copies rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowCopier {
    pub(super) forms_of: fn(&Record, &Details) -> Vec<FormOffer>,
    pub(super) copy: fn(CopyForm, &CopyRequest<'_>) -> Result<Copied, CopyError>,
    pub(super) copy_all: fn(CopyForm, &[CopyRequest<'_>]) -> Result<Copied, CopyError>,
}

on_demand! {
    /// What copies rows as commands and code.
    copy: fn row_copier() -> RowCopier = RowCopier {
        forms_of: copy::forms_of,
        copy: copy::copy,
        copy_all: copy::copy_all,
    };

    /// What decodes the messages of sockets.
    protocols: fn protocols() -> &'static dyn Library = &AllProtocols;

    /// What judges a session.
    findings: fn judge() -> Box<dyn Judge> = Box::new(Rules::new());

    /// All formats; [`session::formats::NATIVE`] is part of the app.
    formats: fn formats() -> Formats = FORMATS;

    /// A writer of these rows as a HAR.
    export: fn har_writer(rows: Vec<usize>, options: ExportOptions) -> Box<dyn HarExport> =
        Box::new(HarWriter::new(rows, options));

    /// A writer of messages; the arguments are those of [`MessagesWriter::new`].
    export: fn messages_writer(
        format: MessagesFormat,
        is_decoded: bool,
        record: usize,
        indexes: Vec<u32>,
        options: ExportOptions
    ) -> Box<dyn MessagesExport> =
        Box::new(MessagesWriter::new(format, is_decoded, record, indexes, options));
}
