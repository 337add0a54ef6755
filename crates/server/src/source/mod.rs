//! Where a recording's files are: on disk, in a zip archive, or on standard input.

mod archive;
mod decompress;
mod disk;

use std::cell::RefCell;
use std::io::{self, Read};

use session::archive::is_zip;
use session::formats::{FileSelection, LoadError, Retry};

use archive::Archive;
use decompress::{Prefixed, decompressed};
use disk::Disk;
pub use disk::{file_in, files_below};

/// The argument that names standard input.
pub const STANDARD_INPUT: &str = "-";

/// The files of a recording, of which one is read first and names the others.
#[derive(Debug)]
pub struct Files {
    location: Location,
    /// The path of the first file within the location.
    first: String,
}

#[derive(Debug)]
enum Location {
    Disk(Disk),
    Archive(Box<Archive>),
    /// Can be read once.
    Input(RefCell<Option<io::Stdin>>),
}

/// A file that is opened.
pub enum Input {
    /// Its bytes, decompressed where the file itself is compressed.
    Plain(Box<dyn Read>),
    /// A zip archive, which cannot be read from its beginning.
    Archive(Box<dyn Read>),
}

impl Files {
    /// The files that an argument names: a file, a folder, or `-` for standard input.
    ///
    /// # Errors
    /// If there is no such file, or the folder cannot be listed.
    pub fn named(argument: &str) -> Result<Self, LoadError> {
        let location = if argument == STANDARD_INPUT {
            Location::Input(RefCell::new(Some(io::stdin())))
        } else {
            Location::Disk(Disk::open(argument)?)
        };
        let first = match &location {
            Location::Disk(disk) => disk.file_name().to_owned(),
            _ => "standard input".to_owned(),
        };
        Ok(Self { location, first })
    }

    /// The members of an archive, which arrives as the file that is read first.
    ///
    /// # Errors
    /// If it is damaged or cannot be read.
    pub fn unpacked(&self, archive: Box<dyn Read>) -> Result<Self, LoadError> {
        let path = match &self.location {
            Location::Disk(disk) => Some(disk.path(&self.first, None)?),
            _ => None,
        };
        let archive = match path {
            Some(path) => Archive::of_file(&self.first, &path)?,
            None => Archive::of_bytes(&self.first, archive)?,
        };
        Ok(Self { first: self.first.clone(), location: Location::Archive(Box::new(archive)) })
    }

    /// The files as a loader chooses from them.
    pub fn selection(&self) -> FileSelection {
        match &self.location {
            Location::Disk(disk) => disk.selection(),
            Location::Input(_) => FileSelection::One(self.first.clone()),
            Location::Archive(archive) => {
                FileSelection::Listed { names: archive.names(), archive: Some(archive.name().to_owned()) }
            }
        }
    }

    /// The path of the first file.
    pub fn first(&self) -> &str {
        &self.first
    }

    /// Reads `first` first.
    pub fn begin_with(&mut self, first: &str) {
        if !matches!(self.location, Location::Input(_)) {
            first.clone_into(&mut self.first);
        }
    }

    /// Opens the first file, or with `path` one in its folder.
    ///
    /// # Errors
    /// If there is no such file, or it cannot be read.
    pub fn open(&self, path: Option<&str>) -> Result<Input, LoadError> {
        let name = path.unwrap_or(&self.first);
        let file: Box<dyn Read> = match &self.location {
            Location::Disk(disk) => Box::new(disk.read(&self.first, path)?),
            Location::Archive(archive) => archive.read_member(&self.sibling(path))?,
            Location::Input(input) => match input.take().filter(|_| path.is_none()) {
                Some(input) => Box::new(input),
                None => return Err(not_there(name)),
            },
        };
        let file = Prefixed::new(file).map_err(|error| unreadable(name, &error))?;
        if is_zip(file.prefix()) {
            return Ok(Input::Archive(Box::new(file)));
        }
        decompressed(file).map(Input::Plain).map_err(|error| unreadable(name, &error))
    }

    fn sibling(&self, path: Option<&str>) -> String {
        path.map_or_else(|| self.first.clone(), |path| sibling_path(&self.first, path))
    }
}

/// The path of a file in the folder of another one.
fn sibling_path(first: &str, path: &str) -> String {
    match first.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{path}"),
        None => path.to_owned(),
    }
}

fn not_there(place: &str) -> LoadError {
    let remedy = "Check the name. A recording needs all the files that it was saved with.";
    LoadError::new("The file does not exist", place, remedy, Retry::Absent)
}

/// The failure of a read.
pub fn unreadable(place: &str, error: &io::Error) -> LoadError {
    if error.kind() == io::ErrorKind::NotFound {
        return not_there(place);
    }
    let remedy = "Check its permissions, and whether it is complete.";
    LoadError::new("The file could not be read", format!("{place}: {error}"), remedy, Retry::Useless)
}
