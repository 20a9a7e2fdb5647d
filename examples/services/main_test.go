package main

func Example() {
	main()
	// Output:
	// Ada: I have 4 gold.
	// Ada: I have 8 gold.
	// nobody works on Sunday
}
