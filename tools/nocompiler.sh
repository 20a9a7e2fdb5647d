#!/bin/bash
# nocompiler.sh: Windows without a C compiler, in Wine (set up by tools/wine/setup.sh).
#
#   A machine with nothing but Go runs the README's first command and the original program.
#   Nothing but Go on Linux makes libraries for Windows; end-to-end tests load them in Wine. Soak
#   tests and limits are left to the step before, whose libraries are the same.
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."

fail() { echo "nocompiler.sh: $*" >&2; exit 1; }
wexec=$PWD/tools/wine/wexec
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
windows() { printf 'Z:%s' "${1//\//\\}"; } # a path as Wine's programs know it

export GOFLAGS=-buildvcs=false
export WINPLUGIN_NO_INSTALL=1 # what is missing is to stay missing
mkdir "$work/only go" "$work/libraries" "$work/cache"
go build -o "$work/winplugin" ./cmd/winplugin
for program in cmd/winplugin examples/original; do
  GOOS=windows GOARCH=amd64 CGO_ENABLED=0 go build -o "$work/${program##*/}.exe" "./$program"
done
GOOS=windows GOARCH=amd64 CGO_ENABLED=0 go test -c -o "$work/e2e.exe" ./e2e

echo "-- a Windows machine with nothing but Go"
WINPLUGIN_NOGCC=1 "$wexec" cmd /c gcc --version >/dev/null 2>&1 && fail "there is a gcc.exe in Wine's PATH"
run() { (cd "$1" && WINPLUGIN_NOGCC=1 timeout 300 "$wexec" "${@:2}" | tr -d '\r'); }
cache=$(windows "$work/cache")
out=$(run . "$work/winplugin.exe" call --cache-dir "$cache" ./examples/calculator Execute 10 20)
[ "$out" = 30 ] || fail "the README's first command printed $out"
out=$(run . "$work/winplugin.exe" inspect "$(windows "$(echo "$work"/cache/artifacts/*/*.dll)")")
grep -q '^bridge: *pure,' <<<"$out" || fail "the plugin was not built by the pure bridge: $out"
out=$(run examples/original "$work/original.exe")
[ "$out" = 30 ] || fail "the original program printed $out"

echo "-- libraries made on Linux with nothing but Go"
ln -s "$(go env GOROOT)/bin/go" "$work/only go/go"
# MinGW is also looked for outside of PATH. A compiler that is named and missing is the only one.
export CC_FOR_windows_amd64=none
for plugin in kitchen webserver types blocker; do
  env -u CC PATH="$work/only go" "$work/winplugin" build --no-policy --cache-dir "$work/linux cache" \
    --target windows/amd64 -o "$work/libraries/$plugin.dll" "e2e/testdata/$plugin" >/dev/null
  out=$("$work/winplugin" inspect "$work/libraries/$plugin.dll")
  grep -q '^bridge: *pure,' <<<"$out" || fail "$plugin was not built by the pure bridge: $out"
done
(cd e2e && WINPLUGIN_TEST_BRIDGE=pure WINPLUGIN_TEST_PREBUILT=$(windows "$work/libraries") timeout 300 "$wexec" "$work/e2e.exe" \
  -test.run '^Test(Values|Types|Errors|TypeFailures|Panics|WebServer|Callbacks|ConcurrentLoads|UnloadServer)$' -test.short -test.timeout 280s)
