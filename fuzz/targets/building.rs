//! What a shop could ask a builder for.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::building::check(data));
