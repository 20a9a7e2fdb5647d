// Package cgocall calls a library that go build -buildmode=c-shared made, by cgo as one writes
// it by hand. Benchmarks compare calls of plugins with it. Without cgo, and
// on other systems, the package is empty.
package cgocall
