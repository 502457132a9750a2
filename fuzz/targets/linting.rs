//! Fields with lengths and a checksum that are right, judged by everybody's rules.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::linting::check(data));
