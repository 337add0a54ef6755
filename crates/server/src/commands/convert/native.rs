//! A recording as a session of Replayscope: a folder, or a zip archive of it.

use std::io::{self, Write};
use std::path::Path;

use session::export::{ExportOptions, NativeWriter};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::Converted;
use super::file::NewFile;
use super::folder::NewFolder;
use super::sidecars::Sidecars;
use crate::Failure;
use crate::recording::Recording;

/// Where the files of a session are written.
enum Files {
    Folder(NewFolder),
    Archive {
        writer: Box<ZipWriter<NewFile>>,
        /// The file that is being written.
        current: String,
    },
}

/// Writes the session to a file that ends in `.zip`, or to a folder.
pub(in crate::commands) fn convert(
    recording: &Recording,
    name: &str,
    options: ExportOptions,
    path: Option<&Path>,
    force: bool,
) -> Result<Converted, Failure> {
    let Some(path) = path else {
        let text = "The native format is several files: name a folder or a .zip file with --output.";
        return Err(Failure::Argument(text.to_owned()));
    };
    let mut files = Files::create(path, force)?;
    let session = &recording.session;
    let mut writer = NativeWriter::new(name, options).with_report();
    let mut sidecars = Sidecars::new(recording);
    loop {
        let bodies = writer.wants_bodies(session);
        if !bodies.is_empty() {
            writer.provide_bodies(sidecars.bodies(bodies));
        }
        let log = sidecars.messages(writer.wants(session));
        let Some(piece) = writer.next_piece(session, log) else { break };
        files.write(&piece.path, &piece.bytes)?;
    }
    files.finish()?;
    let report = writer.report().cloned().unwrap_or_default();
    Ok(Converted { omissions: writer.omissions(), report, failures: sidecars.failures })
}

impl Files {
    fn create(path: &Path, force: bool) -> Result<Self, Failure> {
        let is_archive = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
        if !is_archive {
            return NewFolder::create(path, force).map(Self::Folder);
        }
        let file = NewFile::create(path, force)?;
        Ok(Self::Archive { writer: Box::new(ZipWriter::new(file)), current: String::new() })
    }

    fn write(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Folder(folder) => folder.write(path, bytes),
            Self::Archive { writer, current } => {
                if current != path {
                    // Files of more than 4 GB need it; every reader of today knows it.
                    writer.start_file(path, SimpleFileOptions::default().large_file(true))?;
                    path.clone_into(current);
                }
                writer.write_all(bytes)
            }
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Folder(folder) => folder.finish(),
            Self::Archive { writer, .. } => writer.finish()?.finish(),
        }
    }
}
