//go:build go1.22

// Package stderrors registers the error values and error types of the standard library, so that
// they arrive as themselves: see package codec, which has those of the packages that it imports
// itself.
//
// A file is for one package of the standard library, and imports no other with errors. A plugin
// gets a copy of those files whose imports it is built with.
package stderrors
