//! The generated clients on the wire, over loopback: what they read is compared with the ledger's evidence, what they send with the
//! evidence and with snapshots, and every way to fail with what must be said of it.
//!
//! Nothing here knows how the clients were generated. `whole_run` runs all of the tests once more with everything shown, and looks for
//! secrets in it.

mod decoding;
mod delivery;
mod errors;
mod evidence;
mod input;
mod operations;
mod pai_replies;
mod recorded;
mod requests;
mod security;
mod whole_run;
