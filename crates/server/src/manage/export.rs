//! `replayscope export`: a session of a store as a zip archive or a folder, with the files as the store has them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;

use futures::{Stream, StreamExt};
use store::StoreError;

use super::progress::Progress;
use super::{ExportOptions, Kept};
use crate::bundle::{Piece, pieces, zipped};
use crate::commands::{NewFile, NewFolder};
use crate::{Failure, Outcome};

pub(super) async fn run(options: &ExportOptions) -> Result<Outcome, Failure> {
    let kept = Kept::open(&options.store).await?;
    let key = kept.named(options.project.as_deref(), &options.session).await?;
    let view = kept.store.session(&key).await.map_err(|error| kept.failed(&error))?;
    let view = view.ok_or_else(|| {
        Failure::Argument(format!("There is no session {} in {}.", options.session, kept.location))
    })?;
    let output = match &options.output {
        Some(output) => output.clone(),
        None => PathBuf::from(format!("{}.zip", key.session)),
    };
    let pieces = pieces(Arc::clone(&kept.store), key, &view);
    let is_archive = output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
    let bytes = if is_archive {
        to_archive(&kept, &output, options.force, pieces).await?
    } else {
        to_folder(&kept, &output, options.force, pieces).await?
    };
    let still = if view.is_live { " It is still being received: this is what there was." } else { "" };
    eprintln!("{}: {bytes} bytes.{still}", output.display());
    Ok(Outcome::Done)
}

async fn to_archive(
    kept: &Kept,
    path: &Path,
    force: bool,
    pieces: impl Stream<Item = Result<Piece, StoreError>> + Send,
) -> Result<u64, Failure> {
    let mut file = NewFile::create(path, force)?;
    let mut progress = Progress::new();
    let mut bytes = 0;
    let mut parts = pin!(zipped(pieces));
    while let Some(part) = parts.next().await {
        let part = part.map_err(|error| kept.failed(&error))?;
        file.write_all(&part)?;
        bytes += part.len() as u64;
        progress.show(&format!("{bytes} bytes"));
    }
    progress.clear();
    file.finish()?;
    Ok(bytes)
}

async fn to_folder(
    kept: &Kept,
    path: &Path,
    force: bool,
    pieces: impl Stream<Item = Result<Piece, StoreError>> + Send,
) -> Result<u64, Failure> {
    let mut folder = NewFolder::create(path, force)?;
    let mut progress = Progress::new();
    let (mut current, mut bytes) = (String::new(), 0);
    let mut pieces = pin!(pieces);
    while let Some(piece) = pieces.next().await {
        match piece.map_err(|error| kept.failed(&error))? {
            Piece::File(path) => {
                folder.write(&path, b"")?;
                current = path;
            }
            Piece::Bytes(part) => {
                folder.write(&current, &part)?;
                bytes += part.len() as u64;
                progress.show(&format!("{bytes} bytes"));
            }
        }
    }
    progress.clear();
    folder.finish()?;
    Ok(bytes)
}
