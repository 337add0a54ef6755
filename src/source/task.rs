//! Work that can be left: dropping the guard stops it, and a late answer finds nobody.

use std::cell::Cell;
use std::rc::Rc;

use web_sys::{AbortController, AbortSignal};

/// Held by whoever wants the work's result.
#[derive(Debug)]
pub struct TaskGuard {
    wanted: Rc<Cell<bool>>,
    controller: AbortController,
}

/// Held by the work itself.
#[derive(Clone, Debug)]
pub struct TaskHandle {
    wanted: Rc<Cell<bool>>,
    signal: AbortSignal,
}

impl TaskGuard {
    /// A guard and the handle for the work; `None` where the browser cannot abort requests.
    pub fn new() -> Option<(Self, TaskHandle)> {
        let controller = AbortController::new().ok()?;
        let wanted = Rc::new(Cell::new(true));
        let handle = TaskHandle { wanted: Rc::clone(&wanted), signal: controller.signal() };
        Some((Self { wanted, controller }, handle))
    }
}

impl Drop for TaskGuard {
    fn drop(&mut self) {
        self.wanted.set(false);
        self.controller.abort();
    }
}

impl TaskHandle {
    /// Whether anybody still waits for the work. To be asked after every wait.
    pub fn is_wanted(&self) -> bool {
        self.wanted.get()
    }

    pub fn signal(&self) -> &AbortSignal {
        &self.signal
    }
}
