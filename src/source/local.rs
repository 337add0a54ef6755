//! Files of this computer.

use session::formats::{LoadError, Retry};
use wasm_bindgen::JsCast;
use web_sys::{File, FileList};

use super::sibling_path;
use super::stream::{ByteStream, message_of};

/// A file and its path within what was picked or dropped.
#[derive(Clone, Debug)]
pub struct NamedFile {
    pub path: String,
    pub file: File,
}

/// The files of an input.
pub fn picked(list: &FileList) -> Vec<NamedFile> {
    let files = (0..list.length()).filter_map(|index| list.get(index));
    files.map(|file| NamedFile { path: path_of(&file), file }).collect()
}

/// The path in the picked folder, or the name of a file that was picked alone.
fn path_of(file: &File) -> String {
    let path = js_sys::Reflect::get(file.unchecked_ref(), &"webkitRelativePath".into()).ok();
    path.and_then(|path| path.as_string()).filter(|path| !path.is_empty()).unwrap_or_else(|| file.name())
}

/// Opens the file `first`, or the one at `path` in its folder.
pub(super) async fn open(
    files: &[NamedFile],
    first: &str,
    path: Option<&str>,
) -> Result<ByteStream, LoadError> {
    let found = match path {
        None => files.iter().find(|file| file.path == first),
        Some(path) => find_sibling(files, first, path),
    };
    let Some(found) = found else {
        let name = path.unwrap_or("the file").to_owned();
        let remedy = "Open the folder, or select all of its files together.";
        let what = "The file is not among those that were opened";
        return Err(LoadError::new(what, name, remedy, Retry::Absent));
    };
    let total = Some(found.file.size() as u64);
    let unreadable = |why: String| {
        let remedy = "It may have been moved or changed since: open it again.";
        LoadError::new("The file could not be read", format!("{}: {why}", found.path), remedy, Retry::Useless)
    };
    ByteStream::new(found.file.stream(), total, Some(found.file.clone().into()), None)
        .await
        .map_err(|error| unreadable(message_of(&error)))
}

/// By its path in the first file's folder; files that were picked one by one have no folders, so
/// the name decides then.
fn find_sibling<'a>(files: &'a [NamedFile], first: &str, path: &str) -> Option<&'a NamedFile> {
    let full_path = sibling_path(first, path);
    let name = path.rsplit('/').next().unwrap_or(path);
    files
        .iter()
        .find(|file| file.path == full_path)
        .or_else(|| files.iter().find(|file| !file.path.contains('/') && file.path == name))
}
