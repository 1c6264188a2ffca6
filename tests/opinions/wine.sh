#!/usr/bin/env bash
# A second opinion on the image: Wine's loader maps it, Wine's service manager starts it, it creates its device and its
# thread, and it unloads. Usage: wine.sh [IMAGE]
#
# The image's code is the one that ships; in a copy, the names of the modules that it imports from lead to kernel-shim/.
set -euo pipefail
cd "$(dirname "$0")"
image=$(realpath "${1:-../../target/driver/cofferdam.sys}")
export PATH=/usr/lib/wine:$PATH

# What it came to, for `cargo xtask report`.
records=${COFFERDAM_RECORDS:-../../target/verification}
note() {
    mkdir -p "$records"
    printf '{"kernel": "%s", "outcome": "%s", "findings": %d, "recorded": %d, "image": "%s"}\n' \
        "$1" "$2" "$3" "$(date +%s)" "$(sha256sum "$image" | cut -d' ' -f1)" >"$records/opinion.wine.json"
}

if ! command -v wine64 >/dev/null || ! command -v wineserver64 >/dev/null; then
    echo "wine: skipped, wine64 is not installed"
    note Wine "skipped: wine64 is not installed" 0
    exit 0
fi

WINEPREFIX=$(mktemp -d)
export WINEPREFIX WINEDEBUG=+err,+seh,warn+module WINEDLLOVERRIDES="mscoree,mshtml="
unset DISPLAY
log=$WINEPREFIX/log
finish() {
    wineserver64 -k >/dev/null 2>&1 || true
    rm -rf "$WINEPREFIX"
}
trap finish EXIT

target=x86_64-pc-windows-msvc
(cd kernel-shim && cargo build --quiet --release --locked)
timeout 120 wine64 wineboot -i >"$log" 2>&1 </dev/null
wineserver64 -k -w || true
# One server for all that follows: services live as long as it does.
wineserver64 -p >/dev/null 2>&1
drivers=$WINEPREFIX/drive_c/windows/system32/drivers
sed 's/ntoskrnl\.exe/cofferkm.sys/;s/FLTMGR\.SYS/cofflt.sys/' "$image" >"$drivers/cofferdam.sys"
for name in cofferkm cofflt; do
    cp "kernel-shim/target/$target/release/cofferkm.dll" "$drivers/$name.sys"
done

fail() {
    echo "wine: $1"
    note Wine "$1" 1
    tail -n 40 "$log"
    exit 1
}
run() {
    timeout 60 wine64 "$@" >>"$log" 2>&1 </dev/null || fail "`$*` failed"
}
# Whether the service comes to this state within ten seconds.
comes_to() {
    for _ in $(seq 20); do
        if timeout 20 wine64 sc query Cofferdam 2>>"$log" </dev/null | tr -d '\r' | grep -q "STATE .*$1"; then
            return
        fi
        sleep 0.5
    done
    fail "the driver is not $1"
}

run sc create Cofferdam type= filesys start= demand binPath= 'C:\windows\system32\drivers\cofferdam.sys'
run reg add 'HKLM\System\CurrentControlSet\Services\Cofferdam\Parameters' /v Mode /t REG_DWORD /d 1 /f
# Services that start by themselves lock the service database first.
for _ in $(seq 30); do
    timeout 60 wine64 net start Cofferdam >>"$log" 2>&1 </dev/null && break
    sleep 1
done
comes_to RUNNING
run net stop Cofferdam
comes_to STOPPED
if grep -q "Unimplemented function\|dispatch_exception code=c0" "$log"; then
    fail "the driver faulted"
fi
version=$(wine64 --version 2>/dev/null)
echo "wine: $version: loaded, started, stopped and unloaded $(basename "$image")"
version=${version#wine-}
note "Wine ${version%% *}" "loaded, started, stopped and unloaded" 0
