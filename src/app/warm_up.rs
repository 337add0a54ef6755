//! Opening a session once in hiding, while nobody needs the page.
//!
//! A browser compiles each function of the app when it is first called, and looks for fonts when a text is first laid
//! out: that is half of the time from opening a file to its first rows. So the start page, once it is there, opens a
//! recording where nobody sees it, and leaves it again.

use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use js_sys::Array;
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode, Url};

use super::session_page::Tools;
use crate::replay::Transport;
use crate::source::painted;
use crate::store::{LoadStatus, Store};
use crate::timeline::Timeline;

/// The start page is complete by then.
const AFTER: Duration = Duration::from_millis(200);

/// A recording of requests, with what recordings mostly tell of one.
const HEAD: &str =
    r#"{"log":{"version":"1.2","creator":{"name":"Replayscope","version":"1"},"pages":[],"entries":["#;
const ENTRY: &str = r#"{"startedDateTime":"2026-01-01T00:00:00.000Z","time":12.5,"_resourceType":"fetch","request":{"method":"GET","url":"https://example.test/a?b=1","httpVersion":"h2","headers":[{"name":"accept","value":"*/*"}],"queryString":[{"name":"b","value":"1"}],"cookies":[],"headersSize":20,"bodySize":0},"response":{"status":200,"statusText":"OK","httpVersion":"h2","headers":[{"name":"content-type","value":"application/json"}],"cookies":[],"content":{"size":14,"mimeType":"application/json","text":"{\"a\":\"\u00e9\"}"},"redirectURL":"","headersSize":40,"bodySize":14},"cache":{},"timings":{"blocked":1,"dns":1,"connect":4,"ssl":2,"send":1,"wait":5,"receive":0.5},"serverIPAddress":"192.0.2.1"}"#;
const FOOT: &str = "]}}";

/// So many that the browser finds what reads them worth optimising.
const REQUESTS: usize = 1500;

/// What stands on the hidden stage; gone when it is dropped.
struct Stage {
    element: HtmlElement,
    view: Option<Box<dyn Any>>,
    /// The address of the recording.
    url: String,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.view = None;
        self.element.remove();
        let _ = Url::revoke_object_url(&self.url);
    }
}

/// Whether it was done: what was compiled once stays so.
static IS_DONE: AtomicBool = AtomicBool::new(false);

/// Opens a session in hiding a little later, once, unless the page that calls this has been left by then.
pub(super) fn rehearse() {
    if IS_DONE.load(Ordering::Relaxed) {
        return;
    }
    let stage: StoredValue<Option<Stage>, LocalStorage> = StoredValue::new_local(None);
    let timer = set_timeout_with_handle(
        move || {
            IS_DONE.store(true, Ordering::Relaxed);
            let _ = stage.try_set_value(enter(move || {
                let _ = stage.try_set_value(None);
            }));
        },
        AFTER,
    );
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
        let _ = stage.try_set_value(None);
    });
}

/// Sets the stage; `leave` is called when the rows have been laid out. `None` where the browser refuses an element.
fn enter(leave: impl Fn() + Copy + 'static) -> Option<Stage> {
    let element = div()?;
    element.set_class_name("app-rehearsal");
    let _ = element.set_attribute("aria-hidden", "true");
    let _ = element.set_attribute("inert", "");
    let scene = div()?;
    scene.set_class_name("app-session");
    // Nothing that looks at the page finds what is in a closed root.
    let root = element.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Closed)).ok()?;
    dress(&root);
    let _ = root.append_child(&scene);
    let url = recording()?;
    let opened = url.clone();
    let _ = document().body()?.append_child(&element);
    let view = mount_to(scene, move || {
        let store = Store::new();
        provide_context(store);
        store.open_url(opened);
        Effect::new(move || {
            if store.status.get() != LoadStatus::Loading {
                spawn_local(async move {
                    painted().await;
                    leave();
                });
            }
        });
        view! {
            <div class="app-timeline">
                <Timeline transport=|| view! { <Transport /> }.into_any() />
            </div>
            <Tools />
        }
    });
    Some(Stage { element, view: Some(Box::new(view)), url })
}

/// The address of a recording that is made here.
fn recording() -> Option<String> {
    let entries = vec![ENTRY; REQUESTS].join(",");
    let parts = [HEAD, &entries, FOOT].into_iter().map(JsValue::from_str).collect::<Array>();
    let blob = Blob::new_with_str_sequence(&parts).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

fn div() -> Option<HtmlElement> {
    document().create_element("div").ok()?.dyn_into().ok()
}

/// Gives the root the style sheets of the page, which the browser has at hand.
fn dress(root: &ShadowRoot) {
    let Ok(sheets) = document().query_selector_all("link[rel=stylesheet]") else { return };
    for sheet in (0..sheets.length()).filter_map(|nth| sheets.item(nth)) {
        if let Ok(copy) = sheet.clone_node() {
            let _ = root.append_child(&copy);
        }
    }
}
