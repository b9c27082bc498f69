//! `powerdrill sandbox`: a server of the APIs on this machine.

use std::time::Duration;

use powerdrill_sandbox::Config;
use serde_json::json;

use crate::args::Sandbox;
use crate::connect::start;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::interrupt;

pub(super) async fn run(context: &Context, arguments: Sandbox) -> Result<(), Failure> {
    let (anyone, any_key) = (!arguments.listen.ip().is_loopback(), arguments.keys.is_empty());
    let key = arguments.keys.first().map_or("any", String::as_str).to_owned();
    let mut config = Config { listen: arguments.listen, keys: arguments.keys, remembered: 0, ..Config::default() };
    config.delays.event = Duration::from_millis(arguments.pace);
    let sandbox = start(config).await?;
    let interrupt = interrupt::listen().await;
    if context.is_text() {
        context.print(&format!(
            "export POWERDRILL_API_URL={} POWERDRILL_PROJECT_API_KEY={} POWERDRILL_USER_ID=user-1\n",
            sandbox.base(),
            quoted(&key)
        ))?;
        context.note("The sandbox runs until Ctrl-C. Paste this line into another terminal.");
        if anyone && any_key {
            context.note("Everyone who reaches this machine can use it, with any key: `--key` sets one.");
        }
    } else {
        context.json(&json!({ "base_url": sandbox.base() }))?;
    }
    match interrupt.await {
        Ok(()) => Ok(()),
        Err(error) => Err(Failure::new(Exit::File, format!("cannot wait for Ctrl-C: {error}"), "run it in a terminal")),
    }
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = !word.is_empty() && word.chars().all(|character| character.is_ascii_alphanumeric() || "-_.".contains(character));
    if plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}
