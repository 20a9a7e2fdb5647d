#!/bin/bash
# goversions.sh fetch|run [VERSION…]: plugins built by other Go versions, in a host built by
# the Go in PATH.
#
#   fetch   gets the toolchains and prints the path of each go command
#   run     the end-to-end tests with plugins built by each of them, on Linux and in Wine
#
# VERSION is a Go release such as 1.24.13; without one, the last releases of Go 1.22 to 1.25.
# The tests learn of the other Go by WINPLUGIN_TEST_GO (the path of its go command). Windows
# tests cannot start a Linux go, so for them the libraries are built here beforehand, and
# WINPLUGIN_TEST_PREBUILT names their folder: <folder>/<plugin>.dll for each of examples/.
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."

fail() { echo "goversions.sh: $*" >&2; exit 1; }
usage="usage: goversions.sh fetch|run [VERSION…]"
tools=${WINPLUGIN_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/go-winplugin}/go
tests=(./e2e/...)
plugins=(calculator)

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

linux() {
  echo "== Go $1, linux"
  WINPLUGIN_TEST_GO=$tools/$1/bin/go GOTOOLCHAIN=local CGO_ENABLED=0 \
    timeout 900 go test -count=1 -timeout 14m "${tests[@]}"
}

# The plugins are copied out of this module, whose go.mod asks for a newer Go than theirs.
windows() {
  local prebuilt=$tools/prebuilt/$1 plugin
  echo "== Go $1, windows/amd64 in Wine"
  mkdir -p "$prebuilt"
  for plugin in "${plugins[@]}"; do
    rm -rf "${work:?}/$plugin"
    mkdir "$work/$plugin"
    cp "examples/$plugin"/*.go "$work/$plugin"
    PATH=$tools/$1/bin:$PATH GOTOOLCHAIN=local timeout 300 \
      "$work/winplugin" build "$work/$plugin" --target windows/amd64 -o "$prebuilt/$plugin.dll"
  done
  WINPLUGIN_TEST_PREBUILT="Z:${prebuilt//\//\\}" GOOS=windows GOARCH=amd64 CGO_ENABLED=0 \
    timeout 900 go test -count=1 -exec "$PWD/tools/wine/wexec" -timeout 14m "${tests[@]}"
}

command=${1:-}
[ $# = 0 ] || shift
versions=("$@")
[ ${#versions[@]} -gt 0 ] || versions=(1.22.12 1.23.12 1.24.13 1.25.11)
case $command in
fetch)
  for version in "${versions[@]}"; do fetch "$version"; done
  ;;
run)
  tools/wine/setup.sh
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  go build -o "$work/winplugin" ./cmd/winplugin
  for version in "${versions[@]}"; do
    fetch "$version" >/dev/null
    linux "$version"
    windows "$version"
  done
  echo "== all passed (${SECONDS}s)"
  ;;
*)
  fail "$usage"
  ;;
esac
