//! Work in slices, so that the page answers while a file is read.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Performance;

/// Longest time that reading blocks the page, in ms.
const SLICE_MS: f64 = 8.0;

/// Longest wait for a frame, in ms.
const MAX_FRAME_WAIT_MS: i32 = 100;

/// Divides work into slices, between which the browser does its own.
#[derive(Debug)]
pub struct TimeSlicer {
    /// Asking the window for its clock at every slice costs more than reading the clock.
    clock: Option<Performance>,
    slice_began: f64,
    priority: Priority,
}

/// What goes first between two slices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priority {
    /// The browser paints and handles input; tasks that the page has queued wait for as long as there
    /// are slices.
    #[default]
    Foreground,
    /// All that the page has queued, such as timers.
    Background,
}

impl Default for TimeSlicer {
    fn default() -> Self {
        let clock = leptos::prelude::window().performance();
        let slice_began = clock.as_ref().map_or(0.0, Performance::now);
        Self { clock, slice_began, priority: Priority::default() }
    }
}

impl TimeSlicer {
    /// Sets the priority of the slices that follow.
    pub fn set_priority(&mut self, priority: Priority) {
        self.priority = priority;
    }

    /// Returns at once within a slice; else lets the browser paint and answer input first.
    pub async fn yield_if_due(&mut self) {
        if self.now() - self.slice_began >= SLICE_MS {
            self.yield_now().await;
        }
    }

    /// Lets the browser paint and answer input in any case.
    pub async fn yield_now(&mut self) {
        match self.priority {
            Priority::Foreground => next_task().await,
            Priority::Background => queued_task("background").await,
        }
        self.slice_began = self.now();
    }

    /// Lets the browser run its queued tasks, and paint.
    pub async fn yield_until_painted(&mut self) {
        painted().await;
        self.slice_began = self.now();
    }

    /// Milliseconds on the page's own clock.
    fn now(&self) -> f64 {
        self.clock.as_ref().map_or(0.0, Performance::now)
    }
}

/// Waits for so many milliseconds.
pub async fn sleep(ms: f64) {
    let timer = Promise::new(&mut |resolve, _| {
        let window = leptos::prelude::window();
        // Fails only where the page is being closed.
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms as i32);
    });
    let _ = JsFuture::from(timer).await;
}

/// Lets the browser run its queued tasks, and paint.
pub async fn painted() {
    next_task().await;
    // Rejected only while the page is being closed.
    let _ = JsFuture::from(next_frame()).await;
    queued_task("user-visible").await;
}

/// Waits for the tasks that are queued now, and for all of a higher priority.
async fn queued_task(priority: &'static str) {
    // Rejected only while the page is being closed.
    let _ = JsFuture::from(queue_task(priority)).await;
}

/// Lets the browser paint and answer input before what follows.
pub async fn next_task() {
    // Rejected only while the page is being closed.
    let _ = JsFuture::from(yield_to_browser()).await;
}

/// Resolves before the next frame is painted, and after a while in any case: a hidden page is not
/// painted.
fn next_frame() -> Promise {
    let window = leptos::prelude::window();
    Promise::new(&mut |resolve, _| {
        let _ = window.request_animation_frame(&resolve);
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, MAX_FRAME_WAIT_MS);
    })
}

/// `scheduler.yield()` where the browser has it, else a timer.
fn yield_to_browser() -> Promise {
    let call = scheduler_method("yield");
    if let Some(promise) = call.and_then(|(scheduler, method)| method.call0(&scheduler).ok()) {
        return promise.unchecked_into();
    }
    timer()
}

/// `scheduler.postTask()` where the browser has it, else a timer.
fn queue_task(priority: &'static str) -> Promise {
    let Some((scheduler, method)) = scheduler_method("postTask") else { return timer() };
    let options = js_sys::Object::new();
    // A plain object takes any field.
    let _ = Reflect::set(&options, &"priority".into(), &priority.into());
    Promise::new(&mut |resolve, _| {
        let _ = method.call2(&scheduler, &resolve, &options);
    })
}

/// The scheduler of the page, and its method of that name.
fn scheduler_method(name: &str) -> Option<(JsValue, Function)> {
    let scheduler = Reflect::get(&leptos::prelude::window(), &"scheduler".into()).ok()?;
    let method = Reflect::get(&scheduler, &name.into()).ok()?.dyn_into().ok()?;
    Some((scheduler, method))
}

fn timer() -> Promise {
    Promise::new(&mut |resolve, _| {
        let _ = leptos::prelude::window().set_timeout_with_callback(&resolve);
    })
}
