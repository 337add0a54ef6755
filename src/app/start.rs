//! The way to the session page, whose code is loaded when it is first needed: when the page is
//! opened, or before that while the start page is idle.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use js_sys::{Function, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::on_demand_view::{Draw, when_loaded};
use super::session_page::SessionPage;
use super::warm_up::warm_up;
use crate::on_demand::on_demand;
use crate::store::provide_session_stores;

/// Delay after the start page is shown, where the browser has no idle callbacks.
const FALLBACK_DELAY: Duration = Duration::from_millis(200);
/// A browser that is never idle starts the warm-up after this time all the same, in ms.
const MAX_IDLE_WAIT_MS: f64 = 1000.0;

on_demand! {
    session: fn load_session_page() -> Draw = || {
        provide_session_stores();
        view! { <SessionPage /> }.into_any()
    };

    session: fn load_warm_up() -> fn() = || {
        provide_session_stores();
        warm_up();
    };
}

/// The session page.
pub(super) fn session_page() -> AnyView {
    static LOADED: OnceLock<Draw> = OnceLock::new();
    when_loaded(&LOADED, load_session_page)
}

/// Whether it was done: code that is compiled once stays so.
static IS_WARM: AtomicBool = AtomicBool::new(false);

/// Warms up once the browser is idle, unless the page that calls this is closed before that, or the
/// user saves data.
pub(super) fn warm_up_when_idle() {
    if IS_WARM.load(Ordering::Relaxed) || saves_data() {
        return;
    }
    let owner = Owner::current();
    let is_open = StoredValue::new(());
    when_idle(move || {
        spawn_local(async move {
            // What cannot be loaded now is loaded, or reported, when it is needed.
            let Ok(warm_up) = load_warm_up().await else { return };
            // The page may be closed by now.
            let Some(owner) = owner.filter(|_| !is_open.is_disposed()) else { return };
            if !IS_WARM.swap(true, Ordering::Relaxed) {
                owner.with(warm_up);
            }
        });
    });
}

/// Whether the user has asked the browser to save data; then the app does no more than necessary.
fn saves_data() -> bool {
    let connection = Reflect::get(&window().navigator(), &"connection".into());
    let saves = connection.and_then(|connection| Reflect::get(&connection, &"saveData".into()));
    saves.is_ok_and(|saves| saves.is_truthy())
}

/// Runs `work` when the browser is idle; after a delay where it has no idle callbacks.
fn when_idle(work: impl FnOnce() + 'static) {
    let request = Reflect::get(&window(), &"requestIdleCallback".into()).unwrap_or(JsValue::UNDEFINED);
    let Some(request) = request.dyn_ref::<Function>() else {
        set_timeout(work, FALLBACK_DELAY);
        return;
    };
    let options = js_sys::Object::new();
    // A plain object takes any field, and the browser takes any function.
    let _ = Reflect::set(&options, &"timeout".into(), &MAX_IDLE_WAIT_MS.into());
    let _ = request.call2(&window(), &Closure::once_into_js(work), &options);
}
