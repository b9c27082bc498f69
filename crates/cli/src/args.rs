//! The command line, as types.

mod pai;
mod things;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use pai::{PaiJobs, PaiPlace, PaiThings};
pub(crate) use things::{Datasets, Files, Sessions, Sources};

use crate::terminal::NARROWEST;

/// Asks questions about your files and shows the answers
///
/// Powerdrill, which is also sold as MAXIR AI, answers questions about tables and documents. `powerdrill demo` shows how, without a key
/// and without a network.
#[derive(Parser)]
#[command(name = "powerdrill", version, max_term_width = 100, after_help = ENVIRONMENT)]
pub(crate) struct Arguments {
    #[command(flatten, next_help_heading = "Options of every command")]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const ENVIRONMENT: &str = "\
Environment:
  POWERDRILL_PROJECT_API_KEY  the key of your project
  POWERDRILL_USER_ID          the user on whose behalf everything is done
  POWERDRILL_API_URL          where the API is, if it is elsewhere
  ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET
                              the access key for `powerdrill pai`

Exit codes: 0 done, 2 usage, 3 refused by the server, 4 not reached, 5 answer not whole, 6 local file, 7 not readable, 130 Ctrl-C.";

/// What every command understands.
#[derive(Args)]
pub(crate) struct Common {
    /// Use a server inside this program, which starts empty and needs no key
    #[arg(long, global = true, conflicts_with_all = ["maxir", "url"])]
    pub(crate) sandbox: bool,

    /// Use the MAXIR AI of this domain
    #[arg(long, global = true, value_name = "DOMAIN", conflicts_with = "url")]
    pub(crate) maxir: Option<String>,

    /// Use the API at this address
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) url: Option<String>,

    /// Act for this user, in place of POWERDRILL_USER_ID
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) user: Option<String>,

    /// Write results in this form
    #[arg(long, short, global = true, value_name = "FORM", default_value = "text")]
    pub(crate) output: Output,

    /// Write links in JSON; everyone who has one can open the file behind it
    #[arg(long, global = true)]
    pub(crate) show_links: bool,

    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Colour,

    /// Lay text out for this many columns, also where the output is no terminal
    #[arg(long, global = true, value_name = "COLUMNS", value_parser = width)]
    pub(crate) width: Option<usize>,

    /// Write nothing but results and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

fn width(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(width) if (NARROWEST..=1000).contains(&width) => Ok(width),
        _ => Err(format!("a number from {NARROWEST} to 1000 is wanted")),
    }
}

/// The form of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people
    Text,
    /// One JSON document
    Json,
    /// One JSON object per line, as soon as it is known
    Jsonl,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Shows everything once: uploads a table, asks a question, saves table, chart and report. Needs no key
    Demo(Demo),
    /// Asks one question
    Ask(Ask),
    /// Asks question after question in one session
    Chat(Chat),
    /// Lists, makes, shows or deletes sessions
    Sessions {
        #[command(subcommand)]
        action: Option<Sessions>,
    },
    /// Lists, makes, shows or deletes datasets
    Datasets {
        #[command(subcommand)]
        action: Option<Datasets>,
    },
    /// Lists, shows, awaits or deletes the data sources of a dataset
    Sources {
        #[command(subcommand)]
        action: Sources,
    },
    /// Uploads files
    Files {
        #[command(subcommand)]
        action: Files,
    },
    /// Shows the questions and answers of a session
    History(History),
    /// Runs a server of the APIs on this machine, for trying things out, until Ctrl-C
    Sandbox(Sandbox),
    /// Decodes a recorded stream or reply. Needs no server
    Decode(Decode),
    /// Alibaba Cloud PAI: jobs that index and tag the files of a dataset
    Pai {
        #[command(flatten)]
        place: PaiPlace,
        #[command(subcommand)]
        what: PaiThings,
    },
    /// Writes the completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Args)]
pub(crate) struct Demo {
    /// Save table, chart and report in this folder, which is made, or holds those of an earlier demonstration
    #[arg(long, value_name = "DIR", default_value = "powerdrill-demo")]
    pub(crate) save: PathBuf,
}

/// What a question is about, and what is done with the answer.
#[derive(Args, Clone, Default)]
pub(crate) struct About {
    /// Go on with this session; otherwise a new one is made
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<String>,

    /// Ask about this dataset
    #[arg(long, value_name = "ID")]
    pub(crate) dataset: Option<String>,

    /// Upload this file first, into the dataset or a new one; may be given several times
    #[arg(long = "file", short, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Save tables and pictures in this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) save: Option<PathBuf>,

    /// The language of the answer, such as EN or ZH-CN; otherwise that of the question
    #[arg(long, value_name = "CODE")]
    pub(crate) language: Option<String>,

    /// Wait for the whole answer in place of showing it as it is made
    #[arg(long)]
    pub(crate) no_stream: bool,

    /// Show the programs that were run, too
    #[arg(long)]
    pub(crate) code: bool,
}

#[derive(Args)]
pub(crate) struct Ask {
    /// The question
    pub(crate) question: String,

    #[command(flatten)]
    pub(crate) about: About,

    /// Write the answer as one HTML page that needs no network
    #[arg(long, value_name = "FILE.html")]
    pub(crate) report: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Chat {
    #[command(flatten)]
    pub(crate) about: About,
}

#[derive(Args)]
pub(crate) struct History {
    /// The session
    pub(crate) session: String,

    /// How many of the latest questions to show
    #[arg(long, short = 'n', value_name = "N", default_value_t = 10)]
    pub(crate) latest: usize,

    /// Save tables and pictures in this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) save: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Sandbox {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,

    /// A key that is accepted; may be given several times. Without it any key is
    #[arg(long = "key", value_name = "KEY", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) keys: Vec<String>,

    /// Milliseconds between two events of a stream
    #[arg(long, value_name = "MS", default_value_t = 20)]
    pub(crate) pace: u64,
}

#[derive(Args)]
pub(crate) struct Decode {
    /// The recording; `-` is standard input
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,

    /// What was recorded; guessed if it is not given
    #[arg(long)]
    pub(crate) kind: Option<Kind>,
}

/// What was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A stream of events
    Sse,
    /// The reply to a question that was not streamed
    Job,
    /// A page of the history of a session
    History,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// The words of a command as a shell would read it.
    fn words(command: &str) -> Vec<String> {
        let mut words = Vec::new();
        for (number, part) in command.split('"').enumerate() {
            if number % 2 == 1 { words.push(part.to_owned()) } else { words.extend(part.split_whitespace().map(str::to_owned)) }
        }
        words
    }

    #[test]
    fn the_commands_in_the_readmes_are_understood() {
        let readmes = [include_str!("../../../README.md"), include_str!("../README.md")];
        let blocks = readmes.iter().flat_map(|readme| readme.split("```sh\n").skip(1)).filter_map(|rest| rest.split("```").next());
        let lines = blocks.flat_map(str::lines).map(|line| line.split("  #").next().unwrap_or(line));
        let commands: Vec<&str> = lines.flat_map(|line| line.split("; ")).filter(|line| line.starts_with("powerdrill ")).collect();
        assert!(commands.len() >= 10, "{commands:#?}");
        for command in commands {
            let read = Arguments::try_parse_from(words(command));
            assert!(read.is_ok(), "{command}: {}", read.err().map(|error| error.to_string()).unwrap_or_default());
        }
    }

    #[test]
    fn the_command_line_is_free_of_contradictions() {
        Arguments::command().debug_assert();
    }
}
