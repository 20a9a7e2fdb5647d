package objects

// Numbers sends the numbers below n, and closes the channel.
func Numbers(n int) <-chan int {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for i := range n {
			ch <- i
		}
	}()
	return ch
}

// Total adds up what comes, until the channel is closed.
func Total(ch <-chan int) (sum int) {
	for v := range ch {
		sum += v
	}
	return sum
}

// Produce sends the numbers below n, and closes the channel.
func Produce(ch chan<- int, n int) {
	for i := range n {
		ch <- i
	}
	close(ch)
}

// Collector returns a channel to send to, and one that gives the sum once that was
// closed.
func Collector() (chan<- int, <-chan int) {
	in, out := make(chan int), make(chan int, 1)
	go func() {
		out <- Total(in)
		close(out)
	}()
	return in, out
}
