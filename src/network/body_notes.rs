//! What stands above a body: errors of GraphQL, and the source map that it names.

use leptos::prelude::*;
use presentation::details::SourceMap;
use session::encodings::{GraphQlError, visible_line, visible_url};
use session::model::{format_bytes, format_count};

use crate::store::ViewStore;

/// Characters of a message, and of a URL.
const MAX_CHARS: usize = 500;

/// The errors of a response of GraphQL.
#[component]
pub(super) fn GraphQlErrors(errors: Vec<GraphQlError>) -> impl IntoView {
    let item = |error: GraphQlError| {
        let path = error.path.map(|path| format!("at {}", visible_line(&path, MAX_CHARS)));
        let code = error.code.map(|code| visible_line(&code, MAX_CHARS).into_owned());
        let details = [path, code].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        view! {
            <li>
                <span>{visible_line(&error.message, MAX_CHARS).into_owned()}</span>
                " "
                <span class="app-dim">{details}</span>
            </li>
        }
    };
    view! {
        <div class="details-graphql-errors">
            <strong>"GraphQL errors"</strong>
            <ul role="list" aria-label="GraphQL errors">
                {errors.into_iter().map(item).collect_view()}
            </ul>
        </div>
    }
}

/// The source map, and the row that fetched it.
#[component]
pub(super) fn SourceMapNote(map: SourceMap) -> impl IntoView {
    let view = expect_context::<ViewStore>();
    let SourceMap { url, inline_bytes, row } = map;
    let row = row.map(|row| {
        view! {
            " · "
            <button type="button" class="findings-link" on:click=move |_| view.open_row(row)>
                {format!("row {}", format_count(row.into()))}
            </button>
        }
    });
    let name = match inline_bytes {
        Some(bytes) => format!("within the text, {}", format_bytes(bytes)),
        None => visible_url(&url, MAX_CHARS).into_owned(),
    };
    view! {
        <p class="details-body-properties" role="note" aria-label="Source map">
            "Source map: "
            <code>{name}</code>
            {row}
        </p>
    }
}
