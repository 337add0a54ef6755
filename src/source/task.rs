//! Cancellation of asynchronous work: dropping the guard cancels it, and a late answer is dropped.

use std::cell::Cell;
use std::rc::Rc;

use web_sys::{AbortController, AbortSignal};

/// Held by the owner of the work.
#[derive(Debug)]
pub struct TaskGuard {
    canceled: Rc<Cell<bool>>,
    controller: AbortController,
}

/// Held by the work itself.
#[derive(Clone, Debug)]
pub struct TaskHandle {
    canceled: Rc<Cell<bool>>,
    signal: AbortSignal,
}

impl TaskGuard {
    /// A guard and the handle for the work; `None` where the browser cannot abort requests.
    pub fn new() -> Option<(Self, TaskHandle)> {
        let controller = AbortController::new().ok()?;
        let canceled = Rc::new(Cell::new(false));
        let handle = TaskHandle { canceled: Rc::clone(&canceled), signal: controller.signal() };
        Some((Self { canceled, controller }, handle))
    }
}

impl Drop for TaskGuard {
    fn drop(&mut self) {
        self.canceled.set(true);
        self.controller.abort();
    }
}

impl TaskHandle {
    /// To be checked after every wait.
    pub fn is_canceled(&self) -> bool {
        self.canceled.get()
    }

    pub fn signal(&self) -> &AbortSignal {
        &self.signal
    }
}
