// Package asks looks in values for methods that take and return its own types.
package asks

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"sort"
	"strings"
)

// An Encoder collects lines.
type Encoder struct{ lines []string }

// Add adds a line.
func (e *Encoder) Add(key string, value any) {
	e.lines = append(e.lines, fmt.Sprintf("%s=%v", key, value))
}

// AddObject adds the lines of another value.
func (e *Encoder) AddObject(key string, v Custom) error {
	inner := new(Encoder)
	if err := v.EncodeTo(inner); err != nil {
		return err
	}
	e.Add(key, inner.lines)
	return nil
}

// A Custom writes itself.
type Custom interface{ EncodeTo(*Encoder) error }

// Encode encodes a value by its own method, if it has one.
func Encode(v any) (string, error) {
	c, ok := v.(Custom)
	if !ok {
		return fmt.Sprintf("plain %T", v), nil
	}
	e := new(Encoder)
	err := c.EncodeTo(e)
	return strings.Join(e.lines, " "), err
}

// A Decoder has a text.
type Decoder struct{ text string }

// Text returns the text.
func (d *Decoder) Text() string { return d.text }

type decodes interface{ DecodeFrom(*Decoder) error }

// Decode decodes a text by the value's own method.
func Decode(text string, v any) error {
	c, ok := v.(decodes)
	if !ok {
		return fmt.Errorf("a %T does not decode", v)
	}
	return c.DecodeFrom(&Decoder{text})
}

// A Level is a number with a name.
type Level int8

func (l Level) String() string { return []string{"low", "high"}[l] }

// LevelOf returns a value's level.
func LevelOf(v any) string {
	l, ok := v.(interface{ Level() Level })
	if !ok {
		return "none"
	}
	return l.Level().String()
}

// A Leveler has a level.
type Leveler interface{ Level() Level }

// An Item has an order.
type Item interface{ Less(than Item) bool }

// Sort sorts values that are all Items.
func Sort(list []any) ([]any, error) {
	for _, v := range list {
		if _, ok := v.(Item); !ok {
			return nil, fmt.Errorf("a %T is no Item", v)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].(Item).Less(list[j].(Item)) })
	return list, nil
}

// Least returns the first of Items in their order.
func Least(first Item, more ...Item) Item {
	for _, i := range more {
		if i.Less(first) {
			first = i
		}
	}
	return first
}

// View returns how a Model looks after a message.
func View(m Model, msg any) string {
	m, _ = m.Update(msg)
	return m.View()
}

// A Cmd makes a message.
type Cmd func() any

// A Model changes by messages.
type Model interface {
	Update(msg any) (Model, Cmd)
	View() string
}

// Run sends messages to a Model until there is no Cmd.
func Run(v any, msg any) (string, error) {
	m, ok := v.(Model)
	if !ok {
		return "", fmt.Errorf("a %T is no Model", v)
	}
	for msg != nil {
		var cmd Cmd
		if m, cmd = m.Update(msg); cmd == nil {
			break
		}
		msg = cmd()
	}
	return m.View(), nil
}

// Options have a depth.
type Options struct{ Depth int }

// A Configured changes options.
type Configured interface {
	Configure(*Options)
	Options() Options
}

// Configure returns the options of a value after it has changed the default.
func Configure(v any) (int, int) {
	o := &Options{1}
	v.(Configured).Configure(o)
	return o.Depth, v.(Configured).Options().Depth
}

// A Worker works until a context ends.
type Worker interface {
	Work(ctx context.Context, to *Encoder) error
}

// Work has a value work with a context that has ended.
func Work(v any) (string, error) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	e := new(Encoder)
	err := v.(Worker).Work(ctx, e)
	return strings.Join(e.lines, " "), err
}

// A Gatherer takes any number of Encoders.
type Gatherer interface {
	Gather(first *Encoder, more ...*Encoder) int
}

// Gather calls a Gatherer.
func Gather(v any) (int, string) {
	a, b := new(Encoder), new(Encoder)
	n := v.(Gatherer).Gather(a, b, a)
	return n, fmt.Sprint(a.lines, b.lines)
}

// A ValuesEncoder adds itself to the values of a URL.
type ValuesEncoder interface {
	EncodeValues(key string, v *url.Values) error
}

// Query returns the query that a value encodes itself to.
func Query(v any) (string, error) {
	q := url.Values{"a": {"1"}}
	e, ok := v.(ValuesEncoder)
	if !ok {
		return "", fmt.Errorf("a %T has no EncodeValues", v)
	}
	err := e.EncodeValues("b", &q)
	return q.Encode(), err
}

// Start is the level of a program that starts.
var Start Level = 1

// Open makes an Encoder, and is a variable.
var Open = func(lines ...string) (*Encoder, error) {
	if len(lines) == 0 {
		return nil, errors.New("no lines")
	}
	return &Encoder{lines}, nil
}

// Never is a func that is nil.
var Never func()

var count, names = 1, []string{"a"}

// Count is where the number is.
func Count() *int { return &count }

// Names is where the names are.
func Names() *[]string { return &names }

// Bump changes both.
func Bump(n *int) {
	*n++
	names = append(names, fmt.Sprint(*n))
}

// Line is of a template's data.
func Line(v any) string {
	type line interface{ Text() string }
	switch v := v.(type) {
	case interface{ First() any }:
		return v.First().(line).Text()
	}
	// As package text/template does.
	out := reflect.ValueOf(v).MethodByName("Next").Call(nil)
	return out[0].Interface().(line).Text()
}

// A Watcher has channels in its fields.
type Watcher struct {
	Events chan string
	Errors <-chan error
	hidden int
}

// Watch returns a Watcher that reports two events and an error.
func Watch() *Watcher {
	events, errs := make(chan string), make(chan error, 1)
	go func() {
		events <- "first"
		events <- "second"
		close(events)
	}()
	errs <- errors.New("lost")
	return &Watcher{Events: events, Errors: errs}
}

// A Failure is an error that may be a constant.
type Failure string

func (f Failure) Error() string { return string(f) }

// Failed is an error.
const Failed Failure = "failed"

// A Refusal is an error with a code.
type Refusal struct{ Code int }

func (r *Refusal) Error() string { return fmt.Sprintf("refused: %d", r.Code) }

// Refused and Lost are errors.
var (
	Refused = &Refusal{403}
	Lost    = errors.New("lost")
)

// A decline is an error of a type that is not exported, and says whether it lasts.
type decline string

func (d decline) Error() string   { return "declined: " + string(d) }
func (d decline) Temporary() bool { return d == "busy" }

// Constants of that type.
const (
	Busy   = decline("busy")
	Closed = decline("closed")
	Shut   = Closed
)

// Declined is a variable of that type, and Unsaid one that holds nothing.
var (
	Declined = decline("variable")
	Unsaid   *Refusal
)

// Decline returns an error itself.
func Decline(name string) error {
	return map[string]error{"Busy": Busy, "Closed": Closed, "Shut": Shut, "Declined": Declined, "Refused": Refused}[name]
}

// IsClosed reports whether an error is Closed.
func IsClosed(err error) bool { return err == Closed }

// Turn changes the variable.
func Turn(text string) { Declined = decline(text) }

// Fail returns an error that wraps the one of that name.
func Fail(name string) error {
	return fmt.Errorf("fail: %w", map[string]error{"Failed": Failed, "Refused": Refused, "Lost": Lost, "other": &Refusal{403}}[name])
}

// Apply calls a func that it knows by its type, and fills a list that it knows by its type.
func Apply(v any, n int) string {
	switch v := v.(type) {
	case func(*Encoder, int) (*Encoder, error):
		e, err := v(new(Encoder), n)
		return fmt.Sprint(e.lines, err)
	case *[]Level:
		*v = append(*v, Level(n))
		return fmt.Sprint(*v)
	case map[Level]Level:
		return fmt.Sprint(v[Level(n)])
	}
	return fmt.Sprintf("a %T is unknown", v)
}

// Order sorts levels and words.
func Order(levels []Level, words []string) {
	sort.Slice(levels, func(i, j int) bool { return levels[i] < levels[j] })
	sort.Strings(words)
}

// Tally counts words.
func Tally(into map[string]int, words ...string) error {
	for _, w := range words {
		into[w]++
	}
	return nil
}
