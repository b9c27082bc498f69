//! The generated clients on the wire. Everything is in `tests/`.
