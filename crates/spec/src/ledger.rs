//! The record of contradictions and how each was settled.
