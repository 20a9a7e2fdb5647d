// Package main is a library as one writes it by hand, for go build -buildmode=c-shared.
package main

import "C"

//export Add
func Add(a, b int) int { return a + b }

func main() {}
