//! The line between two panes, moved by mouse or keys.

use leptos::html::Div;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

/// Which way the line moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Left and right: the panes are side by side.
    Horizontal,
    /// Up and down: one pane is above the other.
    Vertical,
}

/// Between two panes of one container; `share` is what the second one takes of it, within `range`.
/// A double click or the key Home returns to the automatic size.
#[component]
pub fn Splitter(
    label: &'static str,
    axis: Axis,
    share: Signal<f64>,
    range: (f64, f64),
    /// Called with the share that the user chose; `None` for the automatic size.
    on_change: Callback<Option<f64>>,
) -> impl IntoView {
    let (min, max) = range;
    let element: NodeRef<Div> = NodeRef::new();
    let dragging = RwSignal::new(false);
    let set = move |value: f64| on_change.run(Some(value.clamp(min, max)));
    // What the second pane really takes: an automatic size depends on what is in the panes.
    let measured = move || {
        let line = element.get_untracked()?;
        let (container, pane) = (line.parent_element()?, line.next_element_sibling()?);
        let size = |element: &web_sys::Element| {
            let bounds = element.get_bounding_client_rect();
            if axis == Axis::Horizontal { bounds.width() } else { bounds.height() }
        };
        let all = size(&container);
        (all > 0.0).then(|| size(&pane) / all)
    };
    let moved = move |event: PointerEvent| {
        if !dragging.get_untracked() {
            return;
        }
        let Some(container) = element.get_untracked().and_then(|line| line.parent_element()) else { return };
        let bounds = container.get_bounding_client_rect();
        let from_end = match axis {
            Axis::Horizontal => (bounds.right() - f64::from(event.client_x())) / bounds.width().max(1.0),
            Axis::Vertical => (bounds.bottom() - f64::from(event.client_y())) / bounds.height().max(1.0),
        };
        set(from_end);
    };
    let pressed = move |event: PointerEvent| {
        if let Some(line) = element.get_untracked() {
            // Without capture the drag ends at the edge of the line, no worse.
            let _ = line.set_pointer_capture(event.pointer_id());
            dragging.set(true);
            event.prevent_default();
        }
    };
    let keyed = move |event: KeyboardEvent| {
        let step = match (axis, event.key().as_str()) {
            (Axis::Horizontal, "ArrowLeft") | (Axis::Vertical, "ArrowUp") => 0.02,
            (Axis::Horizontal, "ArrowRight") | (Axis::Vertical, "ArrowDown") => -0.02,
            (_, "Home") => {
                event.prevent_default();
                on_change.run(None);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        set(measured().unwrap_or_else(|| share.get_untracked()) + step);
    };
    view! {
        <div
            class=match axis {
                Axis::Horizontal => "ui-splitter ui-splitter-horizontal",
                Axis::Vertical => "ui-splitter ui-splitter-vertical",
            }
            role="separator"
            tabindex="0"
            aria-label=label
            title="Drag to resize. Double click or Home: automatic size"
            aria-orientation=match axis {
                Axis::Horizontal => "vertical",
                Axis::Vertical => "horizontal",
            }
            aria-valuemin=(min * 100.0).round().to_string()
            aria-valuemax=(max * 100.0).round().to_string()
            aria-valuenow=move || (share.get() * 100.0).round().to_string()
            node_ref=element
            on:pointerdown=pressed
            on:pointermove=moved
            on:pointerup=move |_| dragging.set(false)
            on:lostpointercapture=move |_| dragging.set(false)
            on:keydown=keyed
            on:dblclick=move |_| on_change.run(None)
        ></div>
    }
}
