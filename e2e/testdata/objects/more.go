package objects

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"
)

// EchoHost returns h.
func EchoHost(h Host) Host { return h }

// EchoChan returns ch.
func EchoChan(ch chan int) chan int { return ch }

// EchoFuncs returns list.
func EchoFuncs(list []func(int) int) []func(int) int { return list }

// EchoTable returns table.
func EchoTable(table map[string]func(int) int) map[string]func(int) int { return table }

// SameCounter reports whether both are one.
func SameCounter(c *Counter, s fmt.Stringer) bool { return fmt.Stringer(c) == s }

// Through gives f a function that panics.
func Through(f func(func())) { f(deepInThePlugin) }

func deepInThePlugin() { panic("deep in the plugin") }

// UseHost asks h.
func UseHost(h Host) error {
	_, err := h.Get(context.Background(), "key")
	return err
}

// OpenAt returns a reader over the text.
func OpenAt(text string) io.ReaderAt { return strings.NewReader(text) }

// Section reads a part.
func Section(r io.ReaderAt, off, n int64) (string, error) {
	b, err := io.ReadAll(io.NewSectionReader(r, off, n))
	return string(b), err
}

// CloseAll closes what is not nil.
func CloseAll(list ...io.Closer) error {
	var errs []error
	for _, c := range list {
		if c != nil {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(errs...)
}

// Join joins texts.
func Join(list ...fmt.Stringer) string {
	var texts []string
	for _, s := range list {
		texts = append(texts, s.String())
	}
	return strings.Join(texts, " ")
}

// A Job has a channel for its result.
type Job struct {
	N     int
	Reply chan<- int
}

// Serve2 does jobs.
func Serve2(jobs <-chan Job) {
	for j := range jobs {
		j.Reply <- j.N * j.N
	}
}

var made atomic.Int64

// Made is how many numbers Endless has made.
func Made() int { return int(made.Load()) }

// Endless sends numbers without an end.
func Endless() <-chan int {
	ch := make(chan int)
	go func() {
		for i := 0; ; i++ {
			made.Add(1)
			ch <- i
		}
	}()
	return ch
}

// Logs logs.
func Logs() {
	log.Printf("by log %d", 1)
	l := slog.With("a", 1).WithGroup("g").With("b", "two")
	l.Warn("warned", slog.Group("h", "c", 3*time.Second, "d", []int{1, 2}), slog.Group("empty"))
	slog.Debug("not wanted")
	slog.Error("late", "who", lazy{})
	done := make(chan struct{})
	go func() {
		slog.Info("there")
		close(done)
	}()
	<-done
}

type lazy struct{}

// LogValue implements slog.LogValuer.
func (lazy) LogValue() slog.Value { return slog.StringValue("lazily") }

// A Source reads as one byte.
type Source struct{ b byte }

// NewSource returns a source.
func NewSource(b byte) *Source { return &Source{b} }

// Read implements io.Reader.
func (s *Source) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = s.b
	}
	return len(p), nil
}

// A Filler fills.
type Filler interface {
	Fill(p []byte, with byte) error
	Read(p []byte) (int, error)
}

// FillFrom returns what comes of a slice that the host fills, and of one that it reads
// into.
func FillFrom(f Filler) ([]byte, error) {
	b := make([]byte, 4)
	if err := f.Fill(b[2:], 5); err != nil {
		return nil, err
	}
	_, err := f.Read(b[:2])
	return b, err
}

// Map maps.
//
//winplugin:instantiate Map[int, string]
func Map[K, V any](list []K, f func(K) V) (out []V) {
	for _, v := range list {
		out = append(out, f(v))
	}
	return out
}

// Keys are the keys of m, and have no instance.
func Keys[K comparable, V any](m map[K]V) (keys []K) {
	for k := range m {
		keys = append(keys, k)
	}
	return keys
}

// A Stack is a stack.
//
//winplugin:instantiate Stack[string]
type Stack[T any] struct{ list []T }

// NewStack returns a stack.
func NewStack() *Stack[string] { return &Stack[string]{} }

// Push pushes and returns how many there are.
func (s *Stack[T]) Push(v T) int {
	s.list = append(s.list, v)
	return len(s.list)
}

// Pop pops.
func (s *Stack[T]) Pop() T {
	v := s.list[len(s.list)-1]
	s.list = s.list[:len(s.list)-1]
	return v
}
