// Command direct is the programs about methods of the host's values that packages look for,
// about values that they keep, and about handlers, keys, options and errors, linked directly.
package main

import . "example.com/corpus/steps"

func main() { Main() }
