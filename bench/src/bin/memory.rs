//! What all recorded rules occupy, ready to judge events: content and scratch of ours, the heap of `rsigma-eval`.

use std::alloc::System;

use cofferdam_bench::measure::report;
use cofferdam_bench::{content, corpus, data, peer};
use cofferdam_interpreter::Limits;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let rules = data::rules();
    for (tier, bytes) in [
        ("user", corpus::content(&rules)),
        ("kernel", content::kernel(&rules)),
    ] {
        let mut scratch = vec![0; 1 << 16];
        let content = content::verified(&bytes, &Limits::USER, &mut scratch);
        let words = content.content().header().scratch_words;
        let total = bytes.len() + words as usize * 8;
        report(
            "memory",
            &format!("ours, {tier} tier"),
            "bytes",
            total as f64,
        );
    }
    let rules = peer::rules();
    let region = Region::new(HEAP);
    let engine = peer::engine(&rules, None, "plain");
    let change = region.change();
    report(
        "memory",
        "rsigma-eval",
        "bytes",
        change.bytes_allocated as f64 - change.bytes_deallocated as f64,
    );
    drop(engine);
}
