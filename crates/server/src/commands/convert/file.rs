//! A file that appears under its name when it is complete.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, StdoutLock, Write};
use std::path::{Path, PathBuf};

use crate::Failure;

/// Where one file is written.
#[derive(Debug)]
pub(super) enum OutputFile {
    /// Standard output, a device or a pipe, which cannot be replaced.
    Stream(BufWriter<Stream>),
    New(NewFile),
}

#[derive(Debug)]
pub(super) enum Stream {
    Stdout(StdoutLock<'static>),
    Device(File),
}

impl OutputFile {
    /// Standard output, or with a path a new file.
    ///
    /// # Errors
    /// If there is such a file, unless `force` is set, or it cannot be created.
    pub(super) fn create(path: Option<&Path>, force: bool) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(Self::Stream(BufWriter::new(Stream::Stdout(io::stdout().lock()))));
        };
        let is_device = |found: &Metadata| !found.is_file() && !found.is_dir();
        if fs::metadata(path).is_ok_and(|found| is_device(&found)) {
            let device = OpenOptions::new().write(true).open(path);
            let device = device.map_err(|error| not_created(path, &error))?;
            return Ok(Self::Stream(BufWriter::new(Stream::Device(device))));
        }
        NewFile::create(path, force).map(Self::New)
    }

    /// Completes the file.
    pub(super) fn finish(self) -> io::Result<()> {
        match self {
            Self::Stream(mut stream) => stream.flush(),
            Self::New(file) => file.finish(),
        }
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stream(stream) => stream.write(bytes),
            Self::New(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stream(stream) => stream.flush(),
            Self::New(file) => file.flush(),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(stdout) => stdout.write(bytes),
            Self::Device(device) => device.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(stdout) => stdout.flush(),
            Self::Device(device) => device.flush(),
        }
    }
}

/// A file that has a temporary name until it is complete, and is removed if it never is.
#[derive(Debug)]
pub struct NewFile {
    path: PathBuf,
    temporary: PathBuf,
    file: BufWriter<File>,
    is_complete: bool,
}

impl NewFile {
    /// # Errors
    /// If there is such a file, unless `force` is set, or it cannot be created.
    pub fn create(path: &Path, force: bool) -> Result<Self, Failure> {
        // What a link names is replaced, not the link.
        let path = match fs::metadata(path) {
            Ok(found) if !found.is_file() => return Err(is_not_a_file(path)),
            Ok(_) if !force => return Err(exists(path)),
            Ok(_) => path.canonicalize()?,
            Err(_) => path.to_owned(),
        };
        let temporary = temporary_path(&path)?;
        let file = File::create_new(&temporary).map_err(|error| not_created(&path, &error))?;
        Ok(Self { path, temporary, file: BufWriter::new(file), is_complete: false })
    }

    /// Gives the file its name.
    pub fn finish(mut self) -> io::Result<()> {
        self.file.flush()?;
        fs::rename(&self.temporary, &self.path)?;
        self.is_complete = true;
        Ok(())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_complete {
            // Nothing can be done about a file that cannot be removed.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for NewFile {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}

/// A name next to `path` for what is not complete yet.
pub(super) fn temporary_path(path: &Path) -> Result<PathBuf, Failure> {
    let Some(name) = path.file_name() else {
        return Err(Failure::Argument(format!("{} does not name a file.", path.display())));
    };
    let name = format!(".{}.{}.part", name.to_string_lossy(), std::process::id());
    Ok(path.with_file_name(name))
}

pub(super) fn exists(path: &Path) -> Failure {
    Failure::Argument(format!("{} exists. Add --force to replace it.", path.display()))
}

pub(super) fn not_created(path: &Path, error: &io::Error) -> Failure {
    Failure::Argument(format!("{} cannot be created: {error}", path.display()))
}

fn is_not_a_file(path: &Path) -> Failure {
    Failure::Argument(format!("{} is not a file: name another one.", path.display()))
}
