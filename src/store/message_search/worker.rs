//! The worker that searches: started when the first search runs, ended when the search is closed.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use leptos::task::spawn_local;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::source::absolute;

/// Why a search cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchFailure {
    /// The worker could not be started: the reason, which may be empty.
    NotStarted(String),
    /// The worker stopped, and why.
    Stopped(String),
}

/// Who waits for an answer, by the call's number.
type Pending = Rc<RefCell<HashMap<u32, Function>>>;
type OnFailure = Box<dyn FnOnce(SearchFailure)>;

/// A worker. Calls are answered in order.
pub(in crate::store) struct SearchWorker {
    worker: Worker,
    pending: Pending,
    next_id: Cell<u32>,
    /// The rows whose messages the worker has.
    kept: RefCell<HashSet<u32>>,
    /// Kept as long as the worker calls them.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Drop for SearchWorker {
    fn drop(&mut self) {
        self.end();
    }
}

impl SearchWorker {
    /// Starts a worker. `on_failure` is called later, once, when it cannot go on.
    ///
    /// # Errors
    /// If the browser has no workers.
    pub(in crate::store) fn start(
        on_failure: impl FnOnce(SearchFailure) + 'static,
    ) -> Result<Rc<Self>, SearchFailure> {
        let not_started = |error: JsValue| SearchFailure::NotStarted(text_of(&error));
        let url = absolute("message-search.mjs").ok_or_else(|| not_started(JsValue::UNDEFINED))?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&url, &options).map_err(not_started)?;
        let pending = Pending::default();
        let is_ready = Rc::new(Cell::new(false));
        let on_failure: Rc<Cell<Option<OnFailure>>> = Rc::new(Cell::new(Some(Box::new(on_failure))));
        // What is called may drop the worker with its callbacks, and must not run within them.
        let fail = move |failure: SearchFailure| {
            if let Some(on_failure) = on_failure.take() {
                spawn_local(async move { on_failure(failure) });
            }
        };
        let (fail_later, answers) = (fail.clone(), Rc::clone(&pending));
        let on_message: Closure<dyn FnMut(MessageEvent)> = Closure::new(move |event: MessageEvent| {
            let answer = event.data();
            let get = |key: &str| Reflect::get(&answer, &key.into()).unwrap_or(JsValue::UNDEFINED);
            if let Some(error) = get("error").as_string() {
                let kind = if is_ready.get() { SearchFailure::Stopped } else { SearchFailure::NotStarted };
                fail_later(kind(error));
            } else if let Some(id) = get("id").as_f64() {
                is_ready.set(true);
                if let Some(resolve) = answers.borrow_mut().remove(&(id as u32)) {
                    let _ = resolve.call1(&JsValue::UNDEFINED, &get("value"));
                }
            }
        });
        let on_error: Closure<dyn FnMut(Event)> = Closure::new(move |event: Event| {
            event.prevent_default();
            fail(SearchFailure::NotStarted(text_of(&event)));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let (next_id, kept) = (Cell::new(0), RefCell::default());
        Ok(Rc::new(Self { worker, pending, next_id, kept, _on_message: on_message, _on_error: on_error }))
    }

    /// Ends the worker at once. Calls that wait for an answer return without one.
    pub(in crate::store) fn end(&self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
        for resolve in self.pending.take().into_values() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    }

    /// Whether the worker has all messages of a row.
    pub(in crate::store) fn has(&self, row: u32) -> bool {
        self.kept.borrow().contains(&row)
    }

    pub(in crate::store) fn set_kept(&self, row: u32, is_kept: bool) {
        let mut kept = self.kept.borrow_mut();
        if is_kept {
            kept.insert(row)
        } else {
            kept.remove(&row)
        };
    }

    /// Calls a method of the searcher without waiting for it.
    pub(in crate::store) fn post(&self, method: &str, row: u32, values: &Array) {
        self.send(method, row, values, None);
    }

    /// Calls a method of the searcher with bytes, whose buffer moves to the worker.
    pub(in crate::store) fn post_bytes(&self, method: &str, row: u32, bytes: &[u8]) {
        self.post(method, row, &Array::of1(&Uint8Array::from(bytes)));
    }

    /// Calls a method of the searcher; the bytes that it returns. `None` when the worker has ended.
    pub(in crate::store) async fn call(&self, method: &str, row: u32, values: &Array) -> Option<Vec<u8>> {
        let id = self.next_id.get();
        self.next_id.set(id.wrapping_add(1));
        let answer = Promise::new(&mut |resolve, _| {
            self.pending.borrow_mut().insert(id, resolve);
        });
        self.send(method, row, values, Some(id));
        let answer = JsFuture::from(answer).await.ok()?;
        Some(answer.dyn_into::<Uint8Array>().ok()?.to_vec())
    }

    fn send(&self, method: &str, row: u32, values: &Array, id: Option<u32>) {
        let message = Object::new();
        let set = |key: &str, value: &JsValue| {
            // Fails only for an object that is frozen.
            let _ = Reflect::set(&message, &key.into(), value);
        };
        set("method", &method.into());
        set("row", &row.into());
        set("values", values);
        if let Some(id) = id {
            set("id", &id.into());
        }
        let buffers = values.iter().filter_map(|value| Some(value.dyn_into::<Uint8Array>().ok()?.buffer()));
        let transferred: Array = buffers.collect();
        // Fails only for values that cannot be copied; numbers, texts and bytes can.
        let _ = self.worker.post_message_with_transfer(&message, &transferred);
    }
}

/// The message of an error or an error event; empty if the browser gives none.
fn text_of(error: &JsValue) -> String {
    let message = Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string());
    message.unwrap_or_default()
}
