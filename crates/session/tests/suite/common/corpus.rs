//! Real recordings, where `REPLAYSCOPE_CORPUS` names a folder of them.

use std::io::Read;
use std::path::{Path, PathBuf};

/// The files of one folder of the corpus; empty, with a message, if there is no corpus.
pub(crate) fn corpus(folder: &str) -> Vec<PathBuf> {
    let Some(root) = std::env::var_os("REPLAYSCOPE_CORPUS") else {
        println!("REPLAYSCOPE_CORPUS is not set: the tests over real recordings of {folder} are skipped");
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(Path::new(&root).join(folder))
        .expect("the folder of the corpus can be listed")
        .map(|entry| entry.expect("an entry of the corpus").path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{folder} holds no files");
    files
}

pub(crate) fn bytes_of(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).expect("a corpus file can be read");
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).expect("gzip");
        return plain;
    }
    bytes
}

pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
