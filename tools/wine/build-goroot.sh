#!/bin/bash
# build-goroot.sh GOROOT DEST: a GOROOT for windows/amd64 hosts in DEST, cross-built by the
# Linux Go in GOROOT from its own sources. Where the go command only reads a folder now and
# then, it is a symbolic link: Wine follows it and shows a plain folder.
set -euo pipefail
src=${1:?usage: build-goroot.sh GOROOT DEST}
dest=${2:?usage: build-goroot.sh GOROOT DEST}

# What go build, go test and go vet start. Other tools go builds by itself when asked.
tools=(asm cgo compile cover link preprofile vet)

rm -rf "$dest"
mkdir -p "$dest/bin" "$dest/pkg/tool/windows_amd64"
cd "$src/src"
cross() {
  env -u GOROOT -u GOCACHE GOOS=windows GOARCH=amd64 CGO_ENABLED=0 GOFLAGS= GOTOOLCHAIN=local GOWORK=off \
    "$src/bin/go" build -trimpath -ldflags='-s -w' -o "$@"
}
cross "$dest/pkg/tool/windows_amd64/" "${tools[@]/#/cmd/}"
cross "$dest/bin/" cmd/go
# The standard library is a copy without its tests. go list looks at each file of a folder,
# which is slow in Wine: this takes some 40 % off it.
mkdir "$dest/src"
find . -mindepth 1 \( -path ./cmd -o -name testdata \) -prune -o \( -type f ! -name '*_test.go' -print0 \) |
  tar -c --null -T - | tar -x -C "$dest/src"
ln -s "$src/src/cmd" "$dest/src/cmd"
ln -s "$src/lib" "$dest/lib"
ln -s "$src/pkg/include" "$dest/pkg/include"
cp "$src/VERSION" "$src/go.env" "$dest/"
