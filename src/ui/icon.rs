//! Icons, drawn in the color of the text.

use leptos::prelude::*;

use super::vnode::VNode;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    Close,
    Compare,
    Copy,
    Download,
    Eye,
    FullScreen,
    Keyboard,
    Moon,
    Open,
    Pause,
    Play,
    Search,
    Socket,
    Sun,
    System,
    ToStart,
    Warning,
}

impl IconName {
    /// The path on a field of 16 by 16, stroked.
    fn path(self) -> &'static str {
        match self {
            Self::Close => "M4 4l8 8M12 4l-8 8",
            Self::Compare => "M2.5 3.5h4v9h-4zM9.5 3.5h4v9h-4z",
            Self::Copy => "M6 6h7v7H6zM3 10V3h7",
            Self::Download => "M8 2v8M4.5 7L8 10.5 11.5 7M3 13.5h10",
            Self::Eye => {
                "M1.5 8s2.4-4.5 6.5-4.5S14.5 8 14.5 8 12.1 12.5 8 12.5 1.5 8 1.5 8zM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"
            }
            Self::FullScreen => "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
            Self::Keyboard => "M1.5 4.5h13v7h-13zM4 7h.01M6.7 7h.01M9.3 7h.01M12 7h.01M5 9.5h6",
            Self::Moon => "M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z",
            Self::Open => "M2 12.5v-9h4l1.5 2H14v7z",
            Self::Pause => "M5.5 3.5v9M10.5 3.5v9",
            Self::Play => "M4.5 3l8 5-8 5z",
            Self::Search => "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.7 10.7L14 14",
            Self::Socket => "M5 13V3M5 3L2.5 5.5M5 3l2.5 2.5M11 3v10M11 13l2.5-2.5M11 13l-2.5-2.5",
            Self::Sun => {
                "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9"
            }
            Self::System => "M2 3h12v8H2zM6 13.5h4M8 11v2.5",
            Self::ToStart => "M4 3.5v9M12 3.5L6 8l6 4.5z",
            Self::Warning => "M8 2.5L14.5 13.5h-13zM8 6.5v3.5M8 11.8v.01",
        }
    }
}

impl IconName {
    /// The icon in a row.
    pub fn node(self) -> VNode {
        let icon = VNode::svg("svg")
            .class("ui-icon")
            .attribute("viewBox", "0 0 16 16")
            .attribute("aria-hidden", "true");
        icon.child(VNode::svg("path").attribute("d", self.path()))
    }
}

/// A decorative icon: its parent has the accessible name.
#[component]
pub fn Icon(name: IconName) -> impl IntoView {
    view! {
        <svg class="ui-icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=name.path() />
        </svg>
    }
}
