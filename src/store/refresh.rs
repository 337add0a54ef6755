//! How often the tables are brought up to date while bytes arrive.

/// The first rows show at once; after that the page is brought up to date only so often that doing so takes a small part
/// of the time, however many rows there are.
#[derive(Debug, Default)]
pub(super) struct Refresh {
    /// When the last one was begun, in ms; `None` before the first.
    begun: Option<f64>,
    /// When it was done: the page was drawn and reading went on.
    done: Option<f64>,
}

/// The shortest time between two, in ms.
const LEAST_MS: f64 = 150.0;
/// The time between two, in what one takes.
const SHARE: f64 = 10.0;

impl Refresh {
    /// Whether it is time; to be asked after each slice. What takes long between a `true` and the next question is
    /// taken to be the refresh.
    pub(super) fn is_due(&mut self) -> bool {
        let now = js_sys::Date::now();
        let Some(begun) = self.begun else {
            self.begun = Some(now);
            return true;
        };
        let done = *self.done.get_or_insert(now);
        let due = now - begun >= LEAST_MS.max((done - begun) * SHARE);
        if due {
            self.begun = Some(now);
            self.done = None;
        }
        due
    }
}
