//! `powerdrill completions`: what a shell needs to complete this command's arguments.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Arguments;
use crate::context::Context;
use crate::failure::Failure;

pub(super) fn run(context: &Context, shell: Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "powerdrill", &mut script);
    context.print(&String::from_utf8_lossy(&script))
}
