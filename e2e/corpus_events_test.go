package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() {
	twins["zerolog"] = twin{module: "more", path: "github.com/rs/zerolog", run: zerologTwin}
	twins["multierror"] = twin{module: "more", path: "github.com/hashicorp/go-multierror", run: multierrorTwin}
}

// zerologHook is a hook of zerolog.
type zerologHook struct {
	r     *corpusRun
	lines []string
}

func (h *zerologHook) Run(e *winplugin.Object, level int8, message string) {
	on(e, "Str", "hooked", on(h.r.make("Level", level), "String"))
	h.lines = append(h.lines, message)
}

// zerologPerson encodes itself for zerolog.
type zerologPerson struct{ p corpusPerson }

func (o zerologPerson) MarshalZerologObject(e *winplugin.Object) {
	on(on(e, "Str", "name", o.p.Name), "Int", "age", o.p.Age)
}

func zerologTwin(r *corpusRun) {
	// log passes an event of a logger to f, and returns what is written.
	log := func(level string, f func(event any)) string {
		var b bytes.Buffer
		f(on(r.do("New", &b), level))
		return b.String()
	}
	ada := corpusPerson{"Ada", 36}
	r.step("fields", func() any {
		return log("Info", func(e any) {
			e = on(on(on(e, "Str", "who", "ada"), "Int", "n", 3), "Err", errors.New("bad"))
			on(on(e, "Dur", "d", time.Second), "Msg", "hi")
		})
	})
	r.step("with", func() any {
		var b bytes.Buffer
		l := on(on(on(on(r.do("New", &b), "With"), "Str", "a", "b"), "Logger"), "Level", r.constant("WarnLevel"))
		if e := on(l, "Info"); e != nil { // an event of a lower level is a nil pointer
			on(e, "Msg", "no")
		}
		on(on(l, "Warn"), "Msgf", "yes %d", 1)
		return b.String()
	})
	r.step("any", func() any {
		return log("Info", func(e any) {
			on(on(on(on(e, "Any", "p", ada), "Interface", "m", map[string]int{"x": 1}), "Strs", "s", []string{"a"}), "Send")
		})
	})
	r.step("object", func() any {
		return log("Info", func(e any) { on(on(e, "Object", "p", zerologPerson{ada}), "Send") })
	})
	r.step("hook", func() any {
		var b bytes.Buffer
		h := &zerologHook{r: r}
		on(on(on(r.do("New", &b), "Hook", h), "Error"), "Msg", "m")
		return fmt.Sprint(b.String(), h.lines)
	})
	r.step("func", func() any {
		return log("Info", func(e any) {
			e = on(e, "Func", func(e *winplugin.Object) { on(e, "Bool", "f", true) })
			on(on(e, "Dict", "d", on(r.do("Dict"), "Int", "x", 1)), "Send")
		})
	})
	r.step("console", func() any {
		var b bytes.Buffer
		w := r.make("ConsoleWriter", map[string]any{"Out": &b, "NoColor": true, "PartsExclude": []string{"time"}})
		on(on(on(r.do("New", w), "Info"), "Str", "k", "v"), "Msg", "hi")
		return b.String()
	})
	r.step("parse", func() any { l, err := r.try("ParseLevel", "warn"); return fmt.Sprint(l, err) })
}

func multierrorTwin(r *corpusRun) {
	a, b := errors.New("a"), io.EOF
	// The package's type is an error, which an object stands for.
	wrap := func(function string, args ...any) *winplugin.Object {
		return errorObject(r.do(function, args...).(error))
	}
	r.step("append", func() any { return on(wrap("Append", nil, a, b), "Error") })
	r.step("is", func() any { return errors.Is(r.do("Append", a, b).(error), io.EOF) })
	r.step("len", func() any {
		e := wrap("Append", a, r.do("Append", b, a))
		return fmt.Sprint(on(e, "Len"), on(e, "WrappedErrors"))
	})
	r.step("format", func() any {
		e := wrap("Append", a, b)
		format := func(list []error) string { return fmt.Sprint(len(list), " errors: ", list) }
		if err := e.Set("ErrorFormat", format); err != nil {
			return err
		}
		return on(e, "Error")
	})
	r.step("nil", func() any { _, err := tryOn(r.make("Error", nil), "ErrorOrNil"); return err == nil })
	r.step("group", func() any {
		g := r.make("Group", nil)
		on(g, "Go", func() error { return a })
		on(g, "Go", func() error { return nil })
		return field(errorObject(on(g, "Wait").(error)), "Errors")
	})
	r.step("prefix", func() any { _, err := r.try("Prefix", r.do("Append", a, b), "x:"); return err })
	r.step("flatten", func() any { _, err := r.try("Flatten", r.do("Append", a, r.do("Append", b))); return err })
}
