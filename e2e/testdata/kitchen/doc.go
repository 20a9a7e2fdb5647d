// Package kitchen has one of everything that crosses, for the end-to-end tests.
package kitchen

// Version returns a constant.
func Version() string { return "1.0" }
