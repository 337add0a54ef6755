//! The strip itself: the two ends of the range as sliders, dragging over it, and the playhead.

use leptos::html::Div;
use leptos::prelude::*;
use session::model::Millis;
use web_sys::{KeyboardEvent, PointerEvent};

use super::hover::Hover;
use super::strip::Marks;
use crate::store::{Playback, ViewStore};

/// A drag shorter than this share of the strip is a click, which seeks.
const MIN_DRAG: f64 = 0.004;
/// A key moves an end by this share of the session; with shift, ten times as far.
const STEP: f64 = 0.01;
/// Key steps of the playhead with Shift.
const FAR_STEPS: f64 = 5.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Start,
    Stop,
}

/// The range, in ms from the session's start.
#[derive(Clone, Copy, Debug)]
struct Range {
    view: ViewStore,
    playback: Playback,
}

impl Range {
    fn length(self) -> f64 {
        self.playback.length()
    }

    fn get(self) -> (f64, f64) {
        let length = self.length();
        let range = self.view.state.with(|state| state.time_range);
        range.map_or((0.0, length), |(from, until)| (from.clamp(0.0, length), until.clamp(0.0, length)))
    }

    /// A range over the full session is none.
    fn set(self, from: f64, until: f64) {
        let length = untrack(|| self.length());
        let (from, until) = (from.clamp(0.0, length), until.clamp(0.0, length));
        let is_full = from <= 0.0 && until >= length;
        let range = (!is_full && length > 0.0).then(|| (from.round(), until.round()));
        self.view.state.update(|state| state.time_range = range);
    }

    fn move_end(self, end: End, to: f64) {
        let (from, until) = untrack(|| self.get());
        match end {
            End::Start => self.set(to.min(until), until),
            End::Stop => self.set(from, to.max(from)),
        }
    }

    /// The position of a time on the strip, as a share of its width.
    fn share(self, ms: f64) -> f64 {
        self.playback.scale.with(|scale| scale.fraction(ms))
    }

    fn ms_at(self, share: f64) -> f64 {
        self.playback.scale.with_untracked(|scale| scale.ms_at(share))
    }
}

/// A press on the strip: where it began, and whether it became a drag.
#[derive(Clone, Copy, Debug)]
struct Press {
    from: f64,
    is_drag: bool,
}

#[component]
pub fn RangeStrip() -> impl IntoView {
    let playback = expect_context::<Playback>();
    let range = Range { view: expect_context(), playback };
    let element: NodeRef<Div> = NodeRef::new();
    let press: RwSignal<Option<Press>> = RwSignal::new(None);
    let hovered: RwSignal<Option<f64>> = RwSignal::new(None);
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
            press.set(share_at(&event).map(|from| Press { from, is_drag: false }));
        }
    };
    let moved = move |event: PointerEvent| {
        let Some(to) = share_at(&event) else { return };
        hovered.set(Some(to));
        let Some(Press { from, is_drag }) = press.get_untracked() else { return };
        if is_drag || (to - from).abs() >= MIN_DRAG {
            press.set(Some(Press { from, is_drag: true }));
            range.set(range.ms_at(from.min(to)), range.ms_at(from.max(to)));
        }
    };
    let released = move |_| {
        if let Some(Press { from, is_drag: false }) = press.get_untracked() {
            playback.seek(range.ms_at(from));
        }
        press.set(None);
    };
    let outside = move |width: f64| format!("{:.3}%", width * 100.0);
    view! {
        <div
            class="timeline-strip"
            node_ref=element
            on:pointerdown=pressed
            on:pointermove=moved
            on:pointerup=released
            on:pointerleave=move |_| hovered.set(None)
            on:lostpointercapture=move |_| press.set(None)
        >
            <Marks />
            <div class="timeline-outside timeline-before" style:width=move || outside(range.share(range.get().0))></div>
            <div class="timeline-outside timeline-after" style:width=move || outside(1.0 - range.share(range.get().1))></div>
            <Handle label="Range start" end=End::Start range=range share_at=share_at />
            <Handle label="Range end" end=End::Stop range=range share_at=share_at />
            <Playhead range=range share_at=share_at />
            <Hover share=hovered />
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
    let at = move || match end {
        End::Start => range.get().0,
        End::Stop => range.get().1,
    };
    let keyed = move |event: KeyboardEvent| {
        let length = untrack(|| range.length());
        let step = length * if event.shift_key() { STEP * 10.0 } else { STEP };
        let now = untrack(at);
        let to = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => now - step,
            "ArrowRight" | "ArrowUp" => now + step,
            "Home" => 0.0,
            "End" => length,
            _ => return,
        };
        event.prevent_default();
        range.move_end(end, to.clamp(0.0, length));
    };
    view! {
        <Slider
            class="timeline-handle"
            label=label
            at=Signal::derive(at)
            range=range
            share_at=share_at
            on_drag=move |to| range.move_end(end, to)
            on_key=keyed
        />
    }
}

/// The playhead.
#[component]
fn Playhead(
    range: Range,
    share_at: impl Fn(&PointerEvent) -> Option<f64> + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let playback = range.playback;
    let keyed = move |event: KeyboardEvent| {
        let steps = if event.shift_key() { FAR_STEPS } else { 1.0 };
        match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => playback.seek_by(-steps),
            "ArrowRight" | "ArrowUp" => playback.seek_by(steps),
            "Home" => playback.seek(0.0),
            "End" => playback.seek(untrack(|| range.length())),
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <Show when=move || playback.playhead.with(Option::is_some)>
            <Slider
                class="timeline-now"
                label="Moment shown"
                at=Signal::derive(move || playback.now())
                range=range
                share_at=share_at
                on_drag=move |to| playback.seek(to)
                on_key=keyed
            />
        </Show>
    }
}

/// Something on the strip that is moved by mouse or keys.
#[component]
fn Slider(
    class: &'static str,
    label: &'static str,
    at: Signal<f64>,
    range: Range,
    share_at: impl Fn(&PointerEvent) -> Option<f64> + Copy + 'static,
    on_drag: impl Fn(f64) + 'static,
    on_key: impl Fn(KeyboardEvent) + 'static,
) -> impl IntoView {
    let element: NodeRef<Div> = NodeRef::new();
    let dragging = RwSignal::new(false);
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
            on_drag(range.ms_at(to));
        }
    };
    view! {
        <div
            class=class
            role="slider"
            tabindex="0"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax=move || range.length().round().to_string()
            aria-valuenow=move || at.get().round().to_string()
            aria-valuetext=move || Millis::new(at.get()).map(Millis::offset)
            style:left=move || format!("{:.3}%", range.share(at.get()) * 100.0)
            node_ref=element
            on:pointerdown=pressed
            on:pointermove=moved
            on:pointerup=move |event| {
                event.stop_propagation();
                dragging.set(false);
            }
            on:lostpointercapture=move |_| dragging.set(false)
            on:keydown=on_key
        ></div>
    }
}
