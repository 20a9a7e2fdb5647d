#!/bin/bash
# get-wine.sh DEST: unpacks Wine 10 of Debian trixie, with every library it needs (libc
# too), into DEST and patches it to run there on any amd64 Debian. Nothing is installed
# and no root is needed. What is unpacked cannot be moved: its paths are in the binaries.
set -euo pipefail
dest=${1:?usage: get-wine.sh DEST}
apt=$(mktemp -d)
trap 'rm -rf "$apt"' EXIT

# The mirror is the one that apt uses here already; without lists it cannot tell which of
# its sources is Debian's, so the configuration is read instead.
mirror=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' |
  awk '$1 == "Debian" && !seen++ { print $2 }')
if [ -z "$mirror" ]; then
  mirror=$(cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null |
    grep -oE '[a-z]+://[^ ]+/debian/?( |$)' | head -1 || true)
fi
[ -n "$mirror" ] || { echo "get-wine.sh: apt names no Debian mirror" >&2; exit 1; }

# An apt of its own: another release's package list must not touch the system's. With an
# empty status file the resolver lists all that Wine needs, down to libc6.
mkdir -p "$apt/none" "$apt/state/lists/partial" "$apt/cache/archives/partial"
: >"$apt/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$apt/sources"
opts=(-qq -o Dir::State="$apt/state" -o Dir::State::status="$apt/status" -o Dir::Cache="$apt/cache"
  -o Dir::Etc::sourcelist="$apt/sources" -o Dir::Etc::sourceparts="$apt/none"
  -o Dir::Etc::preferencesparts="$apt/none" -o APT::Get::List-Cleanup=0
  -o Acquire::Languages=none -o Acquire::Retries=3 -o APT::Sandbox::User=root
  -o APT::Architecture=amd64 -o APT::Install-Recommends=0)
apt-get "${opts[@]}" update
apt-get "${opts[@]}" -y --download-only install wine64

rm -rf "$dest"
mkdir -p "$dest"
for deb in "$apt"/cache/archives/*.deb; do dpkg-deb -x "$deb" "$dest"; done

lib=$dest/usr/lib/x86_64-linux-gnu
for binary in wine64 wineserver64; do
  patchelf --set-interpreter "$lib/ld-linux-x86-64.so.2" --force-rpath --set-rpath "$lib" \
    "$dest/usr/lib/wine/$binary"
done
# Debian's wineserver is a script that names /usr/lib/wine: the server itself goes there.
mv -f "$dest/usr/lib/wine/wineserver64" "$dest/usr/lib/wine/wineserver"
# The server looks for ../../share/wine/wine/nls, seen from where it is.
ln -sfn . "$dest/usr/share/wine/wine"
# What libwine's postinst does: zlib1.dll with the mark of Wine's own DLLs, 32 bytes at 64.
zlib=$(echo "$dest"/usr/x86_64-w64-mingw32/lib/zlib1.dll)
{
  head -c 64 "$zlib"
  printf 'Wine builtin DLL\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'
  tail -c +97 "$zlib"
} >"$lib/wine/x86_64-windows/zlib1.dll"
rm -rf "$dest"/usr/share/{doc,man,locale,info} "$dest/var"
