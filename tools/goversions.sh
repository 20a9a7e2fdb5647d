#!/bin/bash
# goversions.sh fetch|run [VERSION…]: plugins built by other Go versions, in a host built by
# the Go in PATH.
#
#   fetch   gets the toolchains and prints the path of each go command
#   run     the end-to-end tests with plugins built by each of them, on Linux and
#           in Wine, with both bridges; prints a table at the end
#
# VERSION is a Go release such as 1.24.13; without one, the last releases of Go 1.22 to 1.25,
# and for run the Go in PATH as well.
# All libraries are built on Linux (see e2e/prebuilt_test.go): what is
# tested is the plugin's runtime in another host, not the toolchain. WINPLUGIN_TEST_PREBUILT
# tells the tests where the libraries are, WINPLUGIN_TEST_GOVERSION whose it must be.
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."

fail() { echo "goversions.sh: $*" >&2; exit 1; }
usage="usage: goversions.sh fetch|run [VERSION…]"
tools=${WINPLUGIN_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/go-winplugin}/go
# Those tests that use nothing but prebuilt libraries.
tests='^Test(GoVersion|Values|FloatBits|MemoryIsNotShared|ErrorResults|CallFailures|Panics|Close|OpenTwice|Soak|Preemption|ThreadsEnd|DamagedLibraries|LibraryLimit|ManyLibraries|'
tests+='EndsAlone|EndsTogether|KillWhileEnding|EndsInInit|EndBegun|EndWhileOpening|EndsAtRandom|Kill|'
tests+='Unload|UnloadBoundThreads|UnloadWhileLoading|HostAfterUnloads|'
tests+='Types|TypesChange|WritesToArguments|Borrow|DynamicValues|Errors|Bind|Variables|Lookup|TypeFailures|BoundFailures|ResultsAreReleased|Callback[A-Z].+|'
tests+='Objects(Service|OfThePlugin|Funcs|Tree|Released|Closed|OpenAgain|ComeAndGo|Marks|Panics|PanicsThrough|Mismatches|Context|Gzip|Readers|'
tests+='Iterators|IteratorsOfTheHost|Pull|Channels|ChannelEnds|Sort|Handler|Updates|Identity|MadeUpHandles|IO|Logs|InOutWays|Generics))$'

# fetch VERSION: the go command brings and verifies other releases as modules; a link gives
# each a place whose name does not depend on the module cache.
fetch() {
  local version=$1 root
  root=$(cd / && env -u GOROOT GOFLAGS= GOTOOLCHAIN="go$version" timeout 300 go env GOROOT) ||
    fail "no Go $version to be had"
  mkdir -p "$tools"
  ln -sfn "$root" "$tools/$version"
  [ "$(GOTOOLCHAIN=local "$tools/$version/bin/go" env GOVERSION)" = "go$version" ] ||
    fail "$tools/$version is not Go $version: delete it and try again"
  echo "$tools/$version/bin/go"
}

# prebuild GO TARGET BRIDGE FOLDER
prebuild() {
  local libraries="kitchen types caller objects"
  [ "$3" != pure ] || libraries+=" mortal" # which has assembly
  (cd e2e && GOTOOLCHAIN=local WINPLUGIN_TEST_CHILD=prebuild WINPLUGIN_TEST_CACHE="$work/cache" \
    WINPLUGIN_TEST_GO=$1 WINPLUGIN_TEST_TARGET=$2 WINPLUGIN_TEST_BRIDGE=$3 WINPLUGIN_TEST_PREBUILT=$4 \
    WINPLUGIN_TEST_LIBRARIES="$libraries" \
    timeout 300 "$work/e2e.test")
}

# check NAME GO TARGET BRIDGE: prints one cell of the table. What went wrong goes to stderr.
check() {
  local name=$1 go=$2 target=$3 bridge=$4 began=$SECONDS out
  local folder=$work/prebuilt/$name/${target%/*}-$bridge run=("$work/e2e.test")
  local seen=$folder
  echo "== plugin by $name, $target, bridge $bridge" >&2
  mkdir -p "$folder"
  if [ "$target" = windows/amd64 ]; then
    run=("$PWD/tools/wine/wexec" "$work/e2e.exe")
    seen="Z:${folder//\//\\}"
  fi
  if out=$(prebuild "$go" "$target" "$bridge" "$folder" &&
    cd e2e && WINPLUGIN_TEST_PREBUILT=$seen WINPLUGIN_TEST_GOVERSION=$name WINPLUGIN_TEST_BRIDGE=$bridge \
      timeout 600 "${run[@]}" -test.run "$tests" -test.short -test.timeout 9m -soak 2s </dev/null 2>&1) &&
    [[ $out != *"no tests to run"* ]]; then
    echo " passed ($((SECONDS - began))s) |"
  else
    echo "$out" >&2
    echo " FAILED |"
  fi
}

command=${1:-}
[ $# = 0 ] || shift
versions=("$@")
current=$(go env GOVERSION)
if [ ${#versions[@]} = 0 ]; then
  versions=(1.22.12 1.23.12 1.24.13 1.25.11)
  [ "$command" != run ] || versions+=("${current#go}")
fi
case $command in
fetch)
  for version in "${versions[@]}"; do fetch "$version"; done
  ;;
run)
  tools/wine/setup.sh
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  CGO_ENABLED=0 go test -c -o "$work/e2e.test" ./e2e
  GOOS=windows GOARCH=amd64 CGO_ENABLED=0 go test -c -o "$work/e2e.exe" ./e2e
  table=()
  for version in "${versions[@]}"; do
    go=$(command -v go)
    [ "go$version" = "$current" ] || go=$(fetch "$version")
    # Side by side: each waits for single processes much of the time.
    check "go$version" "$go" linux/amd64 cgo >"$work/1" &
    check "go$version" "$go" windows/amd64 cgo >"$work/2" &
    check "go$version" "$go" windows/amd64 pure >"$work/3" &
    check "go$version" "$go" linux/amd64 pure >"$work/4" &
    wait
    table+=("| go$version |$(cat "$work/1" "$work/4" "$work/2" "$work/3" | tr -d '\n')")
  done
  echo "== host built by $current"
  echo "| plugin built by | linux/amd64, cgo bridge | linux/amd64, pure bridge | windows/amd64 in Wine, cgo bridge | windows/amd64 in Wine, pure bridge |"
  echo "| --- | --- | --- | --- | --- |"
  printf '%s\n' "${table[@]}"
  [ "$(printf '%s\n' "${table[@]}" | grep -o passed | wc -l)" = $((4 * ${#versions[@]})) ] || fail "some failed (${SECONDS}s)"
  echo "== all passed (${SECONDS}s)"
  ;;
*)
  fail "$usage"
  ;;
esac
