//! The commands that speak to the driver: `status`, `load`, `events`, `mode`.
//!
//! Each is a function over any [`Transport`](cofferdam_client::Transport), so that it can be tried where no driver runs;
//! only [`connect`] knows that there is Windows.

pub(crate) mod args;
mod events;
mod load;
mod mode;
mod status;

use cofferdam_client::Client;
#[cfg(windows)]
use cofferdam_client::Device;

use crate::failure::{Exit, Failure};

pub(crate) fn status(args: &args::Status) -> Result<Exit, Failure> {
    status::run(&mut connect()?, args)
}

pub(crate) fn load(args: &args::Load) -> Result<Exit, Failure> {
    load::run(connect, args)
}

pub(crate) fn events(args: &args::Events) -> Result<Exit, Failure> {
    events::run(connect, args)
}

pub(crate) fn mode(args: &args::Mode) -> Result<Exit, Failure> {
    mode::run(&mut connect()?, args)
}

/// The driver of this machine.
#[cfg(windows)]
fn connect() -> Result<Client<Device>, Failure> {
    let device = Device::open().map_err(|error| {
        Failure::usage(format!("cannot reach the driver: {error}"))
            .help("is it loaded (`sc query cofferdam`), and is this an administrator's prompt?")
    })?;
    Client::connect(device).map_err(failed)
}

/// There is no driver here.
#[cfg(not(windows))]
fn connect() -> Result<Client<Nowhere>, Failure> {
    Err(
        Failure::usage("there is no driver to speak to: it runs on Windows only")
            .help("run this command on the Windows machine; content can be tried here with `cofferdam scan`"),
    )
}

/// What carries requests where no driver runs: nothing ever does.
#[cfg(not(windows))]
enum Nowhere {}

#[cfg(not(windows))]
impl cofferdam_client::Transport for Nowhere {
    fn control(
        &mut self,
        _: u32,
        _: &[u8],
        _: &mut [u8],
    ) -> Result<usize, cofferdam_client::TransportError> {
        match *self {}
    }
}

/// What the client says, as JSON.
fn json(value: &impl serde::Serialize) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(value).map_err(|error| Failure::usage(error.to_string()))
}

/// The driver did not answer.
fn failed(error: cofferdam_client::Error) -> Failure {
    let help = match error {
        cofferdam_client::Error::Version { .. } => "driver and program must be of the same release",
        _ => "`cofferdam status` says what the driver can do",
    };
    Failure::usage(error.to_string()).help(help)
}

#[cfg(test)]
mod tests;
