package objects

import (
	"fmt"
	"reflect"
	"runtime"
	"strconv"
)

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

// SendNumbers sends the numbers below n, and leaves the channel open.
func SendNumbers(ch chan<- int, n int) {
	for i := range n {
		ch <- i
	}
}

// SumSent adds up what send sends until it returns.
func SumSent(send func(chan<- int)) int {
	ch, sum := make(chan int), make(chan int)
	go func() {
		all := 0
		for i := range ch {
			all += i
		}
		sum <- all
	}()
	send(ch)
	close(ch)
	return <-sum
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

// Ticker sends numbers until stop.
func Ticker(stop <-chan struct{}) <-chan int {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for i := 0; ; i++ {
			select {
			case ch <- i:
			case <-stop:
				return
			}
		}
	}()
	return ch
}

// Silent returns a channel that nobody sends to.
func Silent() <-chan int { return make(chan int) }

// Deaf returns a channel that nobody receives from.
func Deaf() chan<- int { return make(chan int) }

// Peek takes n values from one channel and sends as many to another. Then it forgets
// both.
func Peek(in <-chan int, out chan<- int, n int) (sum int) {
	for i := 0; i < n; i++ {
		sum += <-in
		out <- i
	}
	return sum
}

var watched []<-chan int

// Watch keeps a channel after the call.
func Watch(ch <-chan int) { watched = append(watched, ch) }

// Watched adds up what came of the channels that Watch was given.
func Watched() (sum int) {
	for _, ch := range watched {
		sum += Total(ch)
	}
	watched = nil
	return sum
}

// Goroutines is how many the plugin has.
func Goroutines() int { return runtime.NumGoroutine() }

// A Mark cannot be copied, and is sent as a value.
type Mark struct{ n int }

// N is its number.
func (m Mark) N() int { return m.n }

// MakeMark returns a mark.
func MakeMark(n int) Mark { return Mark{n} }

// Marks sends n marks, each when it was asked for.
func Marks(n int, next <-chan bool) <-chan Mark {
	ch := make(chan Mark)
	go func() {
		defer close(ch)
		for i := range n {
			<-next
			ch <- Mark{i}
		}
	}()
	return ch
}

// SumMarks says that it is ready for each mark, and adds their numbers.
func SumMarks(marks <-chan Mark, ready chan<- bool) (sum int) {
	ready <- true
	for m := range marks {
		sum += m.n
		ready <- true
	}
	return sum
}

// SendMarks sends n marks.
func SendMarks(marks chan<- Mark, n int) {
	for i := range n {
		marks <- Mark{i}
	}
	close(marks)
}

// A Basin has values to receive, and no more.
type Basin struct {
	Name   string
	Values <-chan int
}

// NewBasin returns a basin of the numbers below n: its channel is full and closed.
func NewBasin(n int) Basin {
	values := make(chan int, n)
	for i := range n {
		values <- i
	}
	close(values)
	return Basin{"numbers", values}
}

// Add adds up what a basin has.
func Add(s Basin) int { return Total(s.Values) }

// NothingInAny returns a nil channel, a nil func and a nil pointer.
func NothingInAny() []any { return []any{(chan int)(nil), (func(int) int)(nil), (*Counter)(nil)} }

// AreNothing reports whether list is what NothingInAny returns, but for the pointer,
// which has lost its type.
func AreNothing(list []any) bool {
	for i, v := range NothingInAny()[:2] {
		if i >= len(list) || fmt.Sprintf("%T", v) != fmt.Sprintf("%T", list[i]) || !reflect.ValueOf(list[i]).IsNil() {
			return false
		}
	}
	return list[2] == nil
}

// Texts sends the numbers below n as text, and closes the channel.
func Texts(n int) <-chan string {
	ch := make(chan string, 10)
	go func() {
		defer close(ch)
		for i := 0; i < n; i++ {
			ch <- strconv.Itoa(i)
		}
	}()
	return ch
}
