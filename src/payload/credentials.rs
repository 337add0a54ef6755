//! Credentials in a payload on screen: masked until the user asks for them. What is copied and
//! saved is what was recorded.

use std::ops::Range;

use leptos::prelude::*;
use session::encodings::Payload;
use session::redact::credential_ranges;

use crate::ui::{Icon, IconName};

/// Whether the payloads within a context hide their credentials. Without such a context nothing is
/// hidden.
#[derive(Clone, Copy, Debug)]
pub struct CredentialMask {
    /// What applies to all payloads.
    are_all_shown: RwSignal<bool>,
    /// What the user selected for the payloads of the context.
    selected: RwSignal<Option<bool>>,
}

impl CredentialMask {
    /// A mask that follows `are_all_shown` until the user selects otherwise.
    pub fn new(are_all_shown: RwSignal<bool>) -> Self {
        Self { are_all_shown, selected: RwSignal::new(None) }
    }

    /// A mask that hides nothing: of what the user asked for.
    pub(super) fn open() -> Self {
        Self { are_all_shown: RwSignal::new(true), selected: RwSignal::new(None) }
    }

    fn is_hiding(self) -> bool {
        !self.selected.get().unwrap_or_else(|| self.are_all_shown.get())
    }
}

/// Whether payloads hide their credentials here.
pub fn hides_credentials() -> Signal<bool> {
    match use_context::<CredentialMask>() {
        Some(mask) => Signal::derive(move || mask.is_hiding()),
        None => Signal::derive(|| false),
    }
}

/// Shows and hides the credentials of the payloads in this context; nothing where none is masked.
#[component]
pub(super) fn CredentialToggle(#[prop(into)] has_credentials: Signal<bool>) -> impl IntoView {
    let mask = use_context::<CredentialMask>();
    move || {
        let mask = mask.filter(|_| has_credentials.get())?;
        Some(view! {
            <button
                type="button"
                class="ui-icon-button"
                aria-label="Show credentials"
                title="Show credentials: the passwords and tokens in this message"
                aria-pressed=move || (!mask.is_hiding()).to_string()
                on:click=move |_| mask.selected.set(Some(untrack(|| mask.is_hiding())))
            >
                <Icon name=IconName::Eye />
            </button>
        })
    }
}

/// The credentials of a payload, while they are hidden.
#[derive(Clone, Copy, Debug)]
pub(super) struct HiddenRanges {
    ranges: StoredValue<Vec<Range<usize>>>,
    hides: Signal<bool>,
}

impl HiddenRanges {
    pub(super) fn of(payload: &Payload) -> Self {
        let is_masked = use_context::<CredentialMask>().is_some();
        let ranges = if is_masked { credential_ranges(payload) } else { Vec::new() };
        Self { ranges: StoredValue::new(ranges), hides: hides_credentials() }
    }

    /// For each byte from `start` on, whether it is hidden.
    pub(super) fn flags(self, start: usize, count: usize) -> Vec<bool> {
        if !self.hides.get() {
            return vec![false; count];
        }
        self.ranges.with_value(|ranges| {
            let mut next = ranges.partition_point(|range| range.end <= start);
            let is_hidden = |at: usize| {
                while ranges.get(next).is_some_and(|range| range.end <= at) {
                    next += 1;
                }
                ranges.get(next).is_some_and(|range| range.contains(&at))
            };
            (start..start.saturating_add(count)).map(is_hidden).collect()
        })
    }
}
