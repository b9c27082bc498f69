//! A seed -> ids that look random and are the same in every run.

use std::sync::{Mutex, PoisonError};

pub(crate) struct Ids {
    state: Mutex<u64>,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: Mutex::new(seed) }
    }

    /// The next number, by SplitMix64.
    pub(crate) fn number(&self) -> u64 {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// `prefix-` and sixteen letters and digits.
    pub(crate) fn id(&self, prefix: &str) -> String {
        let mut number = u128::from(self.number()) << 64 | u128::from(self.number());
        let mut text = format!("{prefix}-");
        for _ in 0..16 {
            text.push(char::from(b"abcdefghijklmnopqrstuvwxyz0123456789"[usize::try_from(number % 36).unwrap_or_default()]));
            number /= 36;
        }
        text
    }

    /// A UUID of version 4.
    pub(crate) fn uuid(&self) -> String {
        let (high, low) = (self.number(), self.number());
        let high = (high & !0xf000) | 0x4000;
        let low = (low & !(0b11 << 62)) | (0b10 << 62);
        format!("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xffff, high & 0xffff, low >> 48, low & 0xffff_ffff_ffff)
    }
}
