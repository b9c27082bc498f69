//! The command as people meet it: what it prints, to which stream, and how it exits. The server is a sandbox.

mod answers;
mod browser;
mod decode;
mod demo;
mod failures;
mod help;
mod interrupts;
mod lists;
mod pai;
mod readme;
mod support;
