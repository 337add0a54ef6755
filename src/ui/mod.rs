//! Parts that know nothing of sessions.

mod context_menu;
mod copy;
mod detail_pane;
mod dialog;
mod download;
mod filter_box;
mod grid;
mod icon;
mod lines;
mod long_list;
mod menu;
mod rows;
mod saved_filters;
mod splitter;
mod suggestion_list;
mod tabs;
mod toggles;
mod virtual_list;
mod vnode;

pub use context_menu::{ContextMenu, ContextMenuList};
pub use copy::{CopyButton, copy_text};
pub use detail_pane::{DetailHead, DetailPane};
pub use dialog::ModalDialog;
pub use download::{download, download_blob};
pub use filter_box::FilterBox;
pub use grid::{Grid, GridKey, SelectionKey, grid_cell, grid_header, grid_row, is_on};
pub use icon::{Icon, IconName};
pub use lines::Lines;
pub use long_list::{LongList, MAX_FULL_LIST};
pub use menu::{MenuButton, MenuItem};
pub use saved_filters::SavedFiltersButton;
pub use splitter::{Axis, Splitter};
pub use suggestion_list::Completion;
pub use tabs::{Tab, Tabs};
pub use toggles::GroupToggles;
pub use vnode::VNode;
