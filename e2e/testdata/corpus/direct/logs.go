package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	. "example.com/corpus/steps"
)

// hook collects entries.
type hook struct{ lines []string }

func (*hook) Levels() []logrus.Level { return []logrus.Level{logrus.WarnLevel} }
func (h *hook) Fire(e *logrus.Entry) error {
	h.lines = append(h.lines, e.Level.String()+" "+e.Message)
	return nil
}

// plain formats.
type plain struct{}

func (plain) Format(e *logrus.Entry) ([]byte, error) {
	return []byte(fmt.Sprintf("<%s %s %v>", e.Level, e.Message, e.Data["k"])), nil
}

// queue collects a metric of its own.
type queue struct{ desc *prometheus.Desc }

func (q queue) Describe(ch chan<- *prometheus.Desc) { ch <- q.desc }
func (q queue) Collect(ch chan<- prometheus.Metric) {
	ch <- prometheus.MustNewConstMetric(q.desc, prometheus.GaugeValue, 5, "x")
}

func init() {
	Case("logrus", func() {
		newLogger := func(w io.Writer) *logrus.Logger {
			l := logrus.New()
			l.SetOutput(w)
			l.SetFormatter(&logrus.JSONFormatter{DisableTimestamp: true})
			return l
		}
		Step("fields", func() any {
			var b bytes.Buffer
			newLogger(&b).WithFields(logrus.Fields{"n": 1, "who": "ada"}).Info("hi")
			return b.String()
		})
		Step("level", func() any {
			var b bytes.Buffer
			l := newLogger(&b)
			l.SetLevel(logrus.ErrorLevel)
			l.Info("no")
			l.Errorf("yes %d", 3)
			return fmt.Sprint(b.String(), l.GetLevel(), l.IsLevelEnabled(logrus.InfoLevel))
		})
		Step("hook", func() any {
			var b bytes.Buffer
			l, h := newLogger(&b), &hook{}
			l.AddHook(h)
			l.Warn("careful")
			l.Info("fine")
			return h.lines
		})
		Step("formatter", func() any {
			var b bytes.Buffer
			l := newLogger(&b)
			l.SetFormatter(plain{})
			l.WithField("k", "v").Warn("w")
			return b.String()
		})
		Step("error", func() any {
			var b bytes.Buffer
			newLogger(&b).WithError(errors.New("bad")).Error("failed")
			return b.String()
		})
		Step("parse", func() any {
			l, err := logrus.ParseLevel("warning")
			_, bad := logrus.ParseLevel("x")
			return fmt.Sprint(l, err, bad)
		})
		Step("entry", func() any { return Must(logrus.NewEntry(newLogger(io.Discard)).WithField("a", 1).String()) })
	})
	Case("zap", func() {
		cfg := zapcore.EncoderConfig{MessageKey: "m", LevelKey: "l", EncodeLevel: zapcore.LowercaseLevelEncoder, EncodeDuration: zapcore.StringDurationEncoder}
		newLogger := func(w io.Writer) *zap.Logger {
			return zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(cfg), zapcore.AddSync(w), zap.InfoLevel))
		}
		Step("info", func() any {
			var b bytes.Buffer
			newLogger(&b).Info("hi", zap.String("who", "ada"), zap.Int("n", 3), zap.Error(errors.New("bad")))
			return b.String()
		})
		Step("with", func() any {
			var b bytes.Buffer
			newLogger(&b).With(zap.Bool("ok", true)).Named("sub").Warn("w", zap.Any("m", map[string]int{"a": 1}))
			return b.String()
		})
		Step("sugar", func() any {
			var b bytes.Buffer
			newLogger(&b).Sugar().Infow("s", "k", 1, "v", []string{"x"})
			return b.String()
		})
		Step("level", func() any {
			var b bytes.Buffer
			newLogger(&b).Debug("no")
			a := zap.NewAtomicLevelAt(zap.WarnLevel)
			a.SetLevel(zap.ErrorLevel)
			return fmt.Sprint(b.Len(), a.Level(), a.Enabled(zap.WarnLevel))
		})
		Step("check", func() any { return newLogger(io.Discard).Check(zap.DebugLevel, "x") == nil })
		Step("parse", func() any { l, err := zapcore.ParseLevel("warn"); return fmt.Sprint(l, err) })
	})
	Case("prometheus", func() {
		gather := func(r *prometheus.Registry) string {
			var out []string
			for _, f := range Must(r.Gather()) {
				for _, m := range f.GetMetric() {
					var labels []string
					for _, l := range m.GetLabel() {
						labels = append(labels, l.GetName()+"="+l.GetValue())
					}
					out = append(out, fmt.Sprint(f.GetName(), labels, m.GetCounter().GetValue(), m.GetGauge().GetValue(), m.GetHistogram().GetSampleCount()))
				}
			}
			return strings.Join(out, "|")
		}
		Step("counter", func() any {
			r, c := prometheus.NewRegistry(), prometheus.NewCounter(prometheus.CounterOpts{Name: "c_total", Help: "h"})
			r.MustRegister(c)
			c.Inc()
			c.Add(2.5)
			return gather(r)
		})
		Step("vec", func() any {
			r, v := prometheus.NewRegistry(), prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "g"}, []string{"a", "b"})
			r.MustRegister(v)
			v.WithLabelValues("x", "y").Set(4)
			v.With(prometheus.Labels{"a": "1", "b": "2"}).Dec()
			return gather(r)
		})
		Step("histogram", func() any {
			r, h := prometheus.NewRegistry(), prometheus.NewHistogram(prometheus.HistogramOpts{Name: "h", Buckets: prometheus.LinearBuckets(0, 10, 3)})
			r.MustRegister(h)
			h.Observe(5)
			h.Observe(15)
			return gather(r)
		})
		Step("func", func() any {
			r := prometheus.NewRegistry()
			r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "f"}, func() float64 { return 7 }))
			return gather(r)
		})
		Step("collector", func() any {
			r := prometheus.NewRegistry()
			r.MustRegister(queue{prometheus.NewDesc("q", "h", []string{"l"}, nil)})
			return gather(r)
		})
		Step("twice", func() any {
			r, c := prometheus.NewRegistry(), prometheus.NewCounter(prometheus.CounterOpts{Name: "c"})
			r.Register(c)
			err := r.Register(c)
			var are prometheus.AlreadyRegisteredError
			return fmt.Sprint(errors.As(err, &are), err)
		})
	})
	Case("cobra", func() {
		Step("run", func() any {
			var n int
			var got []string
			c := &cobra.Command{Use: "app", RunE: func(c *cobra.Command, args []string) error { got = append(args, fmt.Sprint(n)); return nil }}
			c.Flags().IntVarP(&n, "num", "n", 1, "a number")
			c.SetArgs([]string{"-n", "5", "x", "y"})
			err := c.Execute()
			return fmt.Sprint(got, err)
		})
		Step("sub", func() any {
			var b bytes.Buffer
			root, sub := &cobra.Command{Use: "app"}, &cobra.Command{Use: "sub", Short: "does it", Run: func(c *cobra.Command, args []string) { fmt.Fprint(c.OutOrStdout(), c.CommandPath(), args) }}
			root.AddCommand(sub)
			root.SetOut(&b)
			root.SetArgs([]string{"sub", "1"})
			err := root.Execute()
			return fmt.Sprint(b.String(), err)
		})
		Step("help", func() any {
			var b bytes.Buffer
			c := &cobra.Command{Use: "app", Long: "An app.", Run: func(*cobra.Command, []string) {}}
			c.Flags().String("who", "you", "whom to greet")
			c.SetOut(&b)
			c.SetArgs([]string{"--help"})
			err := c.Execute()
			return fmt.Sprint(b.String(), err)
		})
		Step("unknown", func() any {
			var b bytes.Buffer
			c := &cobra.Command{Use: "app", SilenceUsage: true, Run: func(*cobra.Command, []string) {}}
			c.SetErr(&b)
			c.SetArgs([]string{"--nope"})
			err := c.Execute()
			return fmt.Sprint(err, b.String())
		})
		Step("args", func() any {
			c := &cobra.Command{Use: "app", Args: cobra.ExactArgs(2), SilenceErrors: true, SilenceUsage: true, Run: func(*cobra.Command, []string) {}}
			c.SetArgs([]string{"1"})
			return c.Execute()
		})
		Step("context", func() any {
			var got any
			c := &cobra.Command{Use: "app", Run: func(c *cobra.Command, _ []string) { got = c.Context().Err() }}
			c.SetArgs(nil)
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			c.SetArgs([]string{})
			err := c.ExecuteContext(ctx)
			return fmt.Sprint(got, err)
		})
		Step("flag", func() any {
			c := &cobra.Command{Use: "app", Run: func(*cobra.Command, []string) {}}
			c.Flags().StringSlice("list", nil, "l")
			c.SetArgs([]string{"--list", "a,b"})
			err := c.Execute()
			return fmt.Sprint(Must(c.Flags().GetStringSlice("list")), c.Flags().Changed("list"), c.Flags().Lookup("list").Value, err)
		})
	})
}
