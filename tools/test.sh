#!/bin/bash
# test.sh [all|vet|linux|windows] [go test ARG…]: every check of the project on a Debian
# machine that has Go. What else is needed gets installed (as root), Wine included.
#
#   vet      gofmt, and the checks of go vet for each supported system
#   linux    the tests on this machine: with cgo and the race detector, then without cgo
#   windows  the tests of windows/amd64, in Wine; soak tests are short (-short=false: in full)
#   all      these three; what runs if nothing is named. Without further arguments it ends with
#            plugins built by the oldest Go for plugins (the others: tools/goversions.sh)
#
# Further arguments go to go test. One that starts with ./ names packages, in place of ./...
# The first step that fails ends the run. On Windows itself the command is go test ./...
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."

fail() { echo "test.sh: $*" >&2; exit 1; }

part=all
case ${1:-} in
all | vet | linux | windows) part=$1; shift ;;
esac
flags=() packages=()
for arg in "$@"; do
  case $arg in
  . | ./*) packages+=("$arg") ;;
  *) flags+=("$arg") ;;
  esac
done
# go test would repeat a part of what go vet has just done.
vetted=()
[ "$part" != all ] || vetted=(-vet=off)

running='' early='' use_lock='' fixtures='' analyzers=''
finish() {
  # timeout hands the signal on to all that the step has started.
  [ -z "$running" ] || kill "$running" 2>/dev/null || true
  [ -z "$early" ] || kill "$early" 2>/dev/null || true
  [ -z "$fixtures" ] || rm -rf "$fixtures"
  [ -z "$analyzers" ] || rm -f "$analyzers"
  [ -n "$use_lock" ] || return 0
  # Programs left behind in Wine end here, unless another run is still using the same Wine.
  flock -u 8
  ! flock -xn 8 || tools/wine/stop 8>&-
}
trap finish EXIT
trap 'exit 130' INT TERM

# step NAME SECONDS COMMAND…: runs the command under a time limit and tells how long it took.
step() {
  local name=$1 limit=$2 began=$SECONDS status=0
  shift 2
  echo "== $name"
  timeout --kill-after=10 "$limit" "$@" </dev/null 8>&- &
  running=$!
  wait "$running" || status=$?
  running=''
  [ "$status" != 124 ] || echo "test.sh: stopped after the limit of ${limit}s" >&2
  if [ "$status" != 0 ]; then
    echo "== $name FAILED ($((SECONDS - began))s)"
    exit 1
  fi
  echo "== $name: passed ($((SECONDS - began))s)"
}

need_packages() {
  local missing=()
  # The headers come apart from gcc when recommended packages are left out.
  echo '#include <stdlib.h>' | gcc -E - >/dev/null 2>&1 || missing+=(gcc libc6-dev)
  command -v x86_64-w64-mingw32-gcc >/dev/null || missing+=(gcc-mingw-w64-x86-64)
  command -v patchelf >/dev/null || missing+=(patchelf)
  command -v musl-gcc >/dev/null || missing+=(musl-tools)
  # Go downloads modules over TLS.
  [ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || fail "missing Debian packages; as root: apt-get install ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  step "install ${missing[*]}" 600 bash -c 'apt-get -qq update && apt-get -qq install -y --no-install-recommends "$@" >/dev/null' apt "${missing[@]}"
}

check_format() {
  local unformatted
  # Some files under testdata are broken on purpose.
  unformatted=$(find . -name '*.go' -not -path '*/testdata/*' -not -path './.git/*' -print0 | xargs -0 gofmt -l)
  [ -z "$unformatted" ] || { echo "not formatted by gofmt:"; echo "$unformatted"; return 1; }
}
export -f check_format

vet() {
  step "gofmt" 60 bash -c check_format
  # go vet compiles packages and all their dependencies. For Windows, later steps use what it
  # compiles. Those on Linux compile for the race detector and without cgo, and none compiles for
  # arm64: there tools/vet reads sources, in a tenth of the time, with the analyzers of go vet.
  analyzers=$(mktemp)
  step "build tools/vet" 300 go build -o "$analyzers" ./tools/vet
  # With cgo where a compiler is at hand, so that the C side of the bridge is seen as well.
  step "vet linux/amd64" 600 env CGO_ENABLED=1 "$analyzers" ./...
  step "vet windows/amd64" 600 env GOOS=windows GOARCH=amd64 CGO_ENABLED=1 CC=x86_64-w64-mingw32-gcc go vet ./...
  step "vet windows/amd64, without cgo" 600 env GOOS=windows GOARCH=amd64 CGO_ENABLED=0 go vet ./...
  for os in linux windows; do
    step "vet $os/arm64" 600 env GOOS=$os GOARCH=arm64 CGO_ENABLED=0 bash -c 'vet_arm64 "$1"' vet "$analyzers"
  done
}

# vet_arm64 ANALYZERS: vets packages, and compiles those that have assembly, and what they import.
# Other Go code is the same as on amd64, or was type-checked. Nothing runs, so nothing is optimized.
vet_arm64() {
  local packages
  "$1" ./... || return 1
  packages=$(go list -f '{{if .SFiles}}{{.ImportPath}}{{end}}' ./...) && [ -n "$packages" ] || return 1
  go build -gcflags='all=-N -l -dwarf=false' $packages
}
export -f vet_arm64

# prebuild FOLDER: builds the plugins that many end-to-end tests use, see e2e/prebuilt_test.go.
prebuild() {
  local target bridge variant names pid status=0 pids
  CGO_ENABLED=0 go test -vet=off -c -o "$1/e2e.test" ./e2e || return 1
  for target in linux/amd64 windows/amd64; do
    pids=()
    # Side by side: a build waits for single processes much of the time.
    for bridge in cgo pure; do
      variant=$1/${target%/*}-$bridge
      names='kitchen objects types market known shop worker caller asks environ evolving evolved faults'
      [ "$bridge" = cgo ] || names+=' mortal'
      mkdir "$variant"
      (cd e2e && WINPLUGIN_TEST_CHILD=prebuild WINPLUGIN_TEST_CACHE="$1/cache" WINPLUGIN_TEST_TARGET=$target WINPLUGIN_TEST_BRIDGE=$bridge \
        WINPLUGIN_TEST_PREBUILT=$variant WINPLUGIN_TEST_LIBRARIES="$names" "$1/e2e.test") &
      pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || status=1; done
  done
  return $status
}
export -f prebuild

linux() {
  # The step without cgo finds what that of the race detector has built.
  local artifacts=${fixtures:+$fixtures/cache}
  step "test linux, race detector" 2100 \
    env CGO_ENABLED=1 WINPLUGIN_TEST_FIXTURES="$fixtures" WINPLUGIN_TEST_ARTIFACTS="$artifacts" go test -race -timeout 34m "${vetted[@]}" "${flags[@]}" "${packages[@]:-./...}"
  # The host works without cgo, by other code in purego and in the loader: so test what loads.
  # The generator is here as well, for the packages that it leaves out under the detector.
  local hosts=() dir
  for dir in . ./internal/builder/bridge ./internal/host/native ./internal/host/inproc ./e2e; do
    ! compgen -G "$dir/*_test.go" >/dev/null || hosts+=("$dir")
  done
  [ ${#packages[@]} = 0 ] || hosts=("${packages[@]}")
  [ ${#hosts[@]} = 0 ] || step "test linux, without cgo" 2100 \
    env CGO_ENABLED=0 WINPLUGIN_TEST_FIXTURES="$fixtures" WINPLUGIN_TEST_ARTIFACTS="$artifacts" go test -timeout 34m "${vetted[@]}" "${flags[@]}" "${hosts[@]}"
}

# hold_wine keeps other runs from stopping the Wine that this one uses.
hold_wine() {
  [ -z "$use_lock" ] || return 0
  local dir=${WINPLUGIN_WINE:-${XDG_CACHE_HOME:-$HOME/.cache}/go-winplugin/wine}
  mkdir -p "$dir"
  exec 8>"$dir/use.lock"
  flock -s 8
  use_lock=1
}

test_in_wine() {
  GOOS=windows GOARCH=amd64 CGO_ENABLED=0 go test -short -exec "$PWD/tools/wine/wexec" -timeout 59m "$@"
}
export -f test_in_wine

# test_all_in_wine [FLAG…]: two go commands side by side, as there are two Wines. The end-to-end
# tests by the pure bridge take as long as all other packages; then come those by the cgo bridge.
test_all_in_wine() {
  local others pid status=0
  others=$(GOOS=windows CGO_ENABLED=0 go list -f '{{if ne .Name "e2e"}}{{.ImportPath}}{{end}}' ./...) || return 1
  (WINPLUGIN_TEST_LANE=pure test_in_wine "$@" ./e2e && WINPLUGIN_TEST_LANE='cgo 1' test_in_wine "$@" ./e2e) &
  pid=$!
  test_in_wine -p 1 "$@" $others && WINPLUGIN_TEST_LANE='cgo 2' test_in_wine "$@" ./e2e || status=1
  wait "$pid" || status=1
  return $status
}
export -f test_all_in_wine

windows() {
  hold_wine
  if [ -n "$early" ]; then
    wait "$early" || true
    early=''
  fi
  step "Wine" 900 tools/wine/setup.sh
  # Builds in Wine are offline and take their modules from this machine's cache.
  step "modules" 300 bash -c "go mod download && (cd e2e/testdata/public && go mod download) && cd e2e/testdata/corpus && GOOS=windows go list -deps ./quick >/dev/null"
  if [ ${#flags[@]} != 0 ] || [ ${#packages[@]} != 0 ]; then
    step "test windows/amd64 in Wine" 3600 bash -c 'test_in_wine "$@"' test "${vetted[@]}" "${flags[@]}" "${packages[@]:-./...}"
    return
  fi
  step "test windows/amd64 in Wine" 3600 \
    env WINPLUGIN_TEST_FIXTURES="Z:${fixtures//\//\\}" bash -c 'test_all_in_wine "$@"' test "${vetted[@]}"
  step "Windows without a C compiler" 900 tools/nocompiler.sh
}

command -v go >/dev/null || fail "no go in PATH: install Go 1.25 or later"
go version
need_packages
if [ "$part" = all ]; then
  # It mostly waits for downloads. The step "Wine" tries again if it fails.
  hold_wine
  timeout 900 tools/wine/setup.sh </dev/null >/dev/null 2>&1 8>&- &
  early=$!
fi
[ "$part" != all ] && [ "$part" != vet ] || vet
if [ "$part" != vet ] && [ ${#flags[@]} = 0 ] && [ ${#packages[@]} = 0 ]; then
  fixtures=$(mktemp -d)
  step "plugins for the end-to-end tests" 1200 bash -c 'prebuild "$1"' prebuild "$fixtures"
fi
[ "$part" != all ] && [ "$part" != linux ] || linux
[ "$part" != all ] && [ "$part" != windows ] || windows
if [ "$part" = all ] && [ ${#flags[@]} = 0 ] && [ ${#packages[@]} = 0 ]; then
  step "plugins built by Go 1.22" 900 tools/goversions.sh run 1.22.12
fi
echo "== all passed (${SECONDS}s)"
