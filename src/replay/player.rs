//! Messages between the app and the player's document; `player/src/protocol.ts` is the other end.
//! Times are ms from the session's start.

use js_sys::{Array, ArrayBuffer, Float64Array, Object, Reflect, Uint8Array, Uint32Array};
use session::export::player_events;
use session::model::Session;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlIFrameElement, MessageEvent};

use crate::store::{HighlightState, base_path};

/// A message of the player.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Report {
    /// The document is loaded and takes requests.
    Ready,
    Progress {
        done: f64,
        total: f64,
    },
    /// The events are read; before `first` there is no page, and before `shows` it shows nothing.
    Opened {
        first: f64,
        shows: f64,
        dropped: f64,
        /// Counts of what is left out, by kind.
        omitted: Vec<(String, f64)>,
    },
    /// The player responds.
    Pong,
    Seeking,
    Seeked,
    /// Whether the element of the last [`highlight`] is marked.
    Highlighted(HighlightState),
    Time(f64),
    /// Number of remote resources that were blocked, and their hosts.
    Blocked {
        count: f64,
        hosts: Vec<String>,
    },
    Failed(String),
}

impl Report {
    /// Parses a message; `None` where it does not come from the player in `frame`, or is of another
    /// kind.
    pub(super) fn of(event: &MessageEvent, frame: &HtmlIFrameElement) -> Option<Self> {
        let from: JsValue = event.source()?.into();
        let player: JsValue = frame.content_window()?.into();
        if from != player || event.origin() != origin()? {
            return None;
        }
        let data = event.data();
        let number = |key| get(&data, key).as_f64().unwrap_or_default();
        Some(match get(&data, "type").as_string()?.as_str() {
            "ready" => Self::Ready,
            "progress" => Self::Progress { done: number("done"), total: number("total") },
            "opened" => Self::Opened {
                first: number("first"),
                shows: number("shows"),
                dropped: number("dropped"),
                omitted: counts(&get(&data, "omitted")),
            },
            "pong" => Self::Pong,
            "seeking" => Self::Seeking,
            "seeked" => Self::Seeked,
            "highlighted" => Self::Highlighted(match get(&data, "state").as_string()?.as_str() {
                "shown" => HighlightState::Shown,
                "outside" => HighlightState::Outside,
                "hidden" => HighlightState::Hidden,
                _ => HighlightState::Missing,
            }),
            "time" => Self::Time(number("at")),
            "blocked" => Self::Blocked { count: number("count"), hosts: texts(&get(&data, "hosts")) },
            "failed" => Self::Failed(get(&data, "reason").as_string().unwrap_or_default()),
            _ => return None,
        })
    }
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

/// The origin that the player is loaded from: another site where the build names one, so that the
/// browser gives it a process of its own, and the app's otherwise.
pub(super) fn origin() -> Option<String> {
    let window = leptos::prelude::window();
    let named = window
        .document()
        .and_then(|document| document.query_selector(r#"meta[name="replayscope-player"]"#).ok()?)
        .and_then(|element| element.get_attribute("content"))
        .filter(|origin| !origin.is_empty());
    named.or_else(|| window.location().origin().ok())
}

/// The address of the player's document; its fragment names the app's origin, by which the player
/// knows its peer.
pub(super) fn address(allows_remote: bool) -> String {
    let document = if allows_remote { "replay-remote.html" } else { "replay.html" };
    let app = leptos::prelude::window().location().origin().unwrap_or_default();
    format!("{}{}/{document}#app={app}", origin().unwrap_or_default(), base_path())
}

fn counts(object: &JsValue) -> Vec<(String, f64)> {
    let Some(object) = object.dyn_ref::<Object>() else { return Vec::new() };
    Object::keys(object)
        .iter()
        .filter_map(|key| key.as_string())
        .map(|key| (key.clone(), get(object, &key).as_f64().unwrap_or_default()))
        .collect()
}

fn texts(list: &JsValue) -> Vec<String> {
    list.dyn_ref::<Array>()
        .map(|list| list.iter().filter_map(|text| text.as_string()).collect())
        .unwrap_or_default()
}

/// Sends the player the events of a window. Their bytes are copied once, into a buffer that becomes
/// the player's.
pub(super) fn open(frame: &HtmlIFrameElement, session: &Session, window: u16) {
    let events = player_events(session, window);
    let ends: Vec<u32> = events.ends().collect();
    let text = Uint8Array::new_with_length(ends.last().copied().unwrap_or_default());
    let mut at = 0;
    for piece in events.pieces() {
        let end = at + piece.len() as u32;
        text.subarray(at, end).copy_from(&piece);
        at = end;
    }
    let ends = Uint32Array::from(ends.as_slice());
    let origin = session.started_at.map_or(0.0, session::model::EpochMs::ms);
    let times: Vec<f64> = events.times().collect();
    let times = Float64Array::from(times.as_slice());
    let types: Vec<u8> = events.types().collect();
    let types = Uint8Array::from(types.as_slice());
    let buffers: [ArrayBuffer; 4] =
        [text.buffer(), ends.buffer(), times.buffer(), types.buffer()].map(JsCast::unchecked_into);
    let transferred = Array::from_iter(&buffers);
    let [text, ends, times, types] = buffers.map(JsValue::from);
    send(
        frame,
        "open",
        &[("text", text), ("ends", ends), ("times", times), ("types", types), ("origin", origin.into())],
        &transferred,
    );
}

/// Checks whether the player responds.
pub(super) fn ping(frame: &HtmlIFrameElement) {
    send(frame, "ping", &[], &Array::new());
}

pub(super) fn seek(frame: &HtmlIFrameElement, to: f64) {
    send(frame, "seek", &[("to", to.into())], &Array::new());
}

pub(super) fn play(frame: &HtmlIFrameElement, at: f64) {
    send(frame, "play", &[("at", at.into())], &Array::new());
}

pub(super) fn pause(frame: &HtmlIFrameElement, at: f64) {
    send(frame, "pause", &[("at", at.into())], &Array::new());
}

pub(super) fn speed(frame: &HtmlIFrameElement, value: f64) {
    send(frame, "speed", &[("value", value.into())], &Array::new());
}

/// Marks an element once the page is at its time, or none.
pub(super) fn highlight(frame: &HtmlIFrameElement, node: Option<u32>) {
    let node = node.map_or(JsValue::NULL, JsValue::from);
    send(frame, "highlight", &[("node", node)], &Array::new());
}

fn send(frame: &HtmlIFrameElement, name: &str, fields: &[(&str, JsValue)], transferred: &Array) {
    let message = Object::new();
    for (key, value) in fields.iter().chain([&("type", name.into())]) {
        // A plain object takes any field.
        let _ = Reflect::set(&message, &(*key).into(), value);
    }
    let Some(player) = frame.content_window() else { return };
    let Some(origin) = origin() else { return };
    // Fails only for a frame that is gone.
    let _ = player.post_message_with_transfer(&message, &origin, transferred);
}
