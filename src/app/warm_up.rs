//! Warm-up: opening a session out of sight while the start page is idle.
//!
//! A browser compiles each function of the app when it is first called, and looks for fonts when a
//! text is first laid out: that is half of the time from opening a file to its first rows. So the
//! start page, once the browser is idle, opens a generated recording in a hidden instance of the
//! session page, and closes it again. The instance uses the app's own stores: nothing else is open
//! on the start page, and what the user opens takes the recording's place.

use std::any::Any;

use js_sys::Array;
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode, Url};

use super::session_page::SessionTabs;
use crate::replay::Transport;
use crate::source::painted;
use crate::store::{LoadStatus, SessionStore};
use crate::timeline::Timeline;

/// A recording of requests, with the fields that most recordings have.
const HEAD: &str =
    r#"{"log":{"version":"1.2","creator":{"name":"Replayscope","version":"1"},"pages":[],"entries":["#;
const ENTRY: &str = r#"{"startedDateTime":"2026-01-01T00:00:00.000Z","time":12.5,"_resourceType":"fetch","request":{"method":"GET","url":"https://example.test/a?b=1","httpVersion":"h2","headers":[{"name":"accept","value":"*/*"}],"queryString":[{"name":"b","value":"1"}],"cookies":[],"headersSize":20,"bodySize":0},"response":{"status":200,"statusText":"OK","httpVersion":"h2","headers":[{"name":"content-type","value":"application/json"}],"cookies":[],"content":{"size":14,"mimeType":"application/json","text":"{\"a\":\"\u00e9\"}"},"redirectURL":"","headersSize":40,"bodySize":14},"cache":{},"timings":{"blocked":1,"dns":1,"connect":4,"ssl":2,"send":1,"wait":5,"receive":0.5},"serverIPAddress":"192.0.2.1"}"#;
const FOOT: &str = "]}}";

/// Enough that the browser optimizes the code that reads them.
const REQUESTS: usize = 1500;

/// A session page out of sight; removed when it is dropped.
struct HiddenInstance {
    element: HtmlElement,
    view: Option<Box<dyn Any>>,
    session: SessionStore,
    /// The address of the recording.
    url: String,
}

impl Drop for HiddenInstance {
    fn drop(&mut self) {
        self.view = None;
        self.element.remove();
        // What the user has opened meanwhile stays open.
        if self.session.origin().and_then(|origin| origin.web_url()).as_ref() == Some(&self.url) {
            self.session.close();
        }
        let _ = Url::revoke_object_url(&self.url);
    }
}

/// Warms up, until the page that calls this is closed. To be called when the browser is idle.
pub(super) fn warm_up() {
    let session = expect_context::<SessionStore>();
    if session.status.with_untracked(|status| *status != LoadStatus::Idle) {
        return;
    }
    let instance: StoredValue<Option<HiddenInstance>, LocalStorage> = StoredValue::new_local(None);
    let close = move || {
        let _ = instance.try_set_value(None);
    };
    instance.set_value(open(session, close));
    on_cleanup(close);
}

/// Opens the instance; `close` is called when its rows have been laid out. `None` where the browser
/// refuses an element.
fn open(session: SessionStore, close: impl Fn() + Copy + 'static) -> Option<HiddenInstance> {
    let element = div()?;
    element.set_class_name("app-warm-up");
    let _ = element.set_attribute("aria-hidden", "true");
    let _ = element.set_attribute("inert", "");
    let page = div()?;
    page.set_class_name("app-session");
    // Nothing that searches the page finds what is in a closed root.
    let root = element.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Closed)).ok()?;
    copy_stylesheets(&root);
    let _ = root.append_child(&page);
    let url = recording()?;
    session.open_url(url.clone());
    let _ = document().body()?.append_child(&element);
    let view = mount_to(page, move || {
        Effect::new(move || {
            if !session.is_loading() {
                spawn_local(async move {
                    painted().await;
                    close();
                });
            }
        });
        view! {
            <div class="app-timeline">
                <Timeline transport=|| view! { <Transport /> }.into_any() />
            </div>
            <SessionTabs />
        }
    });
    Some(HiddenInstance { element, view: Some(Box::new(view)), session, url })
}

/// The address of a generated recording.
fn recording() -> Option<String> {
    let entries = vec![ENTRY; REQUESTS].join(",");
    let parts = [HEAD, &entries, FOOT].into_iter().map(JsValue::from_str).collect::<Array>();
    let blob = Blob::new_with_str_sequence(&parts).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

fn div() -> Option<HtmlElement> {
    document().create_element("div").ok()?.dyn_into().ok()
}

/// Adds the style sheets of the page to the root; the browser has them in its cache.
fn copy_stylesheets(root: &ShadowRoot) {
    let Ok(sheets) = document().query_selector_all("link[rel=stylesheet]") else { return };
    for sheet in (0..sheets.length()).filter_map(|nth| sheets.item(nth)) {
        if let Ok(copy) = sheet.clone_node() {
            let _ = root.append_child(&copy);
        }
    }
}
