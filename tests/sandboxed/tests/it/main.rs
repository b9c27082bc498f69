//! The client against the sandbox. Both read the specs, each by itself, so what both agree on is what the specs say.
//!
//! Each operation is called with as little as it takes and with everything; the request is a snapshot, and the reply is compared with
//! what was done before. Then everything that goes wrong: every code, every fault. Last, that a stream and a reply in one piece tell the
//! same answer.

mod agree;
mod errors;
mod faults;
mod journal;
mod pai;
mod support;
mod v1;
mod v2;
