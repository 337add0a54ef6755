//! The bucket of a server of S3 behind a proxy that fails when it is told to.

use std::net::{SocketAddr, TcpListener};

use super::moto::{self, Moto};

#[path = "../../../store/tests/common/proxy.rs"]
mod proxy;

pub use proxy::{Mode, Proxy};

/// What a process needs to reach the bucket.
pub type Environment = Vec<(&'static str, String)>;

/// A bucket, which ends with the test.
pub struct Bucket {
    moto: Moto,
    proxy: Proxy,
    address: SocketAddr,
}

impl Bucket {
    /// `None`, with a message, where moto is not installed.
    pub fn start() -> Option<Self> {
        let Some(moto) = Moto::start() else {
            eprintln!("REPLAYSCOPE_MOTO is not set: the tests with a bucket are skipped");
            return None;
        };
        let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = listener.expect("a free port");
        Some(Self { proxy: Proxy::start(address, moto.address()), moto, address })
    }

    pub fn environment(&self) -> Environment {
        moto::variables_of(self.address).to_vec()
    }

    /// Says what happens to requests from now on.
    pub fn set(&self, mode: Mode) {
        self.proxy.set(mode);
    }

    /// Ends the server of S3: its address refuses connections, or cuts those that the proxy takes.
    pub fn end(&mut self) {
        self.moto.end();
    }
}
