// Package environ reads and changes the environment.
package environ

import "os"

// Get returns a variable.
func Get(name string) (string, bool) { return os.LookupEnv(name) }

// Set sets a variable.
func Set(name, value string) error { return os.Setenv(name, value) }

// Unset removes a variable.
func Unset(name string) error { return os.Unsetenv(name) }

// Around calls f and returns a variable afterwards.
func Around(f func(), name string) string {
	f()
	return os.Getenv(name)
}
