//! The two ends of the range, as sliders, and dragging on the strip.

use leptos::html::Div;
use leptos::prelude::*;
use session::model::Millis;
use web_sys::{KeyboardEvent, PointerEvent};

use super::strip::Marks;
use crate::store::Store;

/// A drag shorter than this share of the strip is a click, which selects nothing.
const LEAST_DRAG: f64 = 0.004;
/// A key moves an end by this share of the session; with shift, ten times as far.
const STEP: f64 = 0.01;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Start,
    Stop,
}

/// The range as shares of the session's length.
#[derive(Clone, Copy, Debug)]
struct Range {
    store: Store,
    length: Memo<f64>,
}

impl Range {
    fn get(self) -> (f64, f64) {
        let length = self.length.get();
        let range = self.store.address.with(|address| address.range);
        match range {
            Some((from, until)) if length > 0.0 => {
                ((from / length).clamp(0.0, 1.0), (until / length).clamp(0.0, 1.0))
            }
            _ => (0.0, 1.0),
        }
    }

    /// The whole session is no range.
    fn set(self, from: f64, until: f64) {
        let length = self.length.get_untracked();
        let (from, until) = (from.clamp(0.0, 1.0), until.clamp(0.0, 1.0));
        let whole = from <= 0.0 && until >= 1.0;
        let range = (!whole && length > 0.0).then(|| ((from * length).round(), (until * length).round()));
        self.store.address.update(|address| address.range = range);
    }

    fn move_end(self, end: End, to: f64) {
        let (from, until) = untrack(|| self.get());
        match end {
            End::Start => self.set(to.min(until), until),
            End::Stop => self.set(from, to.max(from)),
        }
    }
}

#[component]
pub fn RangeStrip() -> impl IntoView {
    let store = Store::expect();
    let length = Memo::new(move |_| {
        store.with(|session| {
            session.started_at.zip(session.end()).map_or(0.0, |(start, end)| (end - start).ms())
        })
    });
    let range = Range { store, length };
    let element: NodeRef<Div> = NodeRef::new();
    let drag: RwSignal<Option<f64>> = RwSignal::new(None);
    let share_at = move |event: &PointerEvent| {
        let bounds = element.get_untracked()?.get_bounding_client_rect();
        Some(((f64::from(event.client_x()) - bounds.left()) / bounds.width().max(1.0)).clamp(0.0, 1.0))
    };
    let pressed = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        if let Some(strip) = element.get_untracked() {
            let _ = strip.set_pointer_capture(event.pointer_id());
            drag.set(share_at(&event));
        }
    };
    let moved = move |event: PointerEvent| {
        let Some((from, to)) = drag.get_untracked().zip(share_at(&event)) else { return };
        if (to - from).abs() >= LEAST_DRAG {
            range.set(from.min(to), from.max(to));
        }
    };
    view! {
        <div
            class="timeline-strip"
            node_ref=element
            on:pointerdown=pressed
            on:pointermove=moved
            on:pointerup=move |_| drag.set(None)
            on:lostpointercapture=move |_| drag.set(None)
        >
            <Marks />
            <div class="timeline-outside timeline-before" style:width=move || format!("{:.3}%", range.get().0 * 100.0)></div>
            <div class="timeline-outside timeline-after" style:width=move || format!("{:.3}%", (1.0 - range.get().1) * 100.0)></div>
            <Handle label="Range start" end=End::Start range=range share_at=share_at />
            <Handle label="Range end" end=End::Stop range=range share_at=share_at />
        </div>
    }
}

/// One end of the range.
#[component]
fn Handle(
    label: &'static str,
    end: End,
    range: Range,
    share_at: impl Fn(&PointerEvent) -> Option<f64> + Copy + 'static,
) -> impl IntoView {
    let element: NodeRef<Div> = NodeRef::new();
    let dragging = RwSignal::new(false);
    let share = move || match end {
        End::Start => range.get().0,
        End::Stop => range.get().1,
    };
    let pressed = move |event: PointerEvent| {
        event.stop_propagation();
        if let Some(handle) = element.get_untracked() {
            let _ = handle.set_pointer_capture(event.pointer_id());
            dragging.set(true);
        }
    };
    let moved = move |event: PointerEvent| {
        if let Some(to) = share_at(&event).filter(|_| dragging.get_untracked()) {
            event.stop_propagation();
            range.move_end(end, to);
        }
    };
    let keyed = move |event: KeyboardEvent| {
        let step = if event.shift_key() { STEP * 10.0 } else { STEP };
        let now = untrack(share);
        let to = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => now - step,
            "ArrowRight" | "ArrowUp" => now + step,
            "Home" => 0.0,
            "End" => 1.0,
            _ => return,
        };
        event.prevent_default();
        range.move_end(end, to.clamp(0.0, 1.0));
    };
    view! {
        <div
            class="timeline-handle"
            role="slider"
            tabindex="0"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax=move || range.length.get().round().to_string()
            aria-valuenow=move || (share() * range.length.get()).round().to_string()
            aria-valuetext=move || Millis::new(share() * range.length.get()).map(Millis::offset)
            style:left=move || format!("{:.3}%", share() * 100.0)
            node_ref=element
            on:pointerdown=pressed
            on:pointermove=moved
            on:pointerup=move |_| dragging.set(false)
            on:lostpointercapture=move |_| dragging.set(false)
            on:keydown=keyed
        ></div>
    }
}
