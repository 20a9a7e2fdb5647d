package example

// AddInternal returns the sum of a and b. In spite of its name, testing.go is an ordinary
// file of the package: only names that end in _test.go are left out of a build.
func AddInternal(a, b int) int {
	return a + b
}
