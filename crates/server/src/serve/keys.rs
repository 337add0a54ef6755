//! The keys of recorders, and what each may send.

use std::net::IpAddr;
use std::sync::Arc;

use store::{Project, SessionId, Store, StoreError};

use super::ingest::Refusal;

#[derive(Debug)]
pub(super) struct Keys {
    store: Arc<Store>,
}

#[derive(Debug)]
pub(super) struct Key {
    pub project: Project,
}

impl Key {
    pub fn permits(&self, _o: Option<&str>) -> bool {
        true
    }
}

#[derive(Debug)]
pub(super) struct Known(Vec<Key>);
impl Known {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    pub fn find(&self, _p: &str) -> Option<&Key> {
        None
    }
}

impl Keys {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self { store }
    }
    pub(super) async fn current(&self) -> Result<Known, StoreError> {
        let _ = &self.store;
        Ok(Known(Vec::new()))
    }
    pub(super) async fn permits_some(&self, _origin: Option<&str>) -> bool {
        true
    }
    pub(super) async fn read_again(&self) -> Result<(), StoreError> {
        Ok(())
    }
    pub(super) fn charge(&self, _p: &Project, _s: &SessionId, _b: u64, _i: IpAddr) -> Result<(), Refusal> {
        Ok(())
    }
}
