//! Options and environment -> a client, and the server behind it if that is inside this program.

use powerdrill::Client;
use powerdrill_sandbox::{Config, Sandbox};

use crate::context::Context;
use crate::failure::{Exit, Failure};

/// What this program calls itself when it asks a server.
pub(crate) const NAME: &str = concat!("powerdrill-cli/", env!("CARGO_PKG_VERSION"));

/// A client. The sandbox, if there is one, lives as long.
pub(crate) struct Connection {
    pub(crate) client: Client,
    _sandbox: Option<Sandbox>,
}

/// Makes the client that the options and the environment ask for. A key is taken from the environment only: arguments can be seen by
/// everyone on the machine.
pub(crate) async fn connect(context: &Context) -> Result<Connection, Failure> {
    let common = &context.common;
    if common.sandbox {
        return sandboxed(Config::default()).await;
    }
    let mut builder = match (&common.maxir, &common.url) {
        (Some(domain), _) => Client::maxir(domain),
        (None, Some(url)) => Client::builder().base_url(url),
        (None, None) => Client::builder(),
    };
    if let Some(user) = &common.user {
        builder = builder.user_id(user);
    }
    let client = builder.from_env().with(|builder| builder.user_agent(NAME)).build()?;
    Ok(Connection { client, _sandbox: None })
}

/// Starts a sandbox and makes a client of it.
pub(crate) async fn sandboxed(config: Config) -> Result<Connection, Failure> {
    let sandbox = start(config).await?;
    let builder = Client::builder().base_url(sandbox.base()).key("sandbox").user_id("user-1");
    let client = builder.with(|builder| builder.user_agent(NAME)).build()?;
    Ok(Connection { client, _sandbox: Some(sandbox) })
}

/// Starts a sandbox.
pub(crate) async fn start(config: Config) -> Result<Sandbox, Failure> {
    Sandbox::start(config).await.map_err(|error| Failure::new(Exit::File, error.to_string(), "choose another address with `--listen`"))
}
