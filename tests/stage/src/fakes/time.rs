//! The simulated clock. It moves when a test moves it, and by a microsecond whenever it is read.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::kernel::Kernel;
use crate::memory;
use crate::routine::{Call, HIGH, Routine, routine};

/// 2025-01-01 00:00:00 UTC in units of 100 ns since 1601.
const BEGINNING: u64 = 133_801_632_000_000_000;
const MICROSECOND: u64 = 10;
/// Ten million a second, as Windows 10 counts on every machine with an invariant counter.
const FREQUENCY: u64 = 10_000_000;

/// Units of 100 ns since 1601.
#[derive(Debug)]
pub(crate) struct Clock(AtomicU64);

impl Default for Clock {
    fn default() -> Self {
        Self(AtomicU64::new(BEGINNING))
    }
}

impl Clock {
    /// What time it is.
    pub(crate) fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Moves the clock on.
    pub(crate) fn advance(&self, units: u64) {
        self.0.fetch_add(units, Ordering::SeqCst);
    }
}

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "KeQuerySystemTimePrecise",
        "wdm/nf-wdm-kequerysystemtimeprecise",
        HIGH,
        system_time,
    ),
    routine(
        "KeQueryPerformanceCounter",
        "wdm/nf-wdm-kequeryperformancecounter",
        HIGH,
        counter,
    ),
    routine(
        "KeQueryInterruptTime",
        "wdm/nf-wdm-kequeryinterrupttime",
        HIGH,
        interrupt_time,
    ),
    routine(
        "KeQueryInterruptTimePrecise",
        "wdm/nf-wdm-kequeryinterrupttimeprecise",
        HIGH,
        interrupt_time_precise,
    ),
];

fn tick(kernel: &Kernel) -> u64 {
    kernel.state.clock.advance(MICROSECOND);
    kernel.state.clock.now()
}

fn system_time(kernel: &Kernel, call: &Call<'_>) -> u64 {
    memory::write(call.u64(0), tick(kernel));
    0
}

fn counter(kernel: &Kernel, call: &Call<'_>) -> u64 {
    if call.u64(0) != 0 {
        memory::write(call.u64(0), FREQUENCY);
    }
    tick(kernel) - BEGINNING
}

fn interrupt_time(kernel: &Kernel, _: &Call<'_>) -> u64 {
    tick(kernel) - BEGINNING
}

fn interrupt_time_precise(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let now = tick(kernel) - BEGINNING;
    memory::write(call.u64(0), now);
    now
}
