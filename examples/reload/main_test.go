package main

func Example() {
	main()
	// Output:
	// Hello, Ada! You are guest 1.
	// generation 2 says: Good morning, Grace! You are guest 2.
	// it cannot be built
	// plugin greeter: SelfTest has failed: there is no greeting
	// generation 3 says: Hello, Edsger! You are guest 3.
}
