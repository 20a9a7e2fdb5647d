package calculator

import "fmt"

// PluginVersion returns the version of this plugin.
func PluginVersion() string {
	return "1.0.0"
}

// Greet returns a greeting for name, or for the world if name is empty.
func Greet(name string) string {
	if name == "" {
		name = "world"
	}
	return fmt.Sprintf("Hello, %s!", name)
}

// Checksum returns the FNV-1a hash of data.
func Checksum(data []byte) uint32 {
	const offset, prime = 2166136261, 16777619
	hash := uint32(offset)
	for _, b := range data {
		hash ^= uint32(b)
		hash *= prime
	}
	return hash
}

// Reverse returns a copy of data in reverse order.
func Reverse(data []byte) []byte {
	reversed := make([]byte, len(data))
	for i, b := range data {
		reversed[len(data)-1-i] = b
	}
	return reversed
}
