//! What rows are copied as. Commands are run against a server where their shell is installed, and
//! parsed by the documented grammar of the shell where it is not.

#[path = "../suite/common/mod.rs"]
mod common;

mod bash;
mod cases;
mod cmd;
mod curl_model;
mod forms;
mod node;
mod power_shell;
mod random;
mod remarks;
mod sample;
mod server;
mod several;
mod sockets;
