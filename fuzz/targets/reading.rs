//! Texts of strangers, as they come and with a checksum that is right.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::reading::check(data));
