//! Message types of Protocol Buffers that the user added. They are kept in memory until another
//! session is opened: files of a project stay private.

use std::collections::HashMap;
use std::sync::Arc;

use js_sys::{ArrayBuffer, Uint8Array};
use leptos::prelude::*;
use session::encodings::{Schema, SchemaFile};
use session::model::{Direction, plural};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::session::{SessionEvent, SessionStore};
use crate::source::NamedFile;

/// Files that can be added.
const MAX_FILES: usize = 200;
/// Bytes of all of them.
const MAX_BYTES: f64 = 32e6;

/// How the messages of one direction are typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TypeChoice {
    /// The type that fits them, if one does.
    #[default]
    Automatic,
    /// By field numbers, without a type.
    None,
    /// The message type of that name.
    Named(String),
}

/// The types that the user added. A handle.
#[derive(Clone, Copy, Debug)]
pub struct Schemas {
    files: RwSignal<Arc<Vec<SchemaFile>>>,
    schema: RwSignal<Option<Arc<Schema>>>,
    /// Why the last files were not added.
    error: RwSignal<Option<String>>,
    /// By the row of the socket and the direction.
    choices: RwSignal<HashMap<(u32, Option<Direction>), TypeChoice>>,
}

impl Schemas {
    pub(super) fn new(session: SessionStore) -> Self {
        let schemas = Self {
            files: RwSignal::new(Arc::default()),
            schema: RwSignal::new(None),
            error: RwSignal::new(None),
            choices: RwSignal::new(HashMap::new()),
        };
        session.on(SessionEvent::Replaced, move || schemas.clear());
        schemas
    }

    /// Removes all files.
    pub fn clear(self) {
        self.files.set(Arc::default());
        self.schema.set(None);
        self.error.set(None);
        self.choices.update(HashMap::clear);
    }

    /// Adds files to those that were added before; one with the same name is replaced.
    pub async fn add(self, added: Vec<NamedFile>) {
        let mut files = (*self.files.get_untracked()).clone();
        for NamedFile { path, file } in added {
            let bytes = files.iter().map(|file| file.bytes.len() as f64).sum::<f64>() + file.size();
            if bytes > MAX_BYTES || files.len() >= MAX_FILES {
                self.error.set(Some(format!("{path}: more than {MAX_FILES} files or 32 MB cannot be added")));
                return;
            }
            let Ok(buffer) = JsFuture::from(file.array_buffer()).await else {
                self.error.set(Some(format!("{path} could not be read")));
                return;
            };
            let buffer: ArrayBuffer = buffer.unchecked_into();
            files.retain(|file| file.name != path);
            files.push(SchemaFile { name: path, bytes: Uint8Array::new(&buffer).to_vec() });
        }
        match Schema::parse(&files) {
            Ok(schema) if schema.type_names().is_empty() => {
                self.error.set(Some("The files define no message types".to_owned()));
            }
            Ok(schema) => {
                self.error.set(None);
                self.files.set(Arc::new(files));
                self.schema.set(Some(Arc::new(schema)));
            }
            Err(error) => self.error.set(Some(error.to_string())),
        }
    }

    /// The types, if files were added.
    pub fn schema(self) -> Option<Arc<Schema>> {
        self.schema.get()
    }

    /// Why the last files were not added.
    pub fn error(self) -> Option<String> {
        self.error.get()
    }

    /// What was added: `4 message types from 2 files`.
    pub fn summary(self) -> Option<String> {
        let schema = self.schema.get()?;
        let types = plural(schema.type_names().len() as u64, "message type");
        let files = plural(self.files.with(|files| files.len() as u64), "file");
        Some(format!("{types} from {files}"))
    }

    /// How the messages of a direction are typed.
    pub fn choice(self, row: u32, direction: Option<Direction>) -> TypeChoice {
        self.choices.with(|choices| choices.get(&(row, direction)).cloned().unwrap_or_default())
    }

    /// Selects a type for the messages of a direction.
    pub fn choose(self, row: u32, direction: Option<Direction>, choice: TypeChoice) {
        self.choices.update(|choices| {
            choices.insert((row, direction), choice);
        });
    }
}
