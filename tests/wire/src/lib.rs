//! The client that the build script has made. Everything else is in `tests/`.

include!(concat!(env!("OUT_DIR"), "/pai.rs"));
