//! The parts of a multipart body: a table, and one of them in full.

use std::sync::Arc;

use leptos::prelude::*;
use session::encodings::{Multipart, Part, Payload, visible_line};
use session::model::{format_bytes, format_count};

use crate::payload::PayloadView;
use crate::ui::{Icon, IconName, download};

/// Parts in the table; of more the number is shown.
const MAX_ROWS: usize = 200;
/// Characters of a cell.
const MAX_CHARS: usize = 300;
/// Characters of the name of a file that is saved.
const MAX_NAME_CHARS: usize = 100;

/// The table, and the part that is open.
#[component]
pub(super) fn PartsView(payload: Arc<Payload>, multipart: Multipart) -> impl IntoView {
    let open: RwSignal<Option<usize>> = RwSignal::new(None);
    let more = multipart.parts.len().saturating_sub(MAX_ROWS);
    let parts = Arc::new(multipart.parts);
    let count = format_count(parts.len() as u64);
    let rows = parts.iter().take(MAX_ROWS).enumerate();
    let rows = rows.map(|(index, part)| row(index, part, Arc::clone(&payload), open)).collect_view();
    view! {
        <section class="details-section" aria-label="Parts">
            <div class="details-section-head">
                <h3>"Parts " <span class="ui-badge">{count}</span></h3>
            </div>
            <div class="details-cookies-table details-parts">
                <table aria-label="Parts">
                    <thead>
                        <tr>
                            <th scope="col">"Name"</th>
                            <th scope="col">"File name"</th>
                            <th scope="col">"Type"</th>
                            <th scope="col">"Size"</th>
                            <th scope="col"><span class="ui-hidden">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {(more > 0).then(|| view! { <p class="app-dim">{format!("{} more", format_count(more as u64))}</p> })}
            {(!multipart.is_complete)
                .then(|| view! { <p class="app-dim">"The body ends before its last part does"</p> })}
        </section>
        {move || {
            let part = parts.get(open.get()?)?;
            let selected = RwSignal::new(None);
            Some(
                view! {
                    <section class="details-part" aria-label="Part">
                        <PayloadView
                            payload=Arc::new(content(&payload, part))
                            label="Part view"
                            panel="part-view"
                            selected=selected
                            on_select=move |view| selected.set(Some(view))
                            file_stem=stem(part)
                        />
                    </section>
                },
            )
        }}
    }
}

fn row(index: usize, part: &Part, payload: Arc<Payload>, open: RwSignal<Option<usize>>) -> AnyView {
    let cell = |text: &Option<String>| {
        text.as_deref().map_or_else(|| "—".to_owned(), |text| visible_line(text, MAX_CHARS).into_owned())
    };
    let name = cell(&part.name);
    let (view_label, download_label) = (format!("View {name}"), format!("Download {name}"));
    let size = format_bytes(part.content.len() as u64);
    let (name_cell, file_cell, type_cell) = (name, cell(&part.file_name), cell(&part.mime));
    let part = part.clone();
    let has_failed = RwSignal::new(false);
    let save = move |_| {
        let bytes = payload.bytes().get(part.content.clone()).unwrap_or_default();
        // The type of a recording must not decide what the browser does with the file.
        has_failed.set(download(&file_name(&part), "application/octet-stream", bytes).is_err());
    };
    view! {
        <tr>
            <td>{name_cell}</td>
            <td>{file_cell}</td>
            <td>{type_cell}</td>
            <td>{size}</td>
            <td>
                <button
                    type="button"
                    class="ui-button"
                    aria-label=view_label
                    aria-expanded=move || (open.get() == Some(index)).to_string()
                    on:click=move |_| open.update(|open| *open = Some(index).filter(|_| *open != Some(index)))
                >
                    "View"
                </button>
                <button type="button" class="ui-button" aria-label=download_label on:click=save>
                    <Icon name=IconName::Download />
                    {move || if has_failed.get() { "Not allowed" } else { "Download" }}
                </button>
            </td>
        </tr>
    }
    .into_any()
}

/// The content of a part as a payload of its type; without one it is text, as in a form.
fn content(payload: &Payload, part: &Part) -> Payload {
    let bytes = payload.bytes().get(part.content.clone()).unwrap_or_default().to_vec();
    Payload::from_bytes(bytes).of_mime(part.mime.as_deref().unwrap_or_default())
}

/// The name that a part is saved under: that of its file without a path, else that of its field.
fn file_name(part: &Part) -> String {
    let name = part.file_name.as_deref().or(part.name.as_deref()).unwrap_or_default();
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let allowed = |char: &char| !char.is_control() && !r#"<>:"|?*"#.contains(*char);
    let name: String = name.chars().filter(allowed).take(MAX_NAME_CHARS).collect();
    let name = name.trim_matches(['.', ' ']);
    if name.is_empty() { "part".to_owned() } else { name.to_owned() }
}

/// That name without its extension.
fn stem(part: &Part) -> String {
    let name = file_name(part);
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_saved_under_the_name_of_its_file_without_a_path() {
        let part = |file: &str| Part { file_name: Some(file.to_owned()), ..Part::default() };
        assert_eq!(file_name(&part("../../etc/a.png")), "a.png");
        assert_eq!(file_name(&part("C:\\x\\b.txt")), "b.txt");
        assert_eq!(file_name(&part("..")), "part");
        assert_eq!(file_name(&Part::default()), "part");
        assert_eq!(stem(&part("a.tar.gz")), "a.tar");
    }
}
