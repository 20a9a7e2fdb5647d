// Package hungry uses what it can get.
package hungry

import (
	"fmt"
	"os"
)

func init() {
	if os.Getenv("HUNGRY_FOR_TIME") != "" {
		fmt.Println("ready")
		for {
		}
	}
}

var kept [][]byte

// Eat takes memory, in pieces of a megabyte, and returns how much it has.
func Eat(megabytes int) int {
	for range make([]struct{}, megabytes) {
		piece := make([]byte, 1<<20)
		for i := 0; i < len(piece); i += 4096 {
			piece[i] = 1
		}
		kept = append(kept, piece)
	}
	return len(kept)
}

// Spin computes for ever.
func Spin() {
	for {
	}
}

// Open opens files, and returns how many it has got.
func Open(n int) (int, error) {
	for i := range make([]struct{}, n) {
		if _, err := os.Open("/dev/null"); err != nil {
			return i, err
		}
	}
	return n, nil
}

// Print writes to standard output and standard error.
func Print(s string) {
	fmt.Println(s)
	fmt.Fprintln(os.Stderr, "err:", s)
}
