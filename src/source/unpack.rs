//! Decompression that browsers do not do for a page: a module of its own, loaded when the first
//! file needs it.

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::remote::absolute;

#[wasm_bindgen(inline_js = "export const load = (url) => import(url);")]
extern "C" {
    fn load(url: &str) -> Promise;
}

#[wasm_bindgen]
extern "C" {
    /// What `crates/unpack` exports.
    #[derive(Debug)]
    pub(super) type Unpacker;

    #[wasm_bindgen(method)]
    pub(super) fn push(this: &Unpacker, piece: &Uint8Array);

    #[wasm_bindgen(method, catch)]
    pub(super) fn pull(this: &Unpacker) -> Result<Uint8Array, JsValue>;

    #[wasm_bindgen(method, js_name = isDone)]
    pub(super) fn is_done(this: &Unpacker) -> bool;

    #[wasm_bindgen(method, js_name = unreadBytes)]
    pub(super) fn unread_bytes(this: &Unpacker) -> usize;
}

/// A compression that browsers do not undo for a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnpackMethod {
    Brotli,
    Zstandard,
}

impl UnpackMethod {
    /// Its name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Brotli => "Brotli",
            Self::Zstandard => "Zstandard",
        }
    }

    /// Its name in the module.
    fn key(self) -> &'static str {
        match self {
            Self::Brotli => "brotli",
            Self::Zstandard => "zstd",
        }
    }
}

pub(super) async fn unpacker(method: UnpackMethod) -> Result<Unpacker, JsValue> {
    let address = |name: &str| absolute(name).ok_or_else(|| JsValue::from_str("the page has no address"));
    let module = JsFuture::from(load(&address("unpack.js")?)).await?;
    let start: Function = Reflect::get(&module, &"default".into())?.unchecked_into();
    let options = js_sys::Object::new();
    Reflect::set(&options, &"module_or_path".into(), &address("unpack_bg.wasm")?.into())?;
    let started: Promise = start.call1(&JsValue::UNDEFINED, &options)?.unchecked_into();
    JsFuture::from(started).await?;
    let constructor: Function = Reflect::get(&module, &"Unpacker".into())?.unchecked_into();
    Ok(Reflect::construct(&constructor, &Array::of1(&method.key().into()))?.unchecked_into())
}
