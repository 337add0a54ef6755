//! Fetching the catalog of sessions.

use leptos::prelude::*;
use session::formats::{Catalog, CatalogEntry, LoadError, Retry, catalog};

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

/// The sessions that a server has found, as far as they are listed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FoundSessions {
    pub entries: Vec<CatalogEntry>,
    /// Whether there are more.
    pub has_more: bool,
    /// Why the list is not up to date.
    pub error: Option<LoadError>,
    /// Whether there was an answer.
    pub is_known: bool,
}

/// What a server is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogRequest {
    /// The address of its catalog.
    pub address: String,
    /// The parameters by which it searches, as in a URL.
    pub parameters: String,
    /// Number of pages that are listed.
    pub pages: u32,
}

/// The address of the catalog that the server of this page searches; `None` on a static host.
pub fn server_catalog() -> Option<String> {
    let element = document().query_selector(r#"meta[name="replayscope-catalog"]"#).ok()??;
    element.get_attribute("content").filter(|address| !address.is_empty())
}

/// Fetches what a server finds, again when `attempt` changes. What was found before stays until then.
pub fn found_sessions(
    request: Memo<CatalogRequest>,
    attempt: ReadSignal<u32>,
) -> ReadSignal<FoundSessions, LocalStorage> {
    let request = move || {
        attempt.track();
        Some(request.get())
    };
    resource(FoundSessions::default(), request, |request, writer| async move {
        let mut found = FoundSessions { is_known: true, ..FoundSessions::default() };
        let mut next: Option<String> = None;
        for page in 0..request.pages {
            match fetch_page(&request, next.as_deref(), writer.task()).await {
                Ok(list) => {
                    found.entries.extend(list.entries);
                    next = list.next;
                }
                Err(error) if page == 0 => {
                    writer.update(|known| {
                        *known = FoundSessions { error: Some(error), is_known: true, ..known.clone() }
                    });
                    return;
                }
                Err(error) => found.error = Some(error),
            }
            if next.is_none() {
                break;
            }
        }
        found.has_more = next.is_some();
        writer.set(found);
    })
}

async fn fetch_page(
    request: &CatalogRequest,
    next: Option<&str>,
    task: &TaskHandle,
) -> Result<Catalog, LoadError> {
    let CatalogRequest { address, parameters, .. } = request;
    let before =
        next.map(|next| format!("&before={}", js_sys::encode_uri_component(next))).unwrap_or_default();
    let url = format!("{address}?{parameters}{before}");
    let text = fetch(&url, task).await?;
    catalog(&url, &text)
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
