// Command direct is the programs whose packages need a module of their own, linked directly.
package main

import . "example.com/corpus/steps"

func main() { Main() }
