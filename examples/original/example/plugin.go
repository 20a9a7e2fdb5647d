// Package example is a plugin of two files.
package example

import "fmt"

// Execute returns the sum of a and b, worked out in the package's other file.
func Execute(a, b int) int {
	return AddInternal(a, b)
}

// Version returns the version of this plugin.
func Version() string {
	return "1.0.0"
}

// Logger prints message on the standard output of the program that has loaded the plugin.
func Logger(message string) {
	fmt.Println(message)
}
