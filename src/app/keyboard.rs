//! The keyboard map: one table that the page dispatches from, and that the list of shortcuts shows.
//!
//! A key with an action works wherever the focus is, except in text fields. Without one it belongs
//! to the part that has the focus (a table, a tree, tabs, a slider) and follows the ARIA Authoring
//! Practices there.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};

use super::layout_menu::{toggle_details, toggle_replay};
use super::shortcuts::ShortcutsOpen;
use crate::home::open_file_dialog;
use crate::store::{MessageSearch, Playback, Preferences, SessionTab, Step, ViewStore, is_typing};

/// A line of the list: keys and their effect.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shortcut {
    /// As shown.
    pub(super) keys: &'static str,
    pub(super) what: &'static str,
    /// Values of `KeyboardEvent.key`, each with its action.
    actions: &'static [(&'static str, Action)],
}

type Action = fn(&Context, &KeyboardEvent) -> Handled;

/// What the actions work on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    view: ViewStore,
    playback: Playback,
    search: MessageSearch,
    preferences: Preferences,
    shortcuts_open: RwSignal<bool>,
}

/// Whether an action takes the key from the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Handled {
    /// The browser does nothing with the key.
    Exclusively,
    /// The browser does what it does with the key anyway.
    Shared,
}

use Handled::{Exclusively, Shared};

const SEARCH_KEYS: &str = "Ctrl + Shift + F";
/// The search box that gets the focus if the search is open already.
const SEARCH_BOX: &str = "#app-tool [aria-label='Search all messages']";

/// Key steps of the playhead with Shift.
const FAR_STEPS: f64 = 5.0;

/// All shortcuts, in the order of the list.
pub(super) static SHORTCUTS: [Shortcut; 25] = [
    Shortcut {
        keys: "/",
        what: "Filter the open tab",
        actions: &[("/", |_, _| {
            focus_filter();
            Exclusively
        })],
    },
    Shortcut {
        keys: SEARCH_KEYS,
        what: "Search the messages of all sockets",
        actions: &[("F", search_messages), ("f", search_messages)],
    },
    Shortcut {
        keys: "V",
        what: "Show or hide the replay",
        actions: &[("v", |context, event| without_modifier(event, || toggle_replay(context.preferences)))],
    },
    Shortcut {
        keys: "M",
        what: "Give the details all room, or take it back",
        actions: &[("m", |context, event| without_modifier(event, || toggle_details(context.view)))],
    },
    in_part("↑ ↓", "Previous or next row of the table"),
    in_part("Page up, Page down", "A page of rows up or down"),
    in_part("Home, End", "First or last row"),
    in_part("Enter", "Open the selected row"),
    in_part("Shift ↑ ↓", "Select several messages"),
    in_part("Ctrl A, Ctrl C", "Select all messages; copy the selected ones"),
    Shortcut {
        keys: "[ ]",
        what: "Previous or next request, from anywhere",
        actions: &[("[", |context, _| step_row(context, -1)), ("]", |context, _| step_row(context, 1))],
    },
    Shortcut {
        keys: "Esc",
        what: "Close the message, then the details; the entry or event",
        actions: &[("Escape", |context, _| close(context))],
    },
    in_part("a", "In the messages: show what happened around the selected one"),
    in_part("b", "In a message's tree: pair messages by the current field"),
    in_part("Ctrl F", "In the details: search in the body"),
    in_part("← →", "Close or open a group of rows or a branch of a tree; move between tabs"),
    Shortcut { keys: "Space", what: "Play or pause", actions: &[(" ", play_or_pause)] },
    Shortcut {
        keys: "← →",
        what: "A second back or forward; with Shift, five",
        actions: &[
            ("ArrowLeft", |context, event| seek_by(context, -steps(event))),
            ("ArrowRight", |context, event| seek_by(context, steps(event))),
        ],
    },
    Shortcut {
        keys: ", .",
        what: "To the previous or next event",
        actions: &[
            (",", |context, _| step(context, Step::Previous)),
            (".", |context, _| step(context, Step::Next)),
        ],
    },
    Shortcut {
        keys: "t",
        what: "Seek to the selected row",
        actions: &[("t", |context, _| {
            // The other tabs handle the key themselves.
            if is_in_network(context) {
                context.playback.seek_to_selected();
            }
            Shared
        })],
    },
    in_part("+ - 0", "On the waterfall's header: zoom in, zoom out, show all"),
    in_part("← →", "On the waterfall's header: move what is shown"),
    in_part("Tab", "Next part of the page"),
    Shortcut {
        keys: "o",
        what: "Open a file",
        actions: &[("o", |_, _| {
            open_file_dialog();
            Shared
        })],
    },
    Shortcut {
        keys: "?",
        what: "This list",
        actions: &[("?", |context, _| {
            context.shortcuts_open.set(true);
            Shared
        })],
    },
];

/// A key of the part that has the focus.
const fn in_part(keys: &'static str, what: &'static str) -> Shortcut {
    Shortcut { keys, what, actions: &[] }
}

/// Dispatches keys until the owner is disposed of.
pub(super) fn handle_keys() {
    let context = Context {
        view: expect_context(),
        playback: expect_context(),
        search: expect_context(),
        preferences: expect_context(),
        shortcuts_open: expect_context::<ShortcutsOpen>().0,
    };
    let listener = window_event_listener(leptos::ev::keydown, move |event| dispatch(&context, &event));
    on_cleanup(move || listener.remove());
}

fn dispatch(context: &Context, event: &KeyboardEvent) {
    if event.default_prevented() || (is_typing(event) && !is_search_key(event)) {
        return;
    }
    let key = event.key();
    let mut actions = SHORTCUTS.iter().flat_map(|shortcut| shortcut.actions);
    if let Some((_, action)) = actions.find(|(known, _)| *known == key)
        && action(context, event) == Exclusively
    {
        event.prevent_default();
    }
}

/// Carries out the action of a letter, where no modifier makes it a shortcut of the browser.
fn without_modifier(event: &KeyboardEvent, action: impl FnOnce()) -> Handled {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return Shared;
    }
    action();
    Exclusively
}

fn is_in_network(context: &Context) -> bool {
    untrack(|| context.view.tab()) == SessionTab::Network
}

/// Whether the key opens the search, also while something is typed.
fn is_search_key(event: &KeyboardEvent) -> bool {
    (event.ctrl_key() || event.meta_key()) && event.shift_key() && event.key().eq_ignore_ascii_case("f")
}

fn search_messages(context: &Context, event: &KeyboardEvent) -> Handled {
    if !is_search_key(event) {
        return Shared;
    }
    context.view.show_tab(SessionTab::Network);
    context.search.open();
    focus(SEARCH_BOX);
    Exclusively
}

fn step_row(context: &Context, by: isize) -> Handled {
    if is_in_network(context) {
        context.view.step_row(by);
    }
    Shared
}

fn close(context: &Context) -> Handled {
    if context.shortcuts_open.get_untracked() {
        context.shortcuts_open.set(false);
    } else if is_in_network(context) {
        context.view.close_innermost();
    }
    Shared
}

fn play_or_pause(context: &Context, event: &KeyboardEvent) -> Handled {
    // The space bar presses what has the focus.
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    if target.is_some_and(|element| matches!(element.tag_name().as_str(), "BUTTON" | "A" | "SUMMARY")) {
        return Shared;
    }
    context.playback.play_or_pause();
    Exclusively
}

fn steps(event: &KeyboardEvent) -> f64 {
    if event.shift_key() { FAR_STEPS } else { 1.0 }
}

fn seek_by(context: &Context, steps: f64) -> Handled {
    context.playback.seek_by(steps);
    Shared
}

fn step(context: &Context, direction: Step) -> Handled {
    context.playback.step(direction);
    Shared
}

/// The filter of the open tab is the first in it.
fn focus_filter() {
    focus("#app-tool input[type=search]");
}

fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(input) = found.and_then(|element| element.dyn_into::<HtmlInputElement>().ok()) {
        let _ = input.focus();
        input.select();
    }
}
