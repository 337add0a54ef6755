//! Fetching the catalogue of sessions.

use leptos::prelude::*;
use session::formats::{Catalogue, LoadError, Retry, catalogue};

use super::resource::resource;
use crate::source::{Origin, ReadError, TaskHandle, absolute};

/// Most bytes of a catalogue: it lists sessions, it holds no data.
const MAX_CATALOGUE_BYTES: usize = 32 << 20;
/// The catalogue in the app's folder.
const DEFAULT_CATALOGUE: &str = "sessions.json";

/// How far the catalogue has come.
#[derive(Clone, Debug, PartialEq)]
pub enum CatalogueState {
    Loading,
    /// There is none in the app's folder, and the address names none.
    Absent,
    Ready(Catalogue),
    Failed(LoadError),
}

/// Fetches the catalogue at the address `named`, by default the one in the app's folder; again when `attempt` changes.
pub fn catalogue_resource(
    named: Memo<Option<String>>,
    attempt: ReadSignal<u32>,
) -> ReadSignal<CatalogueState, LocalStorage> {
    let request = move || {
        attempt.track();
        Some(named.get())
    };
    resource(CatalogueState::Loading, request, |named, writer| async move {
        writer.set(CatalogueState::Loading);
        let source = named.as_deref().unwrap_or(DEFAULT_CATALOGUE);
        let found = fetch(source, writer.task()).await.and_then(|text| catalogue(source, &text));
        writer.set(match found {
            Ok(list) => CatalogueState::Ready(list),
            Err(_) if named.is_none() => CatalogueState::Absent,
            Err(error) => CatalogueState::Failed(error),
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
    let text = stream.read_all(task, MAX_CATALOGUE_BYTES, |_| ()).await;
    text.map_err(|error: ReadError| unreadable(error.to_string()))
}
