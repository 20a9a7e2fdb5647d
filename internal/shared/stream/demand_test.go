package stream

import (
	"testing"
	"time"
)

func TestReceiversAreFound(t *testing.T) {
	if got := receivers(); got == 0 {
		t.Fatal("receivers() = 0, want the runtime's queue")
	}
	c := make(chan string, 1)
	if got := wanted(pointer(&c)); got {
		t.Errorf("without a receiver: got %t, want false", got)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		select { // waits at several
		case <-c:
		case <-make(chan int):
		}
	}()
	for !wanted(pointer(&c)) {
		time.Sleep(time.Millisecond)
	}
	c <- "x"
	<-done
	if got := wanted(pointer(&c)); got {
		t.Errorf("after the receiver: got %t, want false", got)
	}
}

// A channel that goes back to its owner before anybody has received from it leaves all
// values there.
func TestNothingIsFetchedBeforeTheFirstReceive(t *testing.T) {
	p := newPair()
	in := make(chan int, 10)
	for i := range cap(in) {
		in <- i
	}
	close(in)
	stands := from(p, 1, in, nil)
	time.Sleep(50 * time.Millisecond)
	h, _ := Connected[any](pointer(&stands))
	if !h.Return() {
		t.Error("Return: got false, want true: nothing was fetched")
	}
	time.Sleep(patience + 100*time.Millisecond)
	if got := len(in); got != cap(in) {
		t.Errorf("got %d values left, want %d", got, cap(in))
	}
	// Whoever receives here nevertheless gets them.
	for i := range cap(in) {
		if got, ok := <-stands; got != i || !ok {
			t.Fatalf("got %d, %t, want %d", got, ok, i)
		}
	}
	if _, ok := <-stands; ok {
		t.Error("got an open channel, want a closed one")
	}
}

// Who never waits gets values after a while, and they are not lost if the channel goes
// back then.
func TestReceivingWithoutWaiting(t *testing.T) {
	p := newPair()
	in := make(chan int, 10)
	for i := range cap(in) {
		in <- i
	}
	stands := from(p, 1, in, nil)
	for end := time.Now().Add(20 * time.Second); len(stands) == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("got no value, want one")
		}
	}
	h, _ := Connected[any](pointer(&stands))
	if h.Return() {
		t.Error("Return: got true, want false: a value was fetched and not received")
	}
	if got := <-stands; got != 0 {
		t.Errorf("got %d, want 0", got)
	}
	for end := time.Now().Add(20 * time.Second); !h.Return(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("Return after a receive: got false, want true")
		}
	}
}

func TestStopBeforeTheFirstReceive(t *testing.T) {
	p := newPair()
	in, stop := make(chan int, 1), make(chan struct{})
	in <- 1
	stands := from(p, 1, in, stop)
	close(stop)
	if v, ok := <-stands; ok && v != 1 {
		t.Errorf("got %d, want 1 or no value", v)
	}
	if _, ok := <-stands; ok {
		t.Error("got an open channel, want a closed one")
	}
	p.released.Wait()
}
