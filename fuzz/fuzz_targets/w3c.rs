#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| ipvslab_fuzz::check("w3c", input));
