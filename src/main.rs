//! Replayscope: a session replay viewer. This file only mounts the app.

mod app;
mod compare;
mod console;
mod events;
mod home;
mod messages;
mod network;
mod on_demand;
mod payload;
mod replay;
mod source;
mod store;
mod timeline;
mod ui;

fn main() {
    app::report_panics();
    leptos::mount::mount_to_body(app::App);
}
