//! The Cookies tab.

use leptos::prelude::*;
use presentation::details::{Cookies, SetCookie};
use session::encodings::visible_line;
use session::model::Header;

use super::headers::FieldList;

/// Cookies of a response that are drawn; the headers list all.
const MAX_COOKIES: usize = 200;
const MAX_CHARS: usize = 2000;
/// The attributes that have a column of their own.
const ATTRIBUTES: [&str; 7] = ["Domain", "Path", "Expires", "Max-Age", "SameSite", "HttpOnly", "Secure"];

/// The cookies that were sent, and those that the response set with their attributes.
#[component]
pub(super) fn CookiesView(cookies: Cookies) -> impl IntoView {
    let Cookies { sent, set } = cookies;
    let unlisted = set.len().saturating_sub(MAX_COOKIES);
    let others = |cookie: &SetCookie| {
        let is_other =
            |attribute: &&Header| !ATTRIBUTES.iter().any(|known| known.eq_ignore_ascii_case(&attribute.name));
        let others = cookie.attributes.iter().filter(is_other);
        others.map(|other| text(&[&other.name, &other.value])).collect::<Vec<_>>().join("; ")
    };
    let row = |cookie: SetCookie| {
        let value = |known: &&str| {
            let found = cookie.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(known));
            let shown = found.map(|attribute| match attribute.value.as_str() {
                "" => "✓".to_owned(),
                value => visible_line(value, MAX_CHARS).into_owned(),
            });
            view! { <td>{shown}</td> }
        };
        let attributes = ATTRIBUTES.iter().map(value).collect_view();
        let others = others(&cookie);
        view! {
            <tr>
                <th scope="row">{visible_line(&cookie.name, MAX_CHARS).into_owned()}</th>
                <td>{visible_line(&cookie.value, MAX_CHARS).into_owned()}</td>
                {attributes}
                <td>{others}</td>
            </tr>
        }
    };
    let head = ATTRIBUTES.map(|name| view! { <th scope="col">{name}</th> }).collect_view();
    view! {
        <div class="details-cookies">
            {(!sent.is_empty()).then(|| view! { <FieldList title="Request cookies" fields=sent /> })}
            {(!set.is_empty())
                .then(|| {
                    view! {
                        <section class="details-section" aria-label="Response cookies">
                            <div class="details-section-head"><h3>"Response cookies"</h3></div>
                            <div class="details-cookies-table">
                                <table aria-label="Response cookies">
                                    <thead>
                                        <tr>
                                            <th scope="col">"Name"</th>
                                            <th scope="col">"Value"</th>
                                            {head}
                                            <th scope="col">"Other"</th>
                                        </tr>
                                    </thead>
                                    <tbody>{set.into_iter().take(MAX_COOKIES).map(row).collect_view()}</tbody>
                                </table>
                            </div>
                            {(unlisted > 0).then(|| format!("{unlisted} more are listed under Headers"))}
                        </section>
                    }
                })}
            <p class="app-dim">"Why a cookie was not sent or not stored is not recorded."</p>
        </div>
    }
}

/// `name=value`, or the name alone.
fn text(parts: &[&str]) -> String {
    let filled: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    visible_line(&filled.join("="), MAX_CHARS).into_owned()
}
