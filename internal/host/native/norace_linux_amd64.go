//go:build !race

package native

func orderMemory() {}
