# env.sh: the environment of a program in the Wine folder; the other scripts source it.
#
# It leaves WINE_DIR (the folder) and the variables that Wine and Go read. What the
# caller's environment says about Go is about Linux and would mislead go.exe, so it goes.

WINE_DIR=$(realpath -m "${WINPLUGIN_WINE:-${XDG_CACHE_HOME:-$HOME/.cache}/go-winplugin/wine}")

# win_path prints the Windows name of an absolute Unix path: drive Z: is the root folder.
win_path() { printf '%s' "Z:${1//\//\\}"; }

# Asked before the variables below are cleared: the Linux Go, whose sources and module cache
# serve both sides. go test sets GOROOT for its children, maybe to that of another Go.
{ read -r linux_goroot && read -r linux_modcache && read -r linux_gocache; } < <(env -u GOROOT go env GOROOT GOMODCACHE GOCACHE 2>/dev/null) || true

unset GOCACHE GOMODCACHE GOPATH GOBIN GOTMPDIR GOENV GOOS GOARCH GOEXE GOFLAGS GOWORK \
  GOEXPERIMENT GOAMD64 CC CXX AR CGO_ENABLED CGO_CFLAGS CGO_LDFLAGS TMPDIR TMP TEMP

# Two machines: a Wine server does the system calls of all its programs one by one, and two test
# programs at a time would wait for each other. wexec takes the second when the first is in use.
prefixes=("$WINE_DIR/prefix" "$WINE_DIR/prefix2")
export WINEPREFIX=${prefixes[0]} WINEARCH=win64 WINEDEBUG=-all DISPLAY= LC_ALL=C.UTF-8
export WINEDLLOVERRIDES='mscoree,mshtml,winewayland.drv=;winemenubuilder.exe=d'
export WINELOADER=$WINE_DIR/wine/usr/lib/wine/wine64
export WINESERVER=$WINE_DIR/wine/usr/lib/wine/wineserver

# Test binaries ask runtime.GOROOT, which would otherwise name the Linux one.
GOROOT=$(win_path "$WINE_DIR/goroot")
export GOROOT
# Builds in Wine are offline: what Linux has downloaded and verified is all there is.
export GOPROXY=off GOSUMDB=off GOTOOLCHAIN=local
if [ -n "${linux_modcache:-}" ]; then
  GOMODCACHE=$(win_path "$linux_modcache")
  # The build cache too: a package compiled on Linux for Windows is the same one, as the tools
  # are built from the same sources.
  GOCACHE=$(win_path "$linux_gocache")
  export GOMODCACHE GOCACHE
fi

# WINPLUGIN_NOGCC=1 makes a machine without any C compiler: Go alone is in PATH.
WINEPATH=$GOROOT\\bin
[ "${WINPLUGIN_NOGCC:-}" = 1 ] || WINEPATH="$(win_path "$WINE_DIR/shim");$WINEPATH"
export WINEPATH
