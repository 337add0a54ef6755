//! What the app and the player's document say to each other; `player/src/protocol.ts` is the other end. Moments are ms
//! from the session's start.

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array, Uint32Array};
use session::model::Session;
use session::write::player_events;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlIFrameElement, MessageEvent};

/// What the player tells.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Report {
    /// The document stands and takes requests.
    Ready,
    Progress {
        done: f64,
        total: f64,
    },
    /// The events are there; before `first` there is no page.
    Opened {
        first: f64,
        dropped: f64,
    },
    Seeking,
    Seeked,
    Time(f64),
    /// So much did not come from the network, since nobody allowed it, and from where.
    Blocked {
        count: f64,
        hosts: Vec<String>,
    },
    Failed(String),
}

impl Report {
    /// What a message says; `None` where it does not come from the player in `frame`, or says nothing that matters here.
    pub(super) fn of(event: &MessageEvent, frame: &HtmlIFrameElement) -> Option<Self> {
        let from: JsValue = event.source()?.into();
        let player: JsValue = frame.content_window()?.into();
        let origin = leptos::prelude::window().location().origin().ok()?;
        if from != player || event.origin() != origin {
            return None;
        }
        let data = event.data();
        let number = |key| get(&data, key).as_f64().unwrap_or_default();
        Some(match get(&data, "type").as_string()?.as_str() {
            "ready" => Self::Ready,
            "progress" => Self::Progress { done: number("done"), total: number("total") },
            "opened" => Self::Opened { first: number("first"), dropped: number("dropped") },
            "seeking" => Self::Seeking,
            "seeked" => Self::Seeked,
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

fn texts(list: &JsValue) -> Vec<String> {
    list.dyn_ref::<Array>()
        .map(|list| list.iter().filter_map(|text| text.as_string()).collect())
        .unwrap_or_default()
}

/// Gives the player the events of a window. Their bytes are copied once, into a buffer that becomes the player's.
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
    let buffers: [ArrayBuffer; 2] = [text.buffer().unchecked_into(), ends.buffer().unchecked_into()];
    let transferred = Array::from_iter(&buffers);
    let [text, ends] = buffers;
    send(
        frame,
        "open",
        &[("text", text.into()), ("ends", ends.into()), ("origin", origin.into())],
        &transferred,
    );
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

fn send(frame: &HtmlIFrameElement, name: &str, fields: &[(&str, JsValue)], transferred: &Array) {
    let message = Object::new();
    for (key, value) in fields.iter().chain([&("type", name.into())]) {
        // A plain object takes any field.
        let _ = Reflect::set(&message, &(*key).into(), value);
    }
    let Some(player) = frame.content_window() else { return };
    let Ok(origin) = leptos::prelude::window().location().origin() else { return };
    // A frame that is gone needs no message.
    let _ = player.post_message_with_transfer(&message, &origin, transferred);
}
