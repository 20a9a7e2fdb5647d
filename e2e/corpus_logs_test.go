package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() {
	twins["logrus"] = twin{path: "github.com/sirupsen/logrus", run: logrusTwin}
	twins["zap"] = twin{path: "go.uber.org/zap", more: []string{"go.uber.org/zap/zapcore"}, run: zapTwin}
	twins["prometheus"] = twin{path: "github.com/prometheus/client_golang/prometheus", run: prometheusTwin}
	twins["cobra"] = twin{path: "github.com/spf13/cobra", run: cobraTwin}
}

// corpusHook is a hook of logrus.
type corpusHook struct {
	lines []string
	level uint32
}

func (h *corpusHook) Levels() []uint32 { return []uint32{h.level} }

func (h *corpusHook) Fire(e *winplugin.Object) error {
	h.lines = append(h.lines, fmt.Sprint(field(e, "Level"), " ", field(e, "Message")))
	return nil
}

// corpusFormatter formats for logrus.
type corpusFormatter struct{}

func (corpusFormatter) Format(e *winplugin.Object) ([]byte, error) {
	return fmt.Appendf(nil, "<%v %v %v>", field(e, "Level"), field(e, "Message"), field(e, "Data").(map[string]any)["k"]), nil
}

func logrusTwin(r *corpusRun) {
	newLogger := func(w io.Writer) any {
		l := r.do("New")
		on(l, "SetOutput", w)
		on(l, "SetFormatter", r.make("JSONFormatter", map[string]any{"DisableTimestamp": true}))
		return l
	}
	r.step("fields", func() any {
		var b bytes.Buffer
		on(on(newLogger(&b), "WithFields", map[string]any{"n": 1, "who": "ada"}), "Info", "hi")
		return b.String()
	})
	r.step("level", func() any {
		var b bytes.Buffer
		l := newLogger(&b)
		on(l, "SetLevel", r.constant("ErrorLevel"))
		on(l, "Info", "no")
		on(l, "Errorf", "yes %d", 3)
		return fmt.Sprint(b.String(), on(l, "GetLevel"), on(l, "IsLevelEnabled", r.constant("InfoLevel")))
	})
	r.step("hook", func() any {
		var b bytes.Buffer
		l, h := newLogger(&b), &corpusHook{level: must(winplugin.As[uint32](r.constant("WarnLevel").(*winplugin.Object)))}
		on(l, "AddHook", h)
		on(l, "Warn", "careful")
		on(l, "Info", "fine")
		return h.lines
	})
	r.step("formatter", func() any {
		var b bytes.Buffer
		l := newLogger(&b)
		on(l, "SetFormatter", corpusFormatter{})
		on(on(l, "WithField", "k", "v"), "Warn", "w")
		return b.String()
	})
	r.step("error", func() any {
		var b bytes.Buffer
		on(on(newLogger(&b), "WithError", errors.New("bad")), "Error", "failed")
		return b.String()
	})
	r.step("parse", func() any {
		l, err := r.try("ParseLevel", "warning")
		_, bad := r.try("ParseLevel", "x")
		return fmt.Sprint(l, err, bad)
	})
	r.step("entry", func() any { return on(on(r.do("NewEntry", newLogger(io.Discard)), "WithField", "a", 1), "String") })
}

func zapTwin(r *corpusRun) {
	newLogger := func(w io.Writer) any {
		cfg := r.make("zapcore.EncoderConfig", map[string]any{
			"MessageKey": "m", "LevelKey": "l",
			"EncodeLevel": func(l, enc *winplugin.Object) { r.do("zapcore.LowercaseLevelEncoder", l, enc) },
		})
		core := r.do("zapcore.NewCore", r.do("zapcore.NewJSONEncoder", cfg), r.do("zapcore.AddSync", w), r.constant("InfoLevel"))
		return r.do("New", core)
	}
	r.step("info", func() any {
		var b bytes.Buffer
		on(newLogger(&b), "Info", "hi", r.do("String", "who", "ada"), r.do("Int", "n", 3), r.do("Error", errors.New("bad")))
		return b.String()
	})
	r.step("with", func() any {
		var b bytes.Buffer
		l := on(on(newLogger(&b), "With", r.do("Bool", "ok", true)), "Named", "sub")
		on(l, "Warn", "w", r.do("Any", "m", map[string]int{"a": 1}))
		return b.String()
	})
	r.step("sugar", func() any {
		var b bytes.Buffer
		on(on(newLogger(&b), "Sugar"), "Infow", "s", "k", 1, "v", []string{"x"})
		return b.String()
	})
	r.step("level", func() any {
		var b bytes.Buffer
		on(newLogger(&b), "Debug", "no")
		a := r.do("NewAtomicLevelAt", r.constant("WarnLevel"))
		on(a, "SetLevel", r.constant("ErrorLevel"))
		return fmt.Sprint(b.Len(), on(a, "Level"), on(a, "Enabled", r.constant("WarnLevel")))
	})
	r.step("check", func() any { return on(newLogger(io.Discard), "Check", r.constant("DebugLevel"), "x") == nil })
	r.step("parse", func() any { l, err := r.try("zapcore.ParseLevel", "warn"); return fmt.Sprint(l, err) })
}

// corpusCollector is a collector of the host's.
type corpusCollector struct{ desc, metric *winplugin.Object }

func (c corpusCollector) Describe(ch chan<- *winplugin.Object) { ch <- c.desc }
func (c corpusCollector) Collect(ch chan<- *winplugin.Object)  { ch <- c.metric }

func prometheusTwin(r *corpusRun) {
	gather := func(registry any) string {
		var out []string
		families := on(registry, "Gather")
		for i := range length(families) {
			family := element(families, i)
			metrics := on(family, "GetMetric")
			for j := range length(metrics) {
				m := element(metrics, j)
				var labels []string
				list := on(m, "GetLabel")
				for k := range length(list) {
					l := element(list, k)
					labels = append(labels, fmt.Sprint(on(l, "GetName"), "=", on(l, "GetValue")))
				}
				value := func(kind, method string) any {
					if o := on(m, kind); o != nil {
						return on(o, method)
					}
					return 0
				}
				out = append(out, fmt.Sprint(on(family, "GetName"), labels, value("GetCounter", "GetValue"), value("GetGauge", "GetValue"), value("GetHistogram", "GetSampleCount")))
			}
		}
		return strings.Join(out, "|")
	}
	register := func(c any) any {
		registry := r.do("NewRegistry")
		on(registry, "MustRegister", c)
		return registry
	}
	r.step("counter", func() any {
		c := r.do("NewCounter", r.make("CounterOpts", map[string]any{"Name": "c_total", "Help": "h"}))
		registry := register(c)
		on(c, "Inc")
		on(c, "Add", 2.5)
		return gather(registry)
	})
	r.step("vec", func() any {
		v := r.do("NewGaugeVec", r.make("GaugeOpts", map[string]any{"Name": "g"}), []string{"a", "b"})
		registry := register(v)
		on(on(v, "WithLabelValues", "x", "y"), "Set", 4)
		on(on(v, "With", map[string]string{"a": "1", "b": "2"}), "Dec")
		return gather(registry)
	})
	r.step("histogram", func() any {
		h := r.do("NewHistogram", r.make("HistogramOpts", map[string]any{"Name": "h", "Buckets": r.do("LinearBuckets", 0, 10, 3)}))
		registry := register(h)
		on(h, "Observe", 5)
		on(h, "Observe", 15)
		return gather(registry)
	})
	r.step("func", func() any {
		return gather(register(r.do("NewGaugeFunc", map[string]any{"Name": "f"}, func() float64 { return 7 })))
	})
	r.step("collector", func() any {
		desc := r.do("NewDesc", "q", "h", []string{"l"}, nil).(*winplugin.Object)
		return gather(register(corpusCollector{desc, r.do("MustNewConstMetric", desc, r.constant("GaugeValue"), 5, "x").(*winplugin.Object)}))
	})
	r.step("twice", func() any {
		registry, c := r.do("NewRegistry"), r.do("NewCounter", map[string]any{"Name": "c"})
		on(registry, "Register", c)
		_, err := tryOn(registry, "Register", c)
		return fmt.Sprint(errorType(err, "prometheus.AlreadyRegisteredError"), err)
	})
}

func cobraTwin(r *corpusRun) {
	command := func(fields map[string]any) any { return r.make("Command", fields) }
	nothing := func(*winplugin.Object, []string) {}
	r.step("run", func() any {
		var n int
		var got []string
		c := command(map[string]any{"Use": "app", "RunE": func(c *winplugin.Object, args []string) error {
			got = append(args, fmt.Sprint(n))
			return nil
		}})
		on(on(c, "Flags"), "IntVarP", &n, "num", "n", 1, "a number")
		on(c, "SetArgs", []string{"-n", "5", "x", "y"})
		_, err := tryOn(c, "Execute")
		return fmt.Sprint(got, err)
	})
	r.step("sub", func() any {
		var b bytes.Buffer
		root := command(map[string]any{"Use": "app"})
		on(root, "AddCommand", command(map[string]any{"Use": "sub", "Short": "does it", "Run": func(c *winplugin.Object, args []string) {
			fmt.Fprint(on(c, "OutOrStdout").(io.Writer), on(c, "CommandPath"), args)
		}}))
		on(root, "SetOut", &b)
		on(root, "SetArgs", []string{"sub", "1"})
		_, err := tryOn(root, "Execute")
		return fmt.Sprint(b.String(), err)
	})
	r.step("help", func() any {
		var b bytes.Buffer
		c := command(map[string]any{"Use": "app", "Long": "An app.", "Run": nothing})
		on(on(c, "Flags"), "String", "who", "you", "whom to greet")
		on(c, "SetOut", &b)
		on(c, "SetArgs", []string{"--help"})
		_, err := tryOn(c, "Execute")
		return fmt.Sprint(b.String(), err)
	})
	r.step("unknown", func() any {
		var b bytes.Buffer
		c := command(map[string]any{"Use": "app", "SilenceUsage": true, "Run": nothing})
		on(c, "SetErr", &b)
		on(c, "SetArgs", []string{"--nope"})
		_, err := tryOn(c, "Execute")
		return fmt.Sprint(err, b.String())
	})
	r.step("args", func() any {
		c := command(map[string]any{"Use": "app", "Args": r.do("ExactArgs", 2), "SilenceErrors": true, "SilenceUsage": true, "Run": nothing})
		on(c, "SetArgs", []string{"1"})
		_, err := tryOn(c, "Execute")
		return err
	})
	r.step("context", func() any {
		var got any
		c := command(map[string]any{"Use": "app", "Run": func(c *winplugin.Object, _ []string) {
			got = on(c, "Context").(context.Context).Err()
		}})
		ctx, cancel := context.WithCancel(context.Background())
		on(c, "SetArgs", []string{})
		// A context that has ended is refused before the call, so it ends in it.
		on(c, "SetContext", ctx)
		cancel()
		_, err := tryOn(c, "Execute")
		return fmt.Sprint(got, err)
	})
	r.step("flag", func() any {
		c := command(map[string]any{"Use": "app", "Run": nothing})
		flags := on(c, "Flags")
		on(flags, "StringSlice", "list", nil, "l")
		on(c, "SetArgs", []string{"--list", "a,b"})
		_, err := tryOn(c, "Execute")
		return fmt.Sprint(on(flags, "GetStringSlice", "list"), on(flags, "Changed", "list"), field(on(flags, "Lookup", "list"), "Value"), err)
	})
}
