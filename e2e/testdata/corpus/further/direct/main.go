// Command direct is the programs about methods of the host's values that packages look for, and
// about values that they keep, linked directly.
package main

import . "example.com/corpus/steps"

func main() { Main() }
