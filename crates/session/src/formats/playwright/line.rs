//! The fields of a line of a `.trace` file that a session needs, with the keys of versions 3 to 10.

use crate::formats::common::fields::{FromObject, Object, object};
use crate::formats::common::lenient::{Number, Text};
use crate::formats::common::values::Verbatim;
use json_spans::Keys;

object! {
    pub(super) struct Line<'a> {
        pub(super) kind: Text<'a> = "type",
        // `context-options`, the first line.
        pub(super) version: Number = "version",
        pub(super) wall_time: Number = "wallTime",
        pub(super) monotonic_time: Number = "monotonicTime",
        pub(super) browser_name: Text<'a> = "browserName",
        pub(super) playwright_version: Text<'a> = "playwrightVersion",
        pub(super) title: Text<'a> = "title",
        pub(super) options: Object<Options<'a>> = "options",
        // `before`, `after`: an action, whose name is in `title` since version 8. In version 3 it
        // is in one line, as `metadata` of an `action`; events are in `metadata` too.
        pub(super) call_id: Text<'a> = "callId",
        pub(super) start_time: Number = "startTime",
        pub(super) end_time: Number = "endTime",
        pub(super) api_name: Text<'a> = "apiName",
        pub(super) class: Text<'a> = "class",
        pub(super) method: Text<'a> = "method",
        pub(super) error: Object<ErrorMark> = "error",
        pub(super) metadata: Object<Metadata<'a>> = "metadata",
        pub(super) params: Object<Params<'a>> = "params",
        // `console`, and an `event` of another class.
        pub(super) time: Number = "time",
        pub(super) message_type: Text<'a> = "messageType",
        // `object`: the object of a later `event` (version 5).
        pub(super) guid: Text<'a> = "guid",
        pub(super) initializer: Object<Initializer<'a>> = "initializer",
        // `screencast-frame`: `sha1` names a file under `resources/`, `file` one in the archive.
        pub(super) sha1: Text<'a> = "sha1",
        pub(super) file: Text<'a> = "file",
        pub(super) timestamp: Number = "timestamp",
        pub(super) width: Number = "width",
        pub(super) height: Number = "height",
    }
}

object! {
    pub(super) struct Options<'a> {
        pub(super) user_agent: Text<'a> = "userAgent",
    }
}

/// Whether an error is recorded, of any form.
#[derive(Debug)]
pub(super) struct ErrorMark;

impl<'a> FromObject<'a> for ErrorMark {
    type Values = [&'a [u8]; 0];
    const NONE: Self::Values = [];
    const KEYS: &'static Keys = &Keys::new(&[], &[]);

    fn from_values([]: Self::Values) -> Self {
        Self
    }
}

object! {
    pub(super) struct Metadata<'a> {
        pub(super) start_time: Number = "startTime",
        pub(super) end_time: Number = "endTime",
        pub(super) wall_time: Number = "wallTime",
        pub(super) api_name: Text<'a> = "apiName",
        pub(super) class: Text<'a> = "type",
        pub(super) method: Text<'a> = "method",
        pub(super) error: Object<ErrorMark> = "error",
        pub(super) params: Object<Params<'a>> = "params",
    }
}

object! {
    pub(super) struct Params<'a> {
        /// The URL of a navigation, or the URL or pattern that is waited for.
        pub(super) url: Verbatim<'a> = "url",
        pub(super) selector: Verbatim<'a> = "selector",
        // The two ends of a drag.
        pub(super) source: Text<'a> = "source",
        pub(super) target: Text<'a> = "target",
        /// The object of a console `event` (versions 3 to 5).
        pub(super) message: Object<Reference<'a>> = "message",
        // `__create__` of an object (version 3).
        pub(super) class: Text<'a> = "type",
        pub(super) guid: Text<'a> = "guid",
        pub(super) initializer: Object<Initializer<'a>> = "initializer",
    }
}

object! {
    pub(super) struct Reference<'a> {
        pub(super) guid: Text<'a> = "guid",
    }
}

object! {
    /// The initializer of a console message (versions 3 to 5).
    pub(super) struct Initializer<'a> {
        pub(super) kind: Text<'a> = "type",
    }
}
