//! Code that is loaded when it is first needed. A release build links each function that
//! [`on_demand!`] declares, with everything that only it calls, as a WebAssembly module of its own
//! that shares the app's memory (`scripts/split-modules/`); in other builds it is part of the app.

/// A module could not be fetched. The next call tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLoaded;

/// `module: fn name(argument: Type) -> Type = value;` declares an async function that loads the
/// module and returns the value.
macro_rules! on_demand {
    ($($(#[$doc:meta])* $module:ident: fn $name:ident($($argument:ident: $kind:ty),*) -> $value:ty = $body:expr;)*) => {
        $(
            $(#[$doc])*
            pub(crate) async fn $name($($argument: $kind),*) -> Result<$value, $crate::on_demand::NotLoaded> {
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
                pub(super) fn $name($($argument: $kind),*) -> Result<$value, $crate::on_demand::NotLoaded> {
                    Ok($body)
                }
            )*
        }

        #[cfg(not(split_modules))]
        mod linked {
            use super::*;
            $(
                pub(super) async fn $name($($argument: $kind),*) -> Result<$value, $crate::on_demand::NotLoaded> {
                    Ok($body)
                }
            )*
        }
    };
}

#[cfg(split_modules)]
impl From<wasm_split_helpers::SplitLoaderError> for NotLoaded {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

pub(crate) use on_demand;
