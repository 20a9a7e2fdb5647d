package main

func Example() {
	main()
	// Output:
	// Hello, Ada! You are guest 1.
	// generation 2 says: Good morning, Grace! You are guest 2.
}
