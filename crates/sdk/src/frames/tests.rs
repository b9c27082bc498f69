//! Lines, sizes and cuts.
