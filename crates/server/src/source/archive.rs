//! The members of a zip archive, on disk or in memory.

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use flate2::read::DeflateDecoder;
use session::archive::{
    ArchiveError, Checksum, HEADER_LEN, Member, Method, TAIL_LEN, data_start, directory, members,
};
use session::formats::{LoadError, Retry};

use super::{not_there, unreadable};

/// Largest archive in bytes that is read from standard input or from another archive: it is kept in memory.
const MAX_IN_MEMORY: u64 = 1 << 30;

/// An archive whose directory is read.
#[derive(Debug)]
pub(super) struct Archive {
    name: String,
    data: Data,
    members: Vec<Member>,
}

enum Data {
    File(PathBuf),
    Memory(Rc<[u8]>),
}

impl fmt::Debug for Data {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => formatter.debug_tuple("File").field(path).finish(),
            Self::Memory(bytes) => formatter.debug_tuple("Memory").field(&bytes.len()).finish(),
        }
    }
}

impl Data {
    fn len(&self) -> io::Result<u64> {
        match self {
            Self::File(path) => Ok(path.metadata()?.len()),
            Self::Memory(bytes) => Ok(bytes.len() as u64),
        }
    }

    fn section(&self, start: u64, len: u64) -> io::Result<Box<dyn Read>> {
        Ok(match self {
            Self::File(path) => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(start))?;
                Box::new(file.take(len))
            }
            Self::Memory(bytes) => {
                let mut bytes = Cursor::new(Rc::clone(bytes));
                bytes.set_position(start);
                Box::new(bytes.take(len))
            }
        })
    }

    fn bytes(&self, start: u64, len: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.section(start, len)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl Archive {
    /// Reads the directory of an archive on disk.
    pub(super) fn of_file(name: &str, path: &Path) -> Result<Self, LoadError> {
        Self::open(name, Data::File(path.to_owned()))
    }

    /// Reads an archive into memory.
    pub(super) fn of_bytes(name: &str, archive: Box<dyn Read>) -> Result<Self, LoadError> {
        let mut bytes = Vec::new();
        let read = archive.take(MAX_IN_MEMORY + 1).read_to_end(&mut bytes);
        read.map_err(|error| unreadable(name, &error))?;
        if bytes.len() as u64 > MAX_IN_MEMORY {
            let remedy = "Save or unpack it to a file, then open that.";
            return Err(LoadError::new("The archive is larger than 1 GB", name, remedy, Retry::Useless));
        }
        Self::open(name, Data::Memory(bytes.into()))
    }

    fn open(name: &str, data: Data) -> Result<Self, LoadError> {
        let unreadable = |error: io::Error| unreadable(name, &error);
        let damaged = |error: ArchiveError| damaged(name, &error.to_string());
        let len = data.len().map_err(unreadable)?;
        let tail_len = len.min(TAIL_LEN);
        let tail = data.bytes(len - tail_len, tail_len).map_err(unreadable)?;
        let place = directory(&tail, len).map_err(damaged)?;
        let listed = data.bytes(place.start, place.len).map_err(unreadable)?;
        let members = members(&listed, place.start).map_err(damaged)?;
        if members.is_empty() {
            let remedy = "Export or download it again.";
            return Err(LoadError::new("The archive is empty", name, remedy, Retry::Useful));
        }
        Ok(Self { name: name.to_owned(), data, members })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.members.iter().map(|member| member.name.clone()).collect()
    }

    /// The decompressed bytes of the member of that path.
    pub(super) fn read_member(&self, path: &str) -> Result<Box<dyn Read>, LoadError> {
        let place = format!("{path} in {}", self.name);
        let Some(member) = self.members.iter().find(|member| member.name == path) else {
            return Err(not_there(&place));
        };
        let unreadable = |error: io::Error| unreadable(&place, &error);
        let header = self.data.bytes(member.header_start, HEADER_LEN).map_err(unreadable)?;
        let start = data_start(&header, member).map_err(|error| damaged(&self.name, &error.to_string()))?;
        let packed = self.data.section(start, member.packed_len).map_err(unreadable)?;
        let bytes: Box<dyn Read> = match member.method {
            Method::Stored => packed,
            Method::Deflated => Box::new(DeflateDecoder::new(packed)),
            Method::Encrypted => return Err(refused("The file is protected by a password", place)),
            Method::Other(number) => {
                let what = format!("The file is compressed with method {number}, which is not supported");
                return Err(refused(what, place));
            }
        };
        Ok(Box::new(Checked { bytes, checksum: Checksum::of(member) }))
    }
}

/// A member whose checksum is compared at its end.
struct Checked {
    bytes: Box<dyn Read>,
    checksum: Checksum,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.bytes.read(buffer)?;
        if len == 0 && !buffer.is_empty() {
            self.checksum.verify().map_err(io::Error::other)?;
        }
        self.checksum.add(buffer.get(..len).unwrap_or_default());
        Ok(len)
    }
}

fn refused(what: impl Into<String>, place: String) -> LoadError {
    LoadError::new(what, place, "Unpack the archive, then open what is inside.", Retry::Useless)
}

fn damaged(name: &str, error: &str) -> LoadError {
    let remedy = "Download or export it again; a transfer as text damages archives.";
    LoadError::new("The zip archive cannot be read", format!("{name}: {error}"), remedy, Retry::Useful)
}
