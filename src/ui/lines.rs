//! Lines of equal height and any number, of which only those on screen are in the DOM. The technique is the grid's.

use leptos::html::{Div, Span};
use leptos::prelude::*;
use presentation::virtual_list::VirtualList;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{KeyboardEvent, MouseEvent, ResizeObserver};

/// Height of a line in px; the style sheet says the same.
pub const LINE_HEIGHT: f64 = 20.0;

/// Characters in the probe that the width of one is measured by.
const PROBE: &str = "0000000000000000000000000000000000000000";
/// Space left and right of the text in px, and as much again for the scroll bar.
const PADDING: f64 = 32.0;
/// Fewer columns than this are scrolled sideways rather than wrapped further.
const MIN_COLUMNS: usize = 16;

/// The lines. `line` draws the one at a place.
#[component]
pub fn Lines(
    class: &'static str,
    role: &'static str,
    label: &'static str,
    #[prop(into)] lines: Signal<usize>,
    line: impl Fn(usize) -> AnyView + Send + Sync + 'static,
    /// The line that is brought on screen when it changes.
    #[prop(optional, into)]
    current: Signal<Option<usize>>,
    /// The id of the current line's element, for screen readers.
    #[prop(optional, into)]
    active_id: Signal<Option<String>>,
    /// Is told how many characters of the font fit side by side.
    #[prop(optional)]
    columns: Option<RwSignal<usize>>,
    #[prop(optional)] on_key: Option<Callback<KeyboardEvent>>,
    #[prop(optional)] on_click: Option<Callback<MouseEvent>>,
) -> impl IntoView {
    let element: NodeRef<Div> = NodeRef::new();
    let probe: NodeRef<Span> = NodeRef::new();
    let scroll_top = RwSignal::new(0.0);
    let viewport = RwSignal::new(0.0);
    let window = Memo::new(move |_| VirtualList {
        rows: lines.get(),
        row_height: LINE_HEIGHT,
        viewport: viewport.get(),
    });
    let visible = Memo::new(move |_| window.get().visible(scroll_top.get()));

    observe_size(element, probe, viewport, columns);
    Effect::new(move || {
        if let (Some(place), Some(element)) = (current.get(), element.get_untracked()) {
            let target = window.get_untracked().scroll_to_show(place, f64::from(element.scroll_top()));
            if let Some(top) = target {
                element.set_scroll_top(top.round() as i32);
            }
        }
    });
    view! {
        <div
            class=format!("ui-lines {class}")
            role=role
            aria-label=label
            aria-activedescendant=move || active_id.get()
            tabindex="0"
            node_ref=element
            on:scroll=move |_| {
                if let Some(element) = element.get_untracked() {
                    scroll_top.set(f64::from(element.scroll_top()));
                }
            }
            on:keydown=move |event| {
                if let Some(on_key) = on_key {
                    on_key.run(event);
                }
            }
            on:click=move |event| {
                if let Some(on_click) = on_click {
                    on_click.run(event);
                }
            }
        >
            <span class="ui-lines-probe" aria-hidden="true" node_ref=probe>
                {PROBE}
            </span>
            <div
                class="ui-lines-space"
                role="presentation"
                style:height=move || format!("{}px", window.get().scroll_height())
            >
                <div
                    class="ui-lines-view"
                    role="presentation"
                    style:height=move || {
                        let window = window.get();
                        format!("{}px", window.viewport.min(window.scroll_height()))
                    }
                >
                    <div
                        class="ui-lines-shown"
                        role="presentation"
                        style:transform=move || format!("translateY({}px)", visible.get().offset_px)
                    >
                        {move || {
                            let visible = visible.get();
                            (visible.first..visible.first + visible.count).map(&line).collect_view()
                        }}
                    </div>
                </div>
            </div>
        </div>
    }
}

/// Keeps `viewport` at the height on screen, and `columns` at the characters that fit.
fn observe_size(
    element: NodeRef<Div>,
    probe: NodeRef<Span>,
    viewport: RwSignal<f64>,
    columns: Option<RwSignal<usize>>,
) {
    Effect::new(move || {
        let (Some(lines), Some(probe)) = (element.get(), probe.get()) else { return };
        let measured = lines.clone();
        let changed = Closure::<dyn Fn()>::new(move || {
            viewport.set(f64::from(measured.client_height()));
            if let Some(columns) = columns {
                let fitting =
                    columns_in(f64::from(measured.client_width()), probe.get_bounding_client_rect().width());
                if columns.get_untracked() != fitting {
                    columns.set(fitting);
                }
            }
        });
        let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) else { return };
        observer.observe(&lines);
        let held = StoredValue::new_local((observer, changed));
        on_cleanup(move || {
            let _ = held.try_with_value(|(observer, _)| observer.disconnect());
        });
    });
}

fn columns_in(width: f64, probe: f64) -> usize {
    let char_width = (probe / PROBE.len() as f64).max(1.0);
    (((width - PADDING) / char_width) as usize).max(MIN_COLUMNS)
}
