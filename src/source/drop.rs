//! Files and folders that are dropped on the page.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

use super::local::{NamedFile, picked};

/// Most files of a drop: a folder that was dropped by mistake is not walked to its end.
const MAX_FILES: usize = 20_000;
const MAX_DEPTH: usize = 8;

/// The files of a drop, folders included. The entries must be taken before the event ends, so this
/// starts at once and resolves later.
pub fn files_of(transfer: &DataTransfer) -> impl Future<Output = Vec<NamedFile>> + use<> {
    let entries: Vec<FileSystemEntry> = (0..transfer.items().length())
        .filter_map(|index| transfer.items().get(index)?.webkit_get_as_entry().ok().flatten())
        .collect();
    let plain = transfer.files().map(|list| picked(&list)).unwrap_or_default();
    async move {
        if !entries.iter().any(FileSystemEntry::is_directory) {
            return plain;
        }
        walk(entries).await
    }
}

async fn walk(entries: Vec<FileSystemEntry>) -> Vec<NamedFile> {
    let mut found = Vec::new();
    let mut waiting: Vec<(FileSystemEntry, usize)> = entries.into_iter().map(|entry| (entry, 0)).collect();
    while let Some((entry, depth)) = waiting.pop() {
        if found.len() >= MAX_FILES {
            break;
        }
        if entry.is_directory() && depth < MAX_DEPTH {
            let children = children_of(entry.unchecked_ref()).await;
            waiting.extend(children.into_iter().map(|child| (child, depth + 1)));
        } else if entry.is_file() {
            let path = entry.full_path().trim_start_matches('/').to_owned();
            found.extend(file_of(entry.unchecked_ref()).await.map(|file| NamedFile { path, file }));
        }
    }
    found
}

async fn file_of(entry: &FileSystemFileEntry) -> Option<File> {
    let answer = Promise::new(&mut |resolve: Function, reject: Function| {
        entry.file_with_callback_and_callback(&resolve, &reject);
    });
    Some(JsFuture::from(answer).await.ok()?.unchecked_into())
}

/// A directory's reader gives its entries in batches, an empty one at the end.
async fn children_of(folder: &FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = folder.create_reader();
    let mut children = Vec::new();
    while children.len() < MAX_FILES {
        let answer = Promise::new(&mut |resolve: Function, reject: Function| {
            let failed = Closure::once_into_js(move |error: JsValue| {
                let _ = reject.call1(&JsValue::NULL, &error);
            });
            if reader.read_entries_with_callback_and_callback(&resolve, failed.unchecked_ref()).is_err() {
                let _ = resolve.call1(&JsValue::NULL, &Array::new());
            }
        });
        let batch: Array = JsFuture::from(answer).await.map(JsCast::unchecked_into).unwrap_or_default();
        if batch.length() == 0 {
            break;
        }
        children.extend(batch.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
    children
}
