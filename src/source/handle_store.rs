//! Where file handles are kept: a database of the browser (`IndexedDB`). It is called by name, as by
//! far the smallest way to four operations. Every operation fails silently where the browser has no
//! database, as in some private windows: then no handle is kept.

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::file_handles::call;

const DATABASE: &str = "replayscope";
const HANDLES: &str = "file-handles";

/// The keys of what is kept.
pub async fn keys() -> Vec<String> {
    let keys = run("readonly", |store| call(store, "getAllKeys", &[])).await;
    let keys: Array = keys.ok().and_then(|keys| keys.dyn_into().ok()).unwrap_or_default();
    keys.iter().filter_map(|key| key.as_string()).collect()
}

/// The handles that are kept under a key.
pub async fn get(key: &str) -> Option<Array> {
    let key = JsValue::from(key);
    run("readonly", move |store| call(store, "get", &[&key])).await.ok()?.dyn_into().ok()
}

/// Keeps handles under a key.
pub async fn put(key: &str, handles: Array) {
    let key = JsValue::from(key);
    let _ = run("readwrite", move |store| call(store, "put", &[&handles, &key])).await;
}

/// Forgets what is kept under these keys.
pub async fn forget(keys: Vec<String>) {
    let delete = move |store: &JsValue| {
        let mut last = Ok(JsValue::UNDEFINED);
        for key in &keys {
            last = call(store, "delete", &[&key.into()]);
        }
        last
    };
    let _ = run("readwrite", delete).await;
}

/// Runs an operation on the store, and returns its result.
async fn run(
    mode: &str,
    operation: impl FnOnce(&JsValue) -> Result<JsValue, JsValue>,
) -> Result<JsValue, JsValue> {
    let window: JsValue = web_sys::window().ok_or(JsValue::UNDEFINED)?.into();
    let factory = Reflect::get(&window, &"indexedDB".into())?;
    let opening = call(&factory, "open", &[&DATABASE.into()])?;
    let opened = opening.clone();
    let create = Closure::once_into_js(move || {
        // Fails only where the store exists.
        let database = Reflect::get(&opened, &"result".into());
        let _ = database.and_then(|database| call(&database, "createObjectStore", &[&HANDLES.into()]));
    });
    Reflect::set(&opening, &"onupgradeneeded".into(), &create)?;
    let database = finished(&opening).await?;
    let transaction = call(&database, "transaction", &[&HANDLES.into(), &mode.into()])?;
    let store = call(&transaction, "objectStore", &[&HANDLES.into()])?;
    let result = match operation(&store) {
        Ok(request) if request.is_object() => finished(&request).await,
        other => other,
    };
    let _ = call(&database, "close", &[]);
    result
}

/// The result of a request of the database.
async fn finished(request: &JsValue) -> Result<JsValue, JsValue> {
    let done = Promise::new(&mut |resolve, reject| {
        // A request is an object that takes handlers.
        let _ = Reflect::set(request, &"onsuccess".into(), &resolve);
        let _ = Reflect::set(request, &"onerror".into(), &reject);
        let _ = Reflect::set(request, &"onblocked".into(), &reject);
    });
    JsFuture::from(done).await?;
    Reflect::get(request, &"result".into())
}
