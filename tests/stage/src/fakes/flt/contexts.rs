//! Contexts: memory that the filter ties to instances, files, streams and file objects.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use crate::fakes::files::Stage;
use crate::fakes::{LOW, SUCCESS, status};
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::memory;
use crate::routine::{APC, Call, DISPATCH, Routine, routine};

use super::filter::Definition;

/// Kinds of contexts (`FLT_CONTEXT_TYPE`).
mod kind {
    pub(super) const VOLUME: u16 = 1;
    pub(super) const INSTANCE: u16 = 2;
    pub(super) const STREAM: u16 = 8;
    pub(super) const STREAM_HANDLE: u16 = 16;
}

/// A context.
#[derive(Clone, Debug)]
struct Context {
    definition: Definition,
    /// Of the driver and of what it is tied to.
    references: u64,
    tied: Option<Tie>,
}

/// What a context is tied to: its kind, the instance, and the object.
type Tie = (u16, u64, u64);

/// All contexts.
#[derive(Debug, Default)]
pub(crate) struct Contexts(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    contexts: HashMap<u64, Context>,
    tied: BTreeMap<Tie, u64>,
}

const CONTEXT: &str = "context reference";
const ALREADY_DEFINED: u64 = status(0xc01c_0002);
const NOT_FOUND: u64 = status(0xc000_0225);
const NOT_SUPPORTED: u64 = status(0xc000_00bb);
const ALLOCATION_NOT_FOUND: u64 = status(0xc01c_0016);
/// `FLTFL_CONTEXT_REGISTRATION_NO_EXACT_SIZE_MATCH`, and a definition of any size.
const ANY_SIZE: u16 = 1;
const VARIABLE: u64 = u64::MAX;
const KEEP_IF_EXISTS: u32 = 1;

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "FltAllocateContext",
        "fltkernel/nf-fltkernel-fltallocatecontext",
        APC,
        allocate,
    )
    .or(LOW),
    routine(
        "FltReferenceContext",
        "fltkernel/nf-fltkernel-fltreferencecontext",
        DISPATCH,
        reference,
    ),
    routine(
        "FltReleaseContext",
        "fltkernel/nf-fltkernel-fltreleasecontext",
        APC,
        release,
    ),
    routine(
        "FltDeleteContext",
        "fltkernel/nf-fltkernel-fltdeletecontext",
        APC,
        delete,
    ),
    routine(
        "FltSetInstanceContext",
        "fltkernel/nf-fltkernel-fltsetinstancecontext",
        APC,
        set_instance,
    )
    .or(LOW),
    routine(
        "FltGetInstanceContext",
        "fltkernel/nf-fltkernel-fltgetinstancecontext",
        APC,
        get_instance,
    ),
    routine(
        "FltSetStreamHandleContext",
        "fltkernel/nf-fltkernel-fltsetstreamhandlecontext",
        APC,
        set_stream_handle,
    )
    .or(LOW),
    routine(
        "FltGetStreamHandleContext",
        "fltkernel/nf-fltkernel-fltgetstreamhandlecontext",
        APC,
        get_stream_handle,
    ),
    routine(
        "FltSetStreamContext",
        "fltkernel/nf-fltkernel-fltsetstreamcontext",
        APC,
        set_stream,
    )
    .or(LOW),
    routine(
        "FltGetStreamContext",
        "fltkernel/nf-fltkernel-fltgetstreamcontext",
        APC,
        get_stream,
    ),
];

fn allocate(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let (kind, size) = (call.u16(1), call.u64(2));
    let Some(filter) = kernel
        .state
        .filters
        .get()
        .filter(|it| it.object == call.u64(0))
    else {
        call.stop(Check::Lifetime, "no such filter");
    };
    let fits = |it: &&Definition| {
        it.kind == kind
            && (it.size == size
                || it.size == VARIABLE
                || it.flags & ANY_SIZE != 0 && it.size >= size)
    };
    let Some(definition) = filter.contexts.iter().find(fits) else {
        return ALLOCATION_NOT_FOUND;
    };
    let paged = call.u32(3) == 1;
    if paged && kind == kind::VOLUME {
        call.wrong(Check::Contract, "a volume context in paged pool");
    }
    let places = kernel.places(&call.registers());
    let pool = &kernel.state.pool;
    let at = pool.allocate(size as usize, definition.tag, paged, None, places);
    let context = Context {
        definition: *definition,
        references: 1,
        tied: None,
    };
    lock(&kernel.state.contexts.0).contexts.insert(at, context);
    kernel.state.held.take(kernel, call, CONTEXT, at);
    memory::write(call.u64(4), at);
    SUCCESS
}

fn reference(kernel: &Kernel, call: &Call<'_>) -> u64 {
    match kernel.add_reference(call.u64(0)) {
        true => kernel.state.held.take(kernel, call, CONTEXT, call.u64(0)),
        false => call.stop(Check::Reference, "no such context"),
    }
    0
}

fn release(kernel: &Kernel, call: &Call<'_>) -> u64 {
    if kernel.state.held.give(call, CONTEXT, call.u64(0)) {
        kernel.drop_reference(call.u64(0));
    }
    0
}

fn delete(kernel: &Kernel, call: &Call<'_>) -> u64 {
    kernel.untie(call.u64(0));
    0
}

impl Kernel {
    fn add_reference(&self, context: u64) -> bool {
        let mut table = lock(&self.state.contexts.0);
        let found = table.contexts.get_mut(&context);
        found.map(|it| it.references += 1).is_some()
    }

    fn drop_reference(&self, address: u64) {
        let gone = {
            let mut table = lock(&self.state.contexts.0);
            let Some(context) = table.contexts.get_mut(&address) else {
                return;
            };
            context.references -= 1;
            match context.references {
                0 => table.contexts.remove(&address),
                _ => None,
            }
        };
        let Some(context) = gone else {
            return;
        };
        if context.definition.cleanup != 0 {
            let arguments = [address, context.definition.kind.into()];
            self.shared().call(
                "ContextCleanupCallback",
                context.definition.cleanup,
                &arguments,
            );
        }
        if self.state.pool.free(address, None).is_err() {
            let what = "a context was written beyond its size".to_owned();
            self.report(Check::Overrun, what, None, Vec::new());
        }
    }

    fn untie(&self, address: u64) {
        let tied = {
            let mut table = lock(&self.state.contexts.0);
            let tie = table
                .contexts
                .get_mut(&address)
                .and_then(|it| it.tied.take());
            tie.map(|tie| table.tied.remove(&tie)).is_some()
        };
        if tied {
            self.drop_reference(address);
        }
    }

    fn untie_all(&self, which: impl Fn(&Tie) -> bool) {
        let contexts: Vec<u64> = {
            let table = lock(&self.state.contexts.0);
            let tied = table.tied.iter().filter(|(tie, _)| which(tie));
            tied.map(|(_, context)| *context).collect()
        };
        for context in contexts {
            self.untie(context);
        }
    }

    pub(crate) fn drop_instance_contexts(&self, instance: u64) {
        self.untie_all(|tie| tie.1 == instance);
    }

    /// All but the instance's own.
    pub(crate) fn drop_file_contexts(&self, instance: u64) {
        self.untie_all(|tie| tie.1 == instance && tie.0 != kind::INSTANCE);
    }

    /// Those of a file object that goes away.
    pub(crate) fn drop_contexts_of_file(&self, file: u64) {
        self.untie_all(|tie| tie.0 == kind::STREAM_HANDLE && tie.2 == file);
    }

    /// Those of a stream that goes away.
    pub(crate) fn drop_contexts_of_stream(&self, stream: u64) {
        self.untie_all(|tie| tie.0 == kind::STREAM && tie.2 == stream);
    }
}

fn set(kernel: &Kernel, call: &Call<'_>, tie: Tie, operation: u32, new: u64, old: u64) -> u64 {
    if old != 0 {
        memory::write(old, 0u64);
    }
    if kernel.state.volumes.instance(tie.1).is_none() {
        return status(0xc01c_000b);
    }
    let existing = {
        let mut table = lock(&kernel.state.contexts.0);
        let wrong = match table.contexts.get(&new) {
            None => Some("no such context"),
            Some(it) if it.definition.kind != tie.0 => Some("a context of another kind"),
            Some(it) if it.tied.is_some() => Some("a context that is tied already"),
            Some(_) => None,
        };
        if let Some(what) = wrong {
            drop(table);
            call.stop(Check::Contract, what);
        }
        let existing = table.tied.get(&tie).copied();
        if existing.is_none() || operation != KEEP_IF_EXISTS {
            if let Some(context) = table.contexts.get_mut(&new) {
                context.references += 1;
                context.tied = Some(tie);
            }
            table.tied.insert(tie, new);
            if let Some(context) = existing.and_then(|it| table.contexts.get_mut(&it)) {
                context.tied = None;
            }
        }
        existing
    };
    let Some(existing) = existing else {
        return SUCCESS;
    };
    let keep = operation == KEEP_IF_EXISTS;
    if old != 0 {
        // The caller gets a reference: the tie's where it was replaced, a new one where it stays.
        if keep {
            kernel.add_reference(existing);
        }
        kernel.state.held.take(kernel, call, CONTEXT, existing);
        memory::write(old, existing);
    } else if !keep {
        kernel.drop_reference(existing);
    }
    if keep { ALREADY_DEFINED } else { SUCCESS }
}

fn get(kernel: &Kernel, call: &Call<'_>, tie: Tie, out: u64) -> u64 {
    let found = {
        let mut table = lock(&kernel.state.contexts.0);
        let found = table.tied.get(&tie).copied();
        if let Some(context) = found.and_then(|it| table.contexts.get_mut(&it)) {
            context.references += 1;
        }
        found
    };
    memory::write(out, found.unwrap_or_default());
    match found {
        Some(context) => {
            kernel.state.held.take(kernel, call, CONTEXT, context);
            SUCCESS
        }
        None => NOT_FOUND,
    }
}

fn set_instance(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let tie = (kind::INSTANCE, call.u64(0), 0);
    set(kernel, call, tie, call.u32(1), call.u64(2), call.u64(3))
}

fn get_instance(kernel: &Kernel, call: &Call<'_>) -> u64 {
    get(kernel, call, (kind::INSTANCE, call.u64(0), 0), call.u64(1))
}

/// Whether a file object can have contexts now: not before the file system has opened it, never for paging files.
fn supported(kernel: &Kernel, call: &Call<'_>) -> bool {
    let Some(file) = kernel.state.files.get(call.u64(1)) else {
        call.stop(Check::Lifetime, "no such file object");
    };
    if file.stage == Stage::Opening {
        call.wrong(Check::Contract, "contexts in pre-create");
        return false;
    }
    !file.paging
}

fn set_stream_handle(kernel: &Kernel, call: &Call<'_>) -> u64 {
    if !supported(kernel, call) {
        return NOT_SUPPORTED;
    }
    let tie = (kind::STREAM_HANDLE, call.u64(0), call.u64(1));
    set(kernel, call, tie, call.u32(2), call.u64(3), call.u64(4))
}

fn get_stream_handle(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let tie = (kind::STREAM_HANDLE, call.u64(0), call.u64(1));
    get(kernel, call, tie, call.u64(2))
}

fn stream_tie(kernel: &Kernel, call: &Call<'_>) -> Tie {
    let stream = kernel.stream_object(call.u64(1)).unwrap_or_default();
    (kind::STREAM, call.u64(0), stream)
}

fn set_stream(kernel: &Kernel, call: &Call<'_>) -> u64 {
    if !supported(kernel, call) {
        return NOT_SUPPORTED;
    }
    let tie = stream_tie(kernel, call);
    set(kernel, call, tie, call.u32(2), call.u64(3), call.u64(4))
}

fn get_stream(kernel: &Kernel, call: &Call<'_>) -> u64 {
    get(kernel, call, stream_tie(kernel, call), call.u64(2))
}
