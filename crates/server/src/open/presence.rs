//! Which tabs of the viewer are open.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::response::Response;
use tokio::sync::watch;
use tokio::time::timeout;

/// Counts the tabs, each of which keeps a WebSocket open: it closes with its tab, also where the browser crashes.
#[derive(Clone, Debug)]
pub(super) struct Presence {
    tabs: Arc<watch::Sender<usize>>,
    idle: Duration,
}

impl Presence {
    /// Ends `idle` after the last tab has been closed.
    pub(super) fn new(idle: Duration) -> Self {
        Self { tabs: Arc::new(watch::Sender::new(0)), idle }
    }

    /// Counts a tab until its WebSocket closes.
    pub(super) fn connect(self, upgrade: WebSocketUpgrade) -> Response {
        upgrade.max_message_size(1024).on_upgrade(move |socket| self.watch(socket))
    }

    async fn watch(self, mut socket: WebSocket) {
        self.tabs.send_modify(|tabs| *tabs += 1);
        while let Some(Ok(_)) = socket.recv().await {}
        self.tabs.send_modify(|tabs| *tabs = tabs.saturating_sub(1));
    }

    /// Waits until there was a tab and all have been closed for the idle time.
    pub(super) async fn ended(self) {
        let mut tabs = self.tabs.subscribe();
        loop {
            if tabs.wait_for(|tabs| *tabs > 0).await.is_err()
                || tabs.wait_for(|tabs| *tabs == 0).await.is_err()
            {
                return;
            }
            if timeout(self.idle, tabs.wait_for(|tabs| *tabs > 0)).await.is_err() {
                return;
            }
        }
    }
}
