//! The files of the folder that `REPLAYSCOPE_CASES` names.

use std::path::Path;

/// The bytes of a case; `None`, with a message, where no folder is named.
pub(crate) fn case(name: &str) -> Option<Vec<u8>> {
    let Some(root) = std::env::var_os("REPLAYSCOPE_CASES") else {
        println!("REPLAYSCOPE_CASES is not set: {name} is skipped");
        return None;
    };
    let path = Path::new(&root).join(name);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}
