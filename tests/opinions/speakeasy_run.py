"""A second opinion on the image: the Speakeasy emulator (PyPI `speakeasy-emulator`) maps it and runs its machine code,
instruction by instruction, against its own kernel.

Speakeasy knows no Filter Manager and few of the newer routines; the hooks below stand for those, as simply as their
documentation allows. Pool allocations end at the end of a page with nothing mapped behind it, so that one byte too many
is an invalid access.

Usage: speakeasy_run.py [IMAGE]. Exit code 0: every entry point returned, and no access was invalid.
"""

import hashlib
import importlib.metadata
import json
import os
import pathlib
import struct
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
IMAGE = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "../../target/driver/cofferdam.sys"


def note(kernel, outcome, findings):
    """What it came to, for `cargo xtask report`."""
    folder = pathlib.Path(os.environ.get("COFFERDAM_RECORDS", HERE / "../../target/verification"))
    folder.mkdir(parents=True, exist_ok=True)
    record = {
        "kernel": kernel,
        "outcome": outcome,
        "findings": findings,
        "recorded": int(time.time()),
        "image": hashlib.sha256(IMAGE.read_bytes()).hexdigest(),
    }
    (folder / "opinion.speakeasy.json").write_text(json.dumps(record, indent=2) + "\n")


try:
    import speakeasy
    import unicorn
except ImportError:
    print("speakeasy: skipped, the package speakeasy-emulator is not installed")
    note("Speakeasy", "skipped: the package speakeasy-emulator is not installed", 0)
    sys.exit(0)

SUCCESS = 0
NOT_SUPPORTED = 0xC00000BB
NOT_FOUND = 0xC0000034
INSUFFICIENT_RESOURCES = 0xC000009A
PAGE = 0x1000
FLTFL_FILTER_UNLOAD_MANDATORY = 1


class Kernel:
    """The routines that Speakeasy lacks, and what must be true when the driver has ended."""

    def __init__(self, emulator, threads):
        self.speakeasy = emulator
        self.threads = threads
        self.pool = {}
        self.rundowns = {}
        self.unload = None
        self.registered = set()

    # Memory -------------------------------------------------------------------------------------------------------

    def allocate(self, size):
        """Memory whose last byte is the last of a page; the page behind it stays unmapped."""
        pages = (size + PAGE - 1) // PAGE or 1
        # One page more is reserved and made inaccessible, so that nothing else comes to lie behind.
        base = self.speakeasy.mem_alloc((pages + 1) * PAGE, tag="guarded")
        address = (base + pages * PAGE - size) & ~0xF
        self.speakeasy.mem_write(base, b"\0" * (pages * PAGE))
        self.pool[address] = (base, size)
        self.forbid(base + pages * PAGE, PAGE)
        return address

    def forbid(self, address, size):
        """From now on every access there ends the run. Speakeasy's own wrapper cannot take all rights away."""
        self.speakeasy.emu.emu_eng.emu.mem_protect(address, size, unicorn.UC_PROT_NONE)

    def ExAllocatePool2(self, flags, size, tag):
        return self.allocate(size)

    def ExFreePoolWithTag(self, address, tag):
        if address not in self.pool:
            raise AssertionError(f"freed what is no allocation: {address:#x}")
        base, size = self.pool.pop(address)
        pages = (size + PAGE - 1) // PAGE or 1
        self.forbid(base, pages * PAGE)

    def MmAllocatePagesForMdlEx(self, low, high, skip, size, cache, flags):
        return 0

    # Filter Manager -------------------------------------------------------------------------------------------------

    def FltRegisterFilter(self, driver, registration, filter_):
        header = self.speakeasy.mem_read(registration, 32)
        size, version = struct.unpack_from("<HH", header)
        if (version, size) != (0x203, 112):
            raise AssertionError(f"FLT_REGISTRATION of version {version:#x}, {size} bytes")
        self.unload = struct.unpack_from("<Q", header, 24)[0]
        self.speakeasy.mem_write(filter_, struct.pack("<Q", 0xF17E0000))
        self.registered.add("filter")
        return SUCCESS

    def FltStartFiltering(self, filter_):
        return SUCCESS

    def FltUnregisterFilter(self, filter_):
        self.registered.remove("filter")

    # References -----------------------------------------------------------------------------------------------------

    def ExAllocateCacheAwareRundownProtection(self, pool, tag):
        address = self.allocate(64)
        self.rundowns[address] = 0
        return address

    def ExFreeCacheAwareRundownProtection(self, rundown):
        if self.rundowns.pop(rundown) != 0:
            raise AssertionError("a rundown reference is freed while it is held")
        self.pool.pop(rundown)

    def ExAcquireRundownProtectionCacheAware(self, rundown):
        self.rundowns[rundown] += 1
        return 1

    def ExReleaseRundownProtectionCacheAware(self, rundown):
        self.rundowns[rundown] -= 1

    def ExWaitForRundownProtectionReleaseCacheAware(self, rundown):
        if self.rundowns[rundown] != 0:
            raise AssertionError("waits for itself")

    def ExReInitializeRundownProtectionCacheAware(self, rundown):
        self.rundowns[rundown] = 0

    # Threads --------------------------------------------------------------------------------------------------------

    def PsCreateSystemThread(self, handle, *_):
        """The thread is not run: it waits for ever. With no thread the driver must refuse to load."""
        self.speakeasy.mem_write(handle, struct.pack("<Q", 0x44))
        return SUCCESS if self.threads else INSUFFICIENT_RESOURCES

    # The rest -------------------------------------------------------------------------------------------------------

    def KeQueryPerformanceCounter(self, frequency):
        if frequency:
            self.speakeasy.mem_write(frequency, struct.pack("<Q", 10_000_000))
        return 1

    def KeQuerySystemTimePrecise(self, time):
        self.speakeasy.mem_write(time, struct.pack("<Q", 0x01DB_0000_0000_0000))


# What has one answer. PsSetCreateProcessNotifyRoutineEx2 and the like fail: the driver has to live with that.
CONSTANT = {
    "IoCsqInitialize": (7, SUCCESS),
    "IoCsqInsertIrp": (3, 0),
    "IoCsqRemoveNextIrp": (2, 0),
    "IoGetTopLevelIrp": (0, 0),
    "KeAreAllApcsDisabled": (0, 0),
    "KeEnterCriticalRegion": (0, 0),
    "KeLeaveCriticalRegion": (0, 0),
    "KeGetCurrentIrql": (0, 0),
    "KeGetCurrentProcessorNumberEx": (1, 0),
    "KeQueryActiveProcessorCountEx": (1, 2),
    "KeAcquireSpinLockRaiseToDpc": (1, 0),
    "KeReleaseSpinLock": (2, 0),
    "PsSetCreateProcessNotifyRoutineEx2": (3, NOT_SUPPORTED),
    "CmRegisterCallbackEx": (6, NOT_SUPPORTED),
    "KeWaitForSingleObject": (5, SUCCESS),
    "ObReferenceObjectByHandle": (6, SUCCESS),
    "ObfDereferenceObject": (1, 0),
    "PsSetCreateThreadNotifyRoutine": (1, NOT_SUPPORTED),
    "PsSetLoadImageNotifyRoutine": (1, NOT_SUPPORTED),
    "ObRegisterCallbacks": (2, NOT_SUPPORTED),
    "ZwOpenKey": (3, NOT_FOUND),
    "ZwSetSecurityObject": (3, SUCCESS),
    "ZwWaitForSingleObject": (3, SUCCESS),
    "BCryptOpenAlgorithmProvider": (4, NOT_SUPPORTED),
    "ObUnRegisterCallbacks": (1, 0),
}
OWN = {name: getattr(Kernel, name) for name in vars(Kernel) if name[0].isupper()}


def hook(emulator, module, name, kernel):
    """Answers one routine; an assertion that fails there ends the run with its text."""
    if name in OWN:
        count = OWN[name].__code__.co_argcount - 1

        def answer(_emu, _name, _func, parameters):
            return OWN[name](kernel, *parameters[:count]) or 0
    else:
        count, value = CONSTANT[name]

        def answer(_emu, _name, _func, _parameters):
            return value

    emulator.add_api_hook(answer, module, name, argc=count)


def run(threads):
    """Loads the image, runs what it registered, and says what was wrong."""
    emulator = speakeasy.Speakeasy()
    module = emulator.load_module(str(IMAGE))
    kernel = Kernel(emulator, threads)
    for line in (HERE / "../../driver/imports.txt").read_text().splitlines():
        library, bang, name = line.partition("!")
        name = name.split()[0] if bang else ""
        if not line.startswith("#") and (name in OWN or name in CONSTANT):
            hook(emulator, library.rsplit(".")[0], name, kernel)
    emulator.run_module(module)
    if threads and kernel.unload:
        emulator.call(kernel.unload, [FLTFL_FILTER_UNLOAD_MANDATORY])
    entries = json.loads(emulator.get_json_report())["entry_points"]
    wrong = [f"{entry['ep_type']}: {json.dumps(entry['error'])}" for entry in entries if entry.get("error")]
    if kernel.pool:
        wrong.append(f"{len(kernel.pool)} allocations are left: {sorted(size for _, size in kernel.pool.values())} bytes")
    wrong += [f"{name} is left" for name in (*kernel.registered, *kernel.rundowns)]
    return {entry["ep_type"]: entry.get("ret_val") for entry in entries}, wrong


def main():
    found = []
    for threads, expected in ((True, SUCCESS), (False, INSUFFICIENT_RESOURCES)):
        entries, wrong = run(threads)
        if entries.get("entry_point") != hex(expected):
            wrong.append(f"DriverEntry returned {entries.get('entry_point')}, not {expected:#x}")
        ran = ", ".join(f"{name} {value}" for name, value in entries.items())
        print(f"speakeasy: {'loads' if threads else 'refuses to load without its thread'}: {ran}")
        for line in wrong:
            print(f"speakeasy: wrong: {line}")
        found += wrong
    version = importlib.metadata.version("speakeasy-emulator")
    outcome = "; ".join(found) or "loaded and unloaded; refused to load without its thread, and left nothing behind"
    note(f"Speakeasy {version}", outcome, len(found))
    return 1 if found else 0


sys.exit(main())
