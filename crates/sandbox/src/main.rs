//! The command `powerdrill-sandbox`: a sandbox that runs until it is interrupted. Its first line says where it listens.

use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use clap::Parser;
use clap::builder::NonEmptyStringValueParser;
use powerdrill_sandbox::{AccessKey, Config, Forms, Sandbox, Time};

/// The first second that a time in a reply cannot be written in.
const YEAR_10000: u64 = 253_402_300_800;

/// Serves the Powerdrill APIs and PAI dataset jobs from memory.
#[derive(Parser)]
#[command(name = "powerdrill-sandbox", version)]
struct Options {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,

    /// A key that is accepted; may be given several times. Without it any key is
    #[arg(long = "key", value_name = "KEY", value_parser = NonEmptyStringValueParser::new())]
    keys: Vec<String>,

    /// A key for signed requests, as ID:SECRET or ID:SECRET:TOKEN; may be given several times. Without it `sandbox:sandbox-secret`
    #[arg(long = "access-key", value_name = "ID:SECRET")]
    access_keys: Vec<AccessKey>,

    /// Where ids come from
    #[arg(long, default_value_t = 0)]
    seed: u64,

    /// Lets time stand still at this many seconds after 1970
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(..YEAR_10000))]
    frozen: Option<u64>,

    /// Answers in the forms of the specs in place of those that were seen
    #[arg(long)]
    documented: bool,

    /// Refuses members and parameters that the specs do not name
    #[arg(long)]
    strict: bool,

    /// Jobs that a key may run
    #[arg(long, value_name = "N")]
    quota: Option<u64>,

    /// Requests per second that a key may send
    #[arg(long, value_name = "N")]
    rate: Option<u32>,

    /// Milliseconds between two events of a stream
    #[arg(long, value_name = "MS", default_value_t = 20)]
    pace: u64,
}

impl Options {
    fn config(self) -> Config {
        let mut config = Config {
            listen: self.listen,
            keys: self.keys,
            access_keys: self.access_keys,
            seed: self.seed,
            time: self.frozen.map_or(Time::System, |seconds| Time::Frozen(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))),
            forms: if self.documented { Forms::Documented } else { Forms::Captured },
            strict: self.strict,
            remembered: 0,
            ..Config::default()
        };
        config.limits.jobs = self.quota;
        config.limits.requests_per_second = self.rate;
        config.delays.event = Duration::from_millis(self.pace);
        config
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let sandbox = match Sandbox::start(options.config()).await {
        Ok(sandbox) => sandbox,
        Err(error) => {
            eprintln!("powerdrill-sandbox: {error}");
            return ExitCode::FAILURE;
        }
    };
    // Whoever waits for this line may have gone; the server runs all the same.
    let mut output = std::io::stdout();
    let _ = writeln!(output, "listening on {}", sandbox.url()).and_then(|()| output.flush());
    match tokio::signal::ctrl_c().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("powerdrill-sandbox: cannot wait to be interrupted: {error}");
            ExitCode::FAILURE
        }
    }
}
