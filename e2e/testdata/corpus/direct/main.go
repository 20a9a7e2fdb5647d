// Command direct is the corpus's programs, linked directly.
package main

import . "example.com/corpus/steps"

func main() { Main() }
