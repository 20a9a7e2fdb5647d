package nesting

import (
	"runtime"
	"testing"
	"weak"
)

// settled counts how often it is settled.
type settled struct {
	n       int
	settles func()
}

func (s *settled) Settle() {
	s.n++
	if s.settles != nil {
		s.settles()
	}
}

func TestRecorders(t *testing.T) {
	for _, test := range []struct {
		name string
		run  func(s *settled)
		want int
	}{
		{"before a call", func(s *settled) { recordWeakly(s); Settle() }, 1},
		{"before each call", func(s *settled) { recordWeakly(s); Settle(); Settle() }, 2},
		{"at the end of its callback", func(s *settled) {
			c := Enter(1)
			recordWeakly(s)
			c.Leave()
			Settle()
		}, 1},
		{"at the ends of callbacks within", func(s *settled) {
			c := Enter(1)
			recordWeakly(s)
			Enter(2).Leave()
			c.Leave()
		}, 2},
		{"used in a later callback", func(s *settled) {
			c := Enter(1)
			use := recordWeakly(s)
			c.Leave()
			c = Enter(1)
			use()
			c.Leave()
		}, 2},
		{"settling calls a plugin", func(s *settled) {
			s.settles = func() {
				Settle()
				Enter(1).Leave()
			}
			recordWeakly(s)
			Settle()
			Settle()
		}, 2},
		{"another goroutine has used it", func(s *settled) {
			c := Enter(1)
			use, done := recordWeakly(s), make(chan bool)
			go func() {
				defer close(done)
				use()
				Settle()
				Settle()
			}()
			<-done
			Settle()
			if s.n != 2 {
				t.Errorf("before the callback's end: got settled %d times, want 2", s.n)
			}
			c.Leave()
		}, 3},
		{"another goroutine calls", func(s *settled) {
			recordWeakly(s)
			done := make(chan bool)
			go func() {
				defer close(done)
				Settle()
			}()
			<-done
		}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, done := new(settled), make(chan bool)
			go func() {
				defer close(done)
				test.run(s)
			}()
			<-done
			if s.n != test.want {
				t.Errorf("got settled %d times, want %d", s.n, test.want)
			}
		})
	}
	t.Run("goroutines that have ended", func(t *testing.T) {
		for range 1000 {
			done := make(chan bool)
			go func() {
				defer close(done)
				before := new(settled)
				if Settle(); Here() {
					t.Error("on a new goroutine: got Here after Settle, want not")
				}
				recordWeakly(before)
				if !Here() || !Special() {
					t.Error("got not Here, want Here")
				}
			}()
			<-done
		}
	})
	t.Run("unused", func(t *testing.T) {
		done := make(chan bool)
		go func() {
			defer close(done)
			Settle()
			recordWeakly(new(settled))
			Settle()
			runtime.GC()
			runtime.GC()
			if Settle(); Here() {
				t.Error("got Here for a value that nothing uses, want not")
			}
		}()
		<-done
	})
}

// recordWeakly is Record of a weak pointer.
func recordWeakly(s *settled) (use func()) {
	p := weak.Make(s)
	return Record(s, func() Recorder {
		if s := p.Value(); s != nil {
			return s
		}
		return nil
	})
}
