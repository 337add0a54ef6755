//! The native session folder, as `docs/session-format.md` describes it.

pub(super) mod catalogue;
mod details;
mod http;
mod manifest;
mod record;
mod resources;
mod shared_files;
mod sockets;

use super::highlight::{self, HighlightReader};
use super::{Format, LoadError, Next, Reader, Start};
use crate::model::Session;

pub(super) use details::details;
pub(super) use manifest::SocketFiles;
pub(super) use resources::ResourcesReader;

/// A session folder, told by its manifest.
pub(super) static FORMAT: Format = Format {
    name: "Replayscope session",
    claims: |shape| shape.has("format") || shape.has_all(&["startedAt", "files"]),
    reader: |start| Box::new(FolderReader { file: start.file, stage: Stage::Manifest(Vec::new()) }),
};

/// `resources.jsonl` by itself.
pub(super) static RESOURCES: Format = Format {
    name: "resources of a Replayscope session",
    claims: |shape| shape.has("initiatorType") || shape.has("resources"),
    reader: |start: Start| {
        if highlight::is_around(&start) {
            return Box::new(HighlightReader::new(start));
        }
        Box::new(ResourcesReader::alone(&start.file))
    },
};

/// A manifest larger than this is none: it lists files, it holds no data.
const MAX_MANIFEST: usize = 64 << 20;

/// Reads the manifest, then the files that it names.
#[derive(Debug)]
struct FolderReader {
    file: String,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Manifest(Vec<u8>),
    Resources(Box<ResourcesReader>),
}

impl Reader for FolderReader {
    fn feed(&mut self, session: &mut Session, piece: &[u8]) -> Result<(), LoadError> {
        match &mut self.stage {
            Stage::Manifest(text) => {
                text.extend_from_slice(piece);
                if text.len() > MAX_MANIFEST { Err(LoadError::too_large(&self.file)) } else { Ok(()) }
            }
            Stage::Resources(reader) => reader.feed(session, piece),
        }
    }

    fn finish(&mut self, session: &mut Session, broken: Option<&str>) -> Result<Next, LoadError> {
        let text = match &mut self.stage {
            Stage::Manifest(text) => std::mem::take(text),
            Stage::Resources(reader) => return reader.finish(session, broken),
        };
        let files = manifest::read(session, &self.file, &text, broken)?;
        let path = files.resources.clone();
        let mut reader = ResourcesReader::new(files);
        let Some(path) = path else { return reader.finish(session, None) };
        self.stage = Stage::Resources(Box::new(reader));
        Ok(Next::Read { path })
    }

    fn missing(&mut self, session: &mut Session, why: LoadError) -> Result<Next, LoadError> {
        match &mut self.stage {
            Stage::Manifest(_) => Err(why),
            // The manifest is there, so what it knows is shown even where its resources are not.
            Stage::Resources(reader) => reader.missing(session, why),
        }
    }
}
