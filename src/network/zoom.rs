//! The header of the waterfall: ticks, compressed idle gaps, and zoom.

use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use presentation::network::Scale;
use presentation::time_scale::IdleGap;
use session::model::Millis;
use web_sys::{KeyboardEvent, PointerEvent, WheelEvent};

use crate::store::{Playback, SessionStore, ViewStore, offset_label};

/// Width of the window after one step of the wheel or one key, as a factor of the width before.
const STEP: f64 = 0.8;
/// A key moves the window by this share of its width.
const MOVE: f64 = 0.2;
/// A drag shorter than this share of the scale is a click.
const MIN_DRAG: f64 = 0.01;
/// A window that is magnified less shows the full scale.
const MIN_MAGNIFICATION: f64 = 1.001;

/// What the waterfall shows. A handle: copies mean the same scale.
#[derive(Clone, Copy, Debug)]
pub(super) struct Zoom {
    /// The session, or the time range that is selected.
    full: Memo<Option<Scale>>,
    /// The part of it that is zoomed to.
    window: RwSignal<Option<Window>>,
    subject: Memo<Subject>,
    /// The scale that is shown.
    pub(super) scale: Memo<Option<Scale>>,
}

/// What the zoom is of: the session by its generation, and the time range that is selected.
type Subject = (u32, Option<(f64, f64)>);

/// A part of the scale, in ms from the session's start, and what it is of. Another subject is shown
/// in full.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Window {
    subject: Subject,
    range: (f64, f64),
}

impl Zoom {
    pub(super) fn new() -> Self {
        let (session, view) = (expect_context::<SessionStore>(), expect_context::<ViewStore>());
        let playback = expect_context::<Playback>();
        let compressed = Memo::new(move |_| Arc::new(playback.scale.get()));
        let full = Memo::new(move |_| {
            let range = view.range();
            session.with(|session| Scale::compressed(session, compressed.get(), range))
        });
        let subject = Memo::new(move |_| (session.generation(), view.state.with(|state| state.time_range)));
        let window = RwSignal::new(None::<Window>);
        let scale = Memo::new(move |_| {
            let full = full.get()?;
            let window = window.get().filter(|window| window.subject == subject.get());
            Some(window.map_or_else(|| full.clone(), |window| full.zoomed(window.range)))
        });
        Self { full, window, subject, scale }
    }

    fn reset(self) {
        self.window.set(None);
    }

    fn change(self, window: impl FnOnce(&Scale, &Scale) -> (f64, f64)) {
        let Some((full, scale)) = self.full.get_untracked().zip(self.scale.get_untracked()) else { return };
        let range = window(&full, &scale);
        let is_part = full.zoomed(range).magnification(&full) > MIN_MAGNIFICATION;
        let subject = self.subject.get_untracked();
        self.window.set(is_part.then_some(Window { subject, range }));
    }

    fn zoom(self, at: f64, factor: f64) {
        self.change(|full, scale| scale.zoom_window(full, at, factor));
    }

    fn move_by(self, share: f64) {
        self.change(|full, scale| scale.moved_window(full, share));
    }

    fn show(self, (from, to): (f64, f64)) {
        self.change(|_, scale| (scale.ms_at(from), scale.ms_at(to)));
    }

    /// How many times the scale is enlarged.
    fn magnification(self) -> f64 {
        self.full.get().zip(self.scale.get()).map_or(1.0, |(full, scale)| scale.magnification(&full))
    }

    /// The times that are shown, as text.
    fn label(self) -> String {
        let Some(scale) = self.scale.get() else { return "No times".to_owned() };
        let (from, to) = scale.window();
        format!("{} to {}, zoom {:.1}×", offset_label(from), offset_label(to), self.magnification())
    }

    fn pressed(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        match event.key().as_str() {
            "+" | "=" | "ArrowUp" => self.zoom(0.5, STEP),
            "-" | "_" | "ArrowDown" => self.zoom(0.5, 1.0 / STEP),
            "0" => self.reset(),
            "ArrowLeft" => self.move_by(-MOVE),
            "ArrowRight" => self.move_by(MOVE),
            "Home" => self.move_by(f64::MIN),
            "End" => self.move_by(f64::MAX),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }
}

/// The control over the waterfall's header.
#[component]
pub(super) fn WaterfallZoom(zoom: Zoom) -> impl IntoView {
    let element: NodeRef<Div> = NodeRef::new();
    let drag: RwSignal<Option<(f64, f64)>> = RwSignal::new(None);
    let share_at = move |client_x: i32| {
        let bounds = element.get_untracked()?.get_bounding_client_rect();
        Some(((f64::from(client_x) - bounds.left()) / bounds.width().max(1.0)).clamp(0.0, 1.0))
    };
    let wheeled = move |event: WheelEvent| {
        let Some(at) = share_at(event.client_x()) else { return };
        event.prevent_default();
        event.stop_propagation();
        let (x, y) = (event.delta_x(), event.delta_y());
        if event.shift_key() || x.abs() > y.abs() {
            zoom.move_by(MOVE * if x + y < 0.0 { -1.0 } else { 1.0 });
        } else if y != 0.0 {
            zoom.zoom(at, if y < 0.0 { STEP } else { 1.0 / STEP });
        }
    };
    let pressed = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        if let Some(control) = element.get_untracked() {
            let _ = control.set_pointer_capture(event.pointer_id());
            drag.set(share_at(event.client_x()).map(|at| (at, at)));
        }
    };
    let moved = move |event: PointerEvent| {
        if let (Some((from, _)), Some(to)) = (drag.get_untracked(), share_at(event.client_x())) {
            drag.set(Some((from, to)));
        }
    };
    let released = move |_| {
        let dragged = drag.get_untracked().map(|(from, to)| (from.min(to), from.max(to)));
        drag.set(None);
        if let Some((from, to)) = dragged.filter(|(from, to)| to - from >= MIN_DRAG) {
            zoom.show((from, to));
        }
    };
    let selection = move || {
        let (from, to) = drag.get()?;
        ((to - from).abs() > 0.0).then(|| view! { <span class="network-zoom-drag" style:left=percent(from.min(to)) style:width=percent((to - from).abs())></span> })
    };
    view! {
        <div
            class="network-zoom"
            role="slider"
            tabindex="0"
            aria-label="Waterfall zoom"
            aria-orientation="horizontal"
            aria-valuemin="1"
            aria-valuemax=move || format!("{:.1}", zoom.magnification().max(1000.0))
            aria-valuenow=move || format!("{:.1}", zoom.magnification())
            aria-valuetext=move || zoom.label()
            data-scale-start=move || zoom.scale.get().map(|scale| scale.window().0.to_string())
            data-scale-end=move || zoom.scale.get().map(|scale| scale.window().1.to_string())
            title="Scroll or drag to zoom, double-click to reset"
            node_ref=element
            on:wheel=wheeled
            on:pointerdown=pressed
            on:pointermove=moved
            on:pointerup=released
            on:lostpointercapture=move |_| drag.set(None)
            on:dblclick=move |_| zoom.reset()
            on:keydown=move |event| zoom.pressed(&event)
        >
            <span class="network-ticks" aria-hidden="true">
                {move || zoom.scale.get().map(|scale| ticks(&scale))}
            </span>
            {selection}
        </div>
    }
}

fn percent(share: f64) -> String {
    format!("{:.3}%", share * 100.0)
}

fn ticks(scale: &Scale) -> impl IntoView + use<> {
    // The first mark would be under the column's name.
    let shown = scale.ticks(4).into_iter().filter(|tick| tick.fraction > 0.3 && tick.fraction < 0.98);
    shown
        .map(
            |tick| view! { <span class="network-tick" style:left=percent(tick.fraction)>{tick.label}</span> },
        )
        .collect_view()
}

/// The compressed idle gaps, from the header down through the rows.
#[component]
pub(super) fn IdleGaps(zoom: Zoom) -> impl IntoView {
    move || {
        let gaps = zoom.scale.with(|scale| scale.as_ref().map(Scale::idle_gaps)).unwrap_or_default();
        gaps.iter().map(gap_view).collect_view()
    }
}

fn gap_view(gap: &IdleGap) -> impl IntoView + use<> {
    let length = Millis::new(gap.to_ms - gap.from_ms).map(Millis::duration).unwrap_or_default();
    view! {
        <span
            class="network-gap"
            title=format!("{length} without activity")
            data-from=gap.from_ms.to_string()
            data-to=gap.to_ms.to_string()
            style:left=percent(gap.left)
            style:width=percent(gap.width)
        ></span>
    }
}
