package main

func Example() {
	main()
	// Output:
	// Hello, Ada! You are visitor 1.
	// generation 2 says: Good morning, Grace! You are visitor 2.
	// it cannot be built
	// plugin greeter: SelfTest has failed: there is no greeting
	// generation 3 says: Hello, Edsger! You are visitor 3.
}
