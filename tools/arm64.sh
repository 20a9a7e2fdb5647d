#!/bin/bash
# arm64.sh: tests of linux/arm64 on a Linux machine of another kind, under qemu-user.
#
#   Unit tests of the host's packages and of what is compiled into plugins run, and then the
#   tests of plugins that run in a process of their own: TestIsolationPrograms. Host and plugins
#   are programs for arm64. The plugins are built before, without qemu.
#
# It needs qemu-aarch64-static and libc for arm64 (Debian: qemu-user-static, libc6-arm64-cross), and
# a kernel that starts programs for arm64 with qemu. If the kernel does not yet, it is told to until
# the end of the run, as root.
# Arguments go to the test binaries, for instance -test.v.
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."

fail() { echo "arm64.sh: $*" >&2; exit 1; }
began=$SECONDS
lap() { echo "== $1 ($((SECONDS - began))s)"; began=$SECONDS; }

work=$(mktemp -d)
binfmt=/proc/sys/fs/binfmt_misc name=winplugin-arm64
registered=''
finish() {
  [ -z "$registered" ] || echo -1 >"$binfmt/$name"
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

export QEMU_LD_PREFIX=${QEMU_LD_PREFIX:-/usr/aarch64-linux-gnu}
[ -e "$QEMU_LD_PREFIX/lib/ld-linux-aarch64.so.1" ] || [ -e /lib/ld-linux-aarch64.so.1 ] ||
  fail "no libc for arm64; on Debian: apt-get install libc6-arm64-cross"
# A program for arm64 shows whether the kernel starts such programs.
printf 'package main\n\nfunc main() {}\n' >"$work/try.go"
GOOS=linux GOARCH=arm64 CGO_ENABLED=0 go build -o "$work/try" "$work/try.go"
if ! "$work/try" 2>/dev/null; then
  qemu=$(command -v qemu-aarch64-static) || fail "no qemu-aarch64-static in PATH; on Debian: apt-get install qemu-user-static"
  [ "$(id -u)" = 0 ] || fail "this kernel starts no programs for arm64: run this as root, or apt-get install binfmt-support"
  [ -e "$binfmt/register" ] || mount -t binfmt_misc binfmt_misc "$binfmt" || fail "this kernel has no binfmt_misc"
  # The header of an ELF program for aarch64, as qemu's scripts/qemu-binfmt-conf.sh has it. F opens
  # qemu now, so that it is there in whatever folder the program runs.
  header='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
  mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
  printf ':%s:M::%s:%s:%s:F' "$name" "$header" "$mask" "$qemu" >"$binfmt/register"
  registered=1
  "$work/try" || fail "$qemu does not run a Go program"
fi

export GOOS=linux GOARCH=arm64 CGO_ENABLED=0 WINPLUGIN_TEST_QEMU=1
go test -short -vet=off ./internal/shared/... ./internal/host/... -args "$@"
lap "unit tests"

plugins='asks faults hostile hungry kitchen mortal objects types worker'
env -u GOOS -u GOARCH go test -vet=off -c -o "$work/e2e.amd64" ./e2e
go test -vet=off -c -o "$work/e2e.arm64" ./e2e
mkdir "$work/plugins" "$work/cache"
(cd e2e && WINPLUGIN_TEST_CHILD=prebuild WINPLUGIN_TEST_CACHE="$work/cache" WINPLUGIN_TEST_TARGET=linux/arm64 \
  WINPLUGIN_TEST_BRIDGE=program WINPLUGIN_TEST_PREBUILT="$work/plugins" WINPLUGIN_TEST_LIBRARIES="$plugins" \
  env -u GOOS -u GOARCH "$work/e2e.amd64" >/dev/null)
lap "plugins"

(cd e2e && WINPLUGIN_TEST_PREBUILT="$work/plugins" "$work/e2e.arm64" -test.run '^TestIsolationPrograms$' -test.timeout 10m "$@")
lap "plugins in processes of their own"
