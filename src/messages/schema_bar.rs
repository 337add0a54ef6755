//! The message type of Protocol Buffers, above the payload: files with types are added here, and
//! the type of a direction is selected.

use std::sync::Arc;

use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use session::encodings::{Schema, visible_line};
use session::model::Direction;
use session::protocols::DecodedMessage;
use web_sys::DragEvent;

use super::panel::Panel;
use crate::payload::Alert;
use crate::store::{Schemas, TypeChoice, files_of, picked};

/// Messages that are compared with the types.
const MAX_SAMPLE: usize = 64;
/// Messages that are compared with many types.
const MAX_SAMPLE_OF_MANY: usize = 8;
/// Types that are many.
const MANY_TYPES: usize = 1000;
/// Messages that are looked at to find those.
const MAX_SCANNED: u32 = 2000;
/// Types in the list, the best first.
const MAX_LISTED: usize = 1000;
/// Characters of an error: it can quote a file.
const MAX_ERROR_CHARS: usize = 500;
/// The value of the option without a type.
const WITHOUT: &str = "-";

/// How the payloads of a message are typed. A handle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Typed {
    schemas: Schemas,
    row: u32,
    direction: Option<Direction>,
    ranked: Memo<Ranking>,
}

/// The types by how well the messages of a direction fit them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Ranking {
    /// Names with their labels, the best first.
    types: Vec<(String, String)>,
    /// The one that nearly all messages fit.
    likely: Option<String>,
}

impl Typed {
    pub(super) fn new(panel: Panel, index: u32) -> Self {
        let schemas = expect_context::<Schemas>();
        let direction = untrack(|| {
            panel.with(|_, _, log| log.columns.get(index as usize).and_then(|message| message.direction))
        });
        let direction = direction.flatten();
        let ranked = Memo::new(move |_| {
            let Some(schema) = schemas.schema() else { return Ranking::default() };
            untrack(|| rank(panel, direction, index, &schema))
        });
        Self { schemas, row: panel.row, direction, ranked }
    }

    /// The message as it is shown.
    pub(super) fn apply(self, message: Arc<DecodedMessage>) -> Arc<DecodedMessage> {
        let Some(schema) = self.schemas.schema() else { return message };
        let name = match self.schemas.choice(self.row, self.direction) {
            TypeChoice::Automatic => self.ranked.with(|ranking| ranking.likely.clone()),
            TypeChoice::Named(name) => Some(name),
            TypeChoice::None => None,
        };
        name.map_or(message.clone(), |name| Arc::new(message.with_schema(&schema, &name)))
    }
}

fn rank(panel: Panel, direction: Option<Direction>, index: u32, schema: &Schema) -> Ranking {
    let max = if schema.type_names().len() > MANY_TYPES { MAX_SAMPLE_OF_MANY } else { MAX_SAMPLE };
    let count = panel.with(|_, _, log| log.len() as u32).unwrap_or(0).min(MAX_SCANNED);
    let is_alike = |other: &u32| {
        panel.with(|_, _, log| log.columns.get(*other as usize).and_then(|message| message.direction))
            == Some(direction)
    };
    let mut sample: Vec<Vec<u8>> = Vec::new();
    for other in std::iter::once(index).chain((0..count).filter(|other| *other != index)).filter(is_alike) {
        if sample.len() >= max {
            break;
        }
        if let Some(message) = panel.protocols.decode(panel.row, other) {
            sample.extend(message.protobuf_payloads().map(<[u8]>::to_vec));
        }
    }
    let sample: Vec<_> = sample.iter().map(Vec::as_slice).collect();
    let ranked = schema.ranked(&sample);
    let likely = ranked.first().filter(|(_, fit)| fit.is_likely()).map(|(name, _)| (*name).to_owned());
    let label = |name: &str, fitting: usize, messages: usize| {
        format!("{name} ({fitting} of {messages} messages fit)")
    };
    let listed = ranked.iter().take(MAX_LISTED);
    let listed = listed.map(|(name, fit)| ((*name).to_owned(), label(name, fit.fitting, fit.messages)));
    Ranking { types: listed.collect(), likely }
}

/// The bar; shown while the message has payloads that are Protocol Buffers.
#[component]
pub(super) fn SchemaBar(
    typed: Typed,
    /// The message without types.
    decoded: Signal<Option<Arc<DecodedMessage>>>,
) -> impl IntoView {
    let schemas = typed.schemas;
    let is_shown = Memo::new(move |_| {
        decoded.with(|message| {
            message.as_ref().is_some_and(|message| message.protobuf_payloads().next().is_some())
        })
    });
    let dropped = move |event: DragEvent| {
        let Some(transfer) = event.data_transfer() else { return };
        event.prevent_default();
        // A file that is dropped elsewhere is opened as a session.
        event.stop_propagation();
        let files = files_of(&transfer);
        spawn_local(async move { schemas.add(files.await).await });
    };
    view! {
        <Show when=move || is_shown.get()>
            <div
                class="messages-schema"
                role="group"
                aria-label="Message types"
                on:dragover=move |event: DragEvent| event.prevent_default()
                on:drop=dropped
            >
                <AddButton schemas=schemas />
                {move || match schemas.summary() {
                    Some(summary) => view! {
                        <TypeSelect typed=typed />
                        <span class="messages-schema-note" title=summary.clone()>
                            {format!("{summary}, until the session is closed")}
                        </span>
                        <button type="button" class="ui-button" on:click=move |_| schemas.clear()>
                            "Remove types"
                        </button>
                    }
                    .into_any(),
                    None => view! {
                        <span class="messages-schema-note">
                            "Or drop .proto files or a descriptor set here to see the names of fields"
                        </span>
                    }
                    .into_any(),
                }}
            </div>
            {move || {
                let error = schemas.error()?;
                let what = visible_line(&error, MAX_ERROR_CHARS).into_owned();
                let remedy = "The types added before are unchanged.".to_owned();
                Some(view! { <Alert what=what remedy=remedy /> })
            }}
        </Show>
    }
}

#[component]
fn AddButton(schemas: Schemas) -> impl IntoView {
    let input: NodeRef<Input> = NodeRef::new();
    let changed = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let files = input.files().map(|list| picked(&list)).unwrap_or_default();
        // The same file can be added again after it was changed.
        input.set_value("");
        if !files.is_empty() {
            spawn_local(async move { schemas.add(files).await });
        }
    };
    view! {
        <button
            type="button"
            class="ui-button"
            title="Add .proto files or a compiled descriptor set"
            on:click=move |_| {
                if let Some(input) = input.get_untracked() {
                    input.click();
                }
            }
        >
            "Add .proto…"
        </button>
        <input
            type="file"
            class="ui-hidden"
            multiple
            tabindex="-1"
            aria-label="Files with message types"
            node_ref=input
            on:change=changed
        />
    }
}

/// The type of the messages of this direction.
#[component]
fn TypeSelect(typed: Typed) -> impl IntoView {
    let Typed { schemas, row, direction, ranked } = typed;
    let current = move || match schemas.choice(row, direction) {
        TypeChoice::Automatic => String::new(),
        TypeChoice::None => WITHOUT.to_owned(),
        TypeChoice::Named(name) => name,
    };
    let select = move |value: String| {
        let choice = match value.as_str() {
            "" => TypeChoice::Automatic,
            WITHOUT => TypeChoice::None,
            _ => TypeChoice::Named(value),
        };
        schemas.choose(row, direction, choice);
    };
    let automatic = move || {
        let likely = ranked.with(|ranking| ranking.likely.clone());
        format!("Automatic ({})", likely.as_deref().unwrap_or("no type fits"))
    };
    let option = move |(name, label): (String, String)| {
        let value = name.clone();
        view! { <option value=value prop:selected=move || current() == name>{label}</option> }
    };
    view! {
        <select
            class="ui-select"
            aria-label="Decode as message type"
            title="Decode as message type"
            on:change:target=move |event| select(event.target().value())
        >
            <option value="" prop:selected=move || current().is_empty()>{automatic}</option>
            {move || ranked.with(|ranking| ranking.types.clone()).into_iter().map(option).collect_view()}
            <option value=WITHOUT prop:selected=move || current() == WITHOUT>"Field numbers only"</option>
        </select>
    }
}
