//! Code that is loaded when it is first needed. A release build links each of these functions, with
//! everything that only it calls, as a WebAssembly module of its own that shares the app's memory
//! (`scripts/split-modules/`); in other builds it is part of the app.

use session::export::{ExportOptions, HarExport, HarWriter};
use session::formats::{FORMATS, Formats};
use session::protocols::{AllProtocols, Library};

/// A module could not be fetched. The next call tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLoaded;

/// `module: fn name(argument: Type) -> Type = value;` declares an async function that loads the
/// module and returns the value.
macro_rules! on_demand {
    ($($(#[$doc:meta])* $module:ident: fn $name:ident($($argument:ident: $kind:ty),*) -> $value:ty = $body:expr;)*) => {
        $(
            $(#[$doc])*
            pub async fn $name($($argument: $kind),*) -> Result<$value, NotLoaded> {
                linked::$name($($argument),*).await
            }
        )*

        // The macro of the crate declares each function as an import of the app's module and an
        // export of its own.
        #[cfg(split_modules)]
        #[allow(unsafe_code)]
        mod linked {
            use super::*;
            $(
                #[wasm_split_helpers::wasm_split($module, fallible)]
                pub(super) fn $name($($argument: $kind),*) -> Result<$value, NotLoaded> {
                    Ok($body)
                }
            )*
        }

        #[cfg(not(split_modules))]
        #[expect(clippy::unused_async, reason = "nothing has to be loaded")]
        mod linked {
            use super::*;
            $(
                pub(super) async fn $name($($argument: $kind),*) -> Result<$value, NotLoaded> {
                    Ok($body)
                }
            )*
        }
    };
}

on_demand! {
    /// What decodes the messages of sockets.
    protocols: fn protocols() -> &'static dyn Library = &AllProtocols;

    /// All formats; [`session::formats::NATIVE`] is part of the app.
    formats: fn formats() -> Formats = FORMATS;

    /// A writer of these rows as a HAR.
    export: fn har_writer(rows: Vec<usize>, options: ExportOptions) -> Box<dyn HarExport> =
        Box::new(HarWriter::new(rows, options));
}

#[cfg(split_modules)]
impl From<wasm_split_helpers::SplitLoaderError> for NotLoaded {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}
