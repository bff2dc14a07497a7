//! Whatever bytes come in the place of the kernel's answers: they are read or refused.

#![no_main]

use ipvslab_live::ipvs::decode_replies;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|datagram: &[u8]| {
    let _ = decode_replies(datagram);
});
