//! Fetching the catalog of sessions.

use leptos::prelude::*;
use session::formats::{Catalog, LoadError, Retry, catalog};

use super::resource::resource;
use crate::source::{Origin, ReadError, TaskHandle, absolute};

/// Most bytes of a catalog: it lists sessions, it holds no data.
const MAX_CATALOG_BYTES: usize = 32 << 20;
/// The catalog in the app's folder.
const DEFAULT_CATALOG: &str = "sessions.json";

/// How far the catalog has come.
#[derive(Clone, Debug, PartialEq)]
pub enum CatalogState {
    Loading,
    /// There is none in the app's folder, and the address names none.
    Absent,
    Ready(Catalog),
    Failed(LoadError),
}

/// Fetches the catalog at the address `named`, by default the one in the app's folder; again when
/// `attempt` changes.
pub fn catalog_resource(
    named: Memo<Option<String>>,
    attempt: ReadSignal<u32>,
) -> ReadSignal<CatalogState, LocalStorage> {
    let request = move || {
        attempt.track();
        Some(named.get())
    };
    resource(CatalogState::Loading, request, |named, writer| async move {
        writer.set(CatalogState::Loading);
        let source = named.as_deref().unwrap_or(DEFAULT_CATALOG);
        let found = fetch(source, writer.task()).await.and_then(|text| catalog(source, &text));
        writer.set(match found {
            Ok(list) => CatalogState::Ready(list),
            Err(_) if named.is_none() => CatalogState::Absent,
            Err(error) => CatalogState::Failed(error),
        });
    })
}

async fn fetch(source: &str, task: &TaskHandle) -> Result<Vec<u8>, LoadError> {
    let unreadable = |why: String| {
        let place = format!("{source}: {why}");
        LoadError::new("The list of sessions cannot be read", place, "Check the address.", Retry::Useful)
    };
    let url = absolute(source).ok_or_else(|| unreadable("not a valid URL".to_owned()))?;
    let mut stream = Origin::url(url).open(None, task.signal()).await?;
    let text = stream.read_all(task, MAX_CATALOG_BYTES, |_| ()).await;
    text.map_err(|error: ReadError| unreadable(error.to_string()))
}
