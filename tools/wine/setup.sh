#!/bin/bash
# setup.sh [DIR]: a Windows Go developer's machine in DIR, under Wine: the Windows API,
# go.exe and gcc.exe. DIR is $WINPLUGIN_WINE or ~/.cache/go-winplugin/wine if not given.
#
# Needs amd64 Debian and Go in PATH; root only where a Debian package is missing. Each
# part has a stamp of what it was made from, so a second run checks and ends, and a
# new Go version rebuilds the Windows Go. Runs side by side wait for each other.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
[ $# = 0 ] || export WINPLUGIN_WINE=$1
. "$here/env.sh"
step() { printf '   wine: %s (%ds)\n' "$*" "$SECONDS"; }
fail() { echo "setup.sh: $*" >&2; exit 1; }

[ "$(uname -sm)" = "Linux x86_64" ] || fail "Wine is set up on amd64 Linux only; on Windows run go test ./..."
case $WINE_DIR/ in "$(dirname "$(dirname "$here")")"/*) fail "$WINE_DIR is inside the repository: choose another folder" ;; esac
[ -n "${linux_goroot:-}" ] || fail "no go in PATH: install Go 1.25 or later"

mkdir -p "$WINE_DIR/shim"
exec 9>"$WINE_DIR/setup.lock"
flock 9

# fresh PART STAMP: whether PART was made completely, from what STAMP says.
fresh() { [ "$(cat "$WINE_DIR/$1/.ok" 2>/dev/null)" = "$2" ]; }

packages=()
command -v x86_64-w64-mingw32-gcc >/dev/null || packages+=(gcc-mingw-w64-x86-64)
command -v patchelf >/dev/null || packages+=(patchelf)
if [ ${#packages[@]} -gt 0 ]; then
  step "installing ${packages[*]}"
  [ "$(id -u)" = 0 ] || fail "missing Debian packages; as root: apt-get install ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  apt-get -qq install -y --no-install-recommends "${packages[@]}" >/dev/null
fi

# Its place is part of the stamp: an unpacked Wine that was moved does not start.
stamp="wine 10 in $WINE_DIR, $(sha256sum <"$here/get-wine.sh")"
if ! fresh wine "$stamp"; then
  step "unpacking Wine 10"
  "$here/stop"
  "$here/get-wine.sh" "$WINE_DIR/wine"
  rm -rf "${prefixes[@]}"
  echo "$stamp" >"$WINE_DIR/wine/.ok"
fi

stamp=$(sha256sum <"$here/wtool.c")
if ! fresh shim "$stamp"; then
  step "building the compiler's stand-ins"
  x86_64-w64-mingw32-gcc -O2 -Wall -Wextra -municode -s -o "$WINE_DIR/shim/gcc.exe" "$here/wtool.c"
  for tool in g++ ar dlltool windres objdump nm; do
    cp "$WINE_DIR/shim/gcc.exe" "$WINE_DIR/shim/$tool.exe"
  done
  echo "$stamp" >"$WINE_DIR/shim/.ok"
fi

stamp="$linux_goroot: $(tr '\n' ' ' <"$linux_goroot/VERSION"), $(sha256sum <"$here/build-goroot.sh")"
if ! fresh goroot "$stamp"; then
  step "building Go for Windows"
  "$here/build-goroot.sh" "$linux_goroot" "$WINE_DIR/goroot.new"
  echo "$stamp" >"$WINE_DIR/goroot.new/.ok"
  # Programs in Wine may be running out of the old one.
  "$here/stop"
  rm -rf "$WINE_DIR/goroot"
  mv "$WINE_DIR/goroot.new" "$WINE_DIR/goroot"
fi

if [ ! -e "$WINEPREFIX/.ok" ]; then
  step "making Wine's drive C:"
  "$here/stop"
  rm -rf "$WINEPREFIX"
  "$WINELOADER" wineboot -i </dev/null >/dev/null 2>&1 9>&-
  # A crash ends the program; no debugger starts.
  "$WINELOADER" reg add 'HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug' \
    /v Debugger /d false /f </dev/null >/dev/null 2>&1 9>&-
  # So that the long-lived server is the one that start makes.
  "$here/stop"
  touch "$WINEPREFIX/.ok"
fi
if [ ! -e "${prefixes[1]}/.ok" ]; then
  "$here/stop"
  rm -rf "${prefixes[1]}" "${prefixes[1]}.new"
  cp -a "$WINEPREFIX" "${prefixes[1]}.new"
  mv "${prefixes[1]}.new" "${prefixes[1]}"
fi

# The server inherits this shell's files: with the lock open in it no setup could follow.
"$here/start" 9>&-
version=$("$here/wgo" version 9>&-) || fail "go.exe does not run in $WINE_DIR; delete the folder and try again"
machine=$("$here/wexec" gcc.exe -dumpmachine 9>&-) || fail "gcc.exe does not run in $WINE_DIR; delete the folder and try again"
step "ready in $WINE_DIR: $version, gcc for $machine"
