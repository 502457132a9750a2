//! Files of strangers, and symbols drawn from whatever modules.
#![no_main]

libfuzzer_sys::fuzz_target!(init: fuzz::images::pass_over_caught_panics(), |data: &[u8]| {
    fuzz::images::check(data)
});
