//! A message as its protocol reads it: its units, with their fields and payloads.

use std::sync::Arc;

use leptos::prelude::*;
use session::encodings::{Payload, visible_lines};
use session::model::format_count;
use session::protocols::{DecodedBody, DecodedField, DecodedMessage, DecodedUnit};
use session::redact::mask;

use super::credentials::{CredentialMask, hides_credentials};
use super::lines::{ShownText, TextLines};
use super::tree::{JsonView, TreeState};

/// Units that are shown; of more the number is.
const MAX_UNITS: usize = 50;
/// Characters of a field, or of a payload that is text.
const MAX_TEXT_CHARS: usize = 20_000;
/// Lines of a tree that is shown in full; a longer one scrolls by itself.
const MAX_TREE_LINES: usize = 400;
/// Height of a line in px, as in the style sheet.
const LINE_HEIGHT: usize = 20;

/// The units of a message.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns its properties")]
pub fn DecodedView(message: Arc<DecodedMessage>) -> impl IntoView {
    let count = message.units.len();
    let units = message.units.iter().take(MAX_UNITS).map(|unit| unit_view(unit, count)).collect_view();
    let more = count.checked_sub(MAX_UNITS).filter(|more| *more > 0);
    view! {
        <div class="ui-decoded" tabindex="0" role="group" aria-label="Decoded">
            {units}
            {more.map(|more| view! { <p class="ui-decoded-more">{format!("{} more", format_count(more as u64))}</p> })}
        </div>
    }
}

fn unit_view(unit: &DecodedUnit, count: usize) -> AnyView {
    let (first, last) = unit.messages;
    let span = (first != last).then(|| {
        let number = |index: u32| format_count(u64::from(index) + 1);
        format!("messages {} to {}", number(first), number(last))
    });
    let bytes = (count > 1).then(|| format!("bytes {} to {}", unit.bytes.start, unit.bytes.end));
    let problem = unit.problem.clone().map(|problem| {
        view! { <p class="ui-decoded-problem">{format!("Not decoded: {problem}")}</p> }
    });
    view! {
        <section class="ui-decoded-unit">
            <h4 class="ui-decoded-head">
                <span class="ui-decoded-event">{visible_lines(&unit.event, MAX_TEXT_CHARS).into_owned()}</span>
                {unit.is_heartbeat.then(|| view! { <span class="ui-decoded-tag">"heartbeat"</span> })}
                {span.map(|span| view! { <span class="ui-decoded-tag">{span}</span> })}
                {bytes.map(|bytes| view! { <span class="ui-decoded-tag">{bytes}</span> })}
            </h4>
            {problem}
            {(!unit.fields.is_empty()).then(|| view! { <dl class="ui-decoded-fields">{unit.fields.iter().map(field).collect_view()}</dl> })}
            {unit.bodies.iter().map(body).collect_view()}
        </section>
    }
    .into_any()
}

fn field(field: &DecodedField) -> AnyView {
    let value = visible_lines(&field.value, MAX_TEXT_CHARS).into_owned();
    let value =
        if field.is_credential { credential(move || value.clone().into_any()) } else { masked_text(value) };
    view! {
        <dt>{field.name.clone()}</dt>
        <dd>{value}</dd>
    }
    .into_any()
}

fn body(body: &DecodedBody) -> AnyView {
    let payload = Arc::new(body.payload.clone());
    let content = move || payload_view(&payload);
    let content = if body.is_credential { credential(content) } else { content() };
    view! {
        <div class="ui-decoded-body">
            <h5>{body.name.clone()}</h5>
            {content}
        </div>
    }
    .into_any()
}

/// What is hidden until the user asks for it.
fn credential(content: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    let is_shown = RwSignal::new(false);
    let hides = use_context::<CredentialMask>().map(|_| hides_credentials());
    view! {
        {move || {
            if is_shown.get() || hides.is_some_and(|hides| !hides.get()) {
                provide_context(CredentialMask::open());
                content()
            } else {
                view! {
                    <button type="button" class="ui-button" on:click=move |_| is_shown.set(true)>
                        "Show credentials"
                    </button>
                }
                .into_any()
            }
        }}
    }
    .into_any()
}

/// Text, without the credentials in it while they are hidden.
fn masked_text(text: String) -> AnyView {
    let hides = hides_credentials();
    (move || if hides.get() { mask(&text).into_owned() } else { text.clone() }).into_any()
}

/// A payload in its first view.
fn payload_view(payload: &Arc<Payload>) -> AnyView {
    if let Some(tree) = payload.tree() {
        let lines = tree.nodes().len().clamp(1, MAX_TREE_LINES);
        let height = format!("{}px", lines.min(20) * LINE_HEIGHT + 8);
        let payload = Arc::clone(payload);
        return view! {
            <div class="ui-decoded-tree" style:height=height>
                <JsonView payload=payload label="Decoded payload" state=TreeState::new() />
            </div>
        }
        .into_any();
    }
    if let Some(language) = payload.language() {
        let lines = payload.text().map_or(1, |text| text.lines().count()).clamp(1, MAX_TREE_LINES);
        let height = format!("{}px", lines.min(20) * LINE_HEIGHT + 8);
        let text = ShownText::Recorded(Arc::clone(payload));
        return view! {
            <div class="ui-decoded-tree" style:height=height>
                <TextLines text=text label="Decoded source" language=Some(language) search=None />
            </div>
        }
        .into_any();
    }
    let text = payload.text().map_or_else(
        || payload.preview(MAX_TEXT_CHARS),
        |text| visible_lines(text, MAX_TEXT_CHARS).into_owned(),
    );
    view! { <pre class="ui-decoded-text">{masked_text(text)}</pre> }.into_any()
}
