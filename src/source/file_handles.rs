//! Handles of local files, in browsers with the File System Access API: with one a file can be read
//! again later, once the user allows it. The API is called by name, as not every browser has it.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, File};

use super::local::NamedFile;

/// Handles that are kept of one recording.
const MAX_HANDLES: u32 = 50;

/// Files, and their handles.
#[derive(Debug)]
pub struct PickedFiles {
    pub files: Vec<NamedFile>,
    pub handles: Array,
}

/// Why files are not read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReopenError {
    /// The user did not allow it.
    NotAllowed,
    /// It was moved, renamed or deleted.
    NotFound,
}

/// Calls a method that the browser may not have.
pub(super) fn call(object: &JsValue, method: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = Reflect::get(object, &method.into())?.dyn_into()?;
    let arguments: Array = arguments.iter().map(|argument| (*argument).clone()).collect();
    Reflect::apply(&function, object, &arguments)
}

async fn awaited(promise: Result<JsValue, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(promise?.dyn_into::<Promise>()?).await
}

/// The handles of the files of a drop; none where the browser has none, or where folders are among
/// them. They must be taken before the event ends, so this starts at once and resolves later.
pub fn handles_of(transfer: &DataTransfer) -> impl Future<Output = Array> + use<> {
    let items = transfer.items();
    let dropped = (0..items.length().min(MAX_HANDLES)).filter_map(|index| items.get(index));
    let promises: Vec<_> = dropped
        .filter(|item| item.kind() == "file")
        .map(|item| call(&item, "getAsFileSystemHandle", &[]))
        .collect();
    async move {
        let handles = Array::new();
        for promise in promises {
            match awaited(promise).await {
                Ok(handle) if kind_of(&handle) == "file" => handles.push(&handle),
                _ => return Array::new(),
            };
        }
        handles
    }
}

fn kind_of(handle: &JsValue) -> String {
    Reflect::get(handle, &"kind".into()).ok().and_then(|kind| kind.as_string()).unwrap_or_default()
}

/// Whether the browser has a dialog that gives handles.
pub fn can_pick_handles() -> bool {
    web_sys::window().is_some_and(|window| Reflect::has(&window, &"showOpenFilePicker".into()) == Ok(true))
}

/// Shows the browser's dialog; `None` where the user cancels it.
pub async fn pick_handles() -> Option<PickedFiles> {
    let options = Object::new();
    // A plain object takes any field.
    let _ = Reflect::set(&options, &"multiple".into(), &JsValue::TRUE);
    let window: JsValue = web_sys::window()?.into();
    let handles = awaited(call(&window, "showOpenFilePicker", &[&options])).await.ok()?;
    let handles: Array = handles.dyn_into().ok()?;
    let files = files_of_handles(&handles).await.ok()?;
    let handles = handles.slice(0, MAX_HANDLES);
    Some(PickedFiles { files, handles })
}

/// The files of handles that were kept; asks the user where that is necessary, so that it must
/// follow a click.
///
/// # Errors
/// When the user does not allow it, or when a file is gone.
pub async fn reopen(handles: &Array) -> Result<Vec<NamedFile>, ReopenError> {
    let options = Object::new();
    let _ = Reflect::set(&options, &"mode".into(), &"read".into());
    for handle in handles.iter() {
        let answer = awaited(call(&handle, "requestPermission", &[&options])).await;
        if answer.ok().and_then(|answer| answer.as_string()).as_deref() != Some("granted") {
            return Err(ReopenError::NotAllowed);
        }
    }
    files_of_handles(handles).await.map_err(|_| ReopenError::NotFound)
}

async fn files_of_handles(handles: &Array) -> Result<Vec<NamedFile>, JsValue> {
    let mut files = Vec::new();
    for handle in handles.iter() {
        let file: File = awaited(call(&handle, "getFile", &[])).await?.dyn_into()?;
        files.push(NamedFile { path: file.name(), file });
    }
    Ok(files)
}
