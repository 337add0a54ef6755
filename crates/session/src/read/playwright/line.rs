//! A line of a `.trace` file, as far as the session needs it. The spellings of versions 3 to 10 stand side by side: a
//! line has those of its own version.

use serde::Deserialize;

use crate::read::lenient::{Number, Object, Text};

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct Line<'a> {
    #[serde(rename = "type")]
    pub(super) kind: Text<'a>,
    // `context-options`, the first line.
    pub(super) version: Number,
    pub(super) wall_time: Number,
    pub(super) monotonic_time: Number,
    pub(super) browser_name: Text<'a>,
    pub(super) playwright_version: Text<'a>,
    pub(super) title: Text<'a>,
    pub(super) options: Object<Options<'a>>,
    // `before`, `after`: an action; version 3 has it in one line, as `metadata` of an `action`.
    pub(super) call_id: Text<'a>,
    pub(super) start_time: Number,
    pub(super) end_time: Number,
    pub(super) api_name: Text<'a>,
    pub(super) class: Text<'a>,
    pub(super) method: Text<'a>,
    pub(super) error: Object<ErrorMark>,
    pub(super) metadata: Object<Metadata<'a>>,
    pub(super) params: Object<Params<'a>>,
    // `console`, and an `event` of another class.
    pub(super) time: Number,
    pub(super) message_type: Text<'a>,
    // `object`: what a later `event` speaks of (version 5).
    pub(super) guid: Text<'a>,
    pub(super) initializer: Object<Initializer<'a>>,
    // `screencast-frame`: `sha1` names a file under `resources/`, `file` one in the archive.
    pub(super) sha1: Text<'a>,
    pub(super) file: Text<'a>,
    pub(super) timestamp: Number,
    pub(super) width: Number,
    pub(super) height: Number,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct Options<'a> {
    pub(super) user_agent: Text<'a>,
}

/// An error that is there, whatever it holds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ErrorMark {}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct Metadata<'a> {
    pub(super) start_time: Number,
    pub(super) end_time: Number,
    pub(super) wall_time: Number,
    pub(super) api_name: Text<'a>,
    #[serde(rename = "type")]
    pub(super) class: Text<'a>,
    pub(super) method: Text<'a>,
    pub(super) error: Object<ErrorMark>,
    pub(super) params: Object<Params<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct Params<'a> {
    /// Where a navigation goes.
    pub(super) url: Text<'a>,
    /// What an `event` of the console speaks of (versions 3 to 5).
    pub(super) message: Object<Reference<'a>>,
    // `__create__` of an object (versions 3 and 4).
    #[serde(rename = "type")]
    pub(super) class: Text<'a>,
    pub(super) guid: Text<'a>,
    pub(super) initializer: Object<Initializer<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Reference<'a> {
    pub(super) guid: Text<'a>,
}

/// What a console message is made with (versions 3 to 5).
#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Initializer<'a> {
    #[serde(rename = "type")]
    pub(super) kind: Text<'a>,
}

impl Line<'_> {
    /// Whether it is an `event` of that method, whatever its class.
    pub(super) fn is_event(&self, method: &str) -> bool {
        self.kind.as_str() == Some("event") && self.method.as_str() == Some(method)
    }
}
