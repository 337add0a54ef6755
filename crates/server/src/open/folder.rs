//! A folder as one file: the viewer chooses from the members of an archive what it reads, as it does from a folder
//! that is dropped on it.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::NamedTempFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::source::files_below;

/// A folder, packed when it is first asked for.
#[derive(Debug)]
pub(super) struct PackedFolder {
    root: PathBuf,
    archive: OnceLock<Result<NamedTempFile, String>>,
}

impl PackedFolder {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root, archive: OnceLock::new() }
    }

    /// The archive; made in this call where it is the first.
    ///
    /// # Errors
    /// If a file cannot be read, or there is no room for the archive.
    pub(super) fn archive(&self) -> io::Result<&Path> {
        let archive = self.archive.get_or_init(|| pack(&self.root).map_err(|error| error.to_string()));
        archive.as_ref().map(NamedTempFile::path).map_err(|why| io::Error::other(why.clone()))
    }
}

/// Files are stored as they are: the archive is read on the same machine, and soon deleted.
fn pack(root: &Path) -> io::Result<NamedTempFile> {
    let mut archive = NamedTempFile::with_prefix("replayscope-")?;
    let mut writer = ZipWriter::new(archive.as_file_mut());
    for name in files_below(root)? {
        let mut file = File::open(root.join(&name))?;
        let is_large = file.metadata()?.len() >= u64::from(u32::MAX);
        let options =
            SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(is_large);
        writer.start_file(name, options)?;
        io::copy(&mut file, &mut writer)?;
    }
    writer.finish()?;
    archive.as_file_mut().seek(SeekFrom::Start(0))?;
    Ok(archive)
}
