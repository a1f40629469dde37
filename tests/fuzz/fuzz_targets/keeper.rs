#![no_main]
use libfuzzer_sys::fuzz_target;
#[allow(dead_code)]
#[path = "../../hold/feed.rs"]
mod feed;
fuzz_target!(|bytes: &[u8]| feed::keeper(bytes));
