package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() {
	twins["uuid"] = twin{path: "github.com/google/uuid", quick: true, run: uuidTwin}
	twins["semver"] = twin{path: "github.com/Masterminds/semver/v3", quick: true, run: semverTwin}
	twins["decimal"] = twin{path: "github.com/shopspring/decimal", quick: true, run: decimalTwin}
	twins["humanize"] = twin{path: "github.com/dustin/go-humanize", quick: true, run: humanizeTwin}
	twins["slug"] = twin{path: "github.com/gosimple/slug", quick: true, run: slugTwin}
	twins["cron"] = twin{path: "github.com/robfig/cron/v3", quick: true, run: cronTwin}
}

func uuidTwin(r *corpusRun) {
	r.step("sha1", func() any {
		return on(r.do("NewSHA1", variableOf[*winplugin.Object](r, "NameSpaceDNS"), []byte("example.org")), "String")
	})
	r.step("parse", func() any {
		u := r.do("Parse", "urn:uuid:f47ac10b-58cc-0372-8567-0e02b2c3d479")
		return fmt.Sprint(on(u, "Version"), on(u, "Variant"), on(u, "URN"))
	})
	r.step("bad", func() any {
		_, err := r.try("Parse", "nonsense")
		return fmt.Sprint(err, r.do("IsInvalidLengthError", err))
	})
	r.step("reader", func() any {
		return on(r.do("NewRandomFromReader", bytes.NewReader([]byte("0123456789abcdef"))), "String")
	})
	r.step("mapkey", func() any {
		parse := must(winplugin.Func[func(string) [16]byte](r.Plugin, "MustParse"))
		m := map[[16]byte]int{}
		m[parse("f47ac10b-58cc-0372-8567-0e02b2c3d479")]++
		m[parse("F47AC10B-58CC-0372-8567-0E02B2C3D479")]++
		return len(m)
	})
	r.step("must", func() any { return r.do("MustParse", "x") })
	r.step("const", func() any { return fmt.Sprint(r.constant("Person"), r.constant("RFC4122")) })
	r.step("json", func() any {
		return asJSON(map[string]any{"id": r.do("MustParse", "f47ac10b-58cc-0372-8567-0e02b2c3d479")})
	})
}

func semverTwin(r *corpusRun) {
	version := func(text string) any { return r.do("MustParse", text) }
	r.step("check", func() any {
		c := r.do("NewConstraint", ">= 1.2, < 2.0.0 || ~3.1")
		return fmt.Sprint(on(c, "Check", version("1.5.0")), on(c, "Check", version("2.0.0")), on(c, "Check", version("3.1.9")), on(c, "String"))
	})
	r.step("cmp", func() any {
		a, b := version("v1.2.3-beta.1+b345"), version("1.2.3")
		return fmt.Sprint(on(a, "Compare", b), on(a, "LessThan", b), on(a, "Major"), on(a, "Prerelease"), on(a, "Metadata"), on(a, "String"))
	})
	r.step("original", func() any { return on(version("v1.2"), "Original") })
	r.step("inc", func() any { return on(on(version("1.2.3"), "IncMinor"), "String") })
	r.step("validate", func() any {
		results := on(r.do("NewConstraint", "<1, >0.5"), "Validate", version("2.0.0")).([]any)
		return fmt.Sprint(results[0], results[1])
	})
	r.step("err", func() any { _, err := r.try("NewVersion", "1.2.3.4.5"); return err })
	r.step("is", func() any {
		_, err := r.try("NewVersion", "abc")
		return errors.Is(err, variableOf[error](r, "ErrInvalidSemVer"))
	})
}

func decimalTwin(r *corpusRun) {
	parse := func(text string) any { return r.do("RequireFromString", text) }
	whole := func(n int64) any { return r.do("NewFromInt", n) }
	r.step("sum", func() any {
		a, b := parse("0.1"), parse("0.2")
		return fmt.Sprint(on(on(a, "Add", b), "String"), on(on(a, "DivRound", whole(3), 20), "String"), on(a, "Equal", b), on(a, "Cmp", b), on(a, "StringFixed", 3))
	})
	r.step("avg", func() any {
		avg := must(winplugin.Func[func(first *winplugin.Object, rest ...*winplugin.Object) *winplugin.Object](r.Plugin, "Avg"))
		return on(avg(whole(1).(*winplugin.Object), whole(2).(*winplugin.Object), parse("4.5").(*winplugin.Object)), "String")
	})
	r.step("exp", func() any {
		d := parse("1.100")
		return fmt.Sprint(on(d, "Exponent"), on(d, "Coefficient"), on(d, "String"))
	})
	r.step("json", func() any { return asJSON(struct{ Price any }{parse("136.02")}) })
	r.step("print", func() any { return parse("136.02") })
	r.step("divzero", func() any { return on(whole(1), "Div", variableOf[*winplugin.Object](r, "Zero")) })
	r.step("chain", func() any {
		d := on(on(whole(10), "Mul", r.do("NewFromFloat", 1.5)), "Sub", whole(3))
		return on(on(d, "Round", 1), "String")
	})
}

// magnitude is humanize's RelTimeMagnitude as this host has it.
type magnitude struct {
	D      time.Duration
	Format string
	DivBy  time.Duration
}

func humanizeTwin(r *corpusRun) {
	r.step("bytes", func() any {
		return fmt.Sprint(r.do("Bytes", 82854982), r.do("IBytes", 82854982), r.do("Comma", -1234567), r.do("Ordinal", 22), r.do("SIWithDigits", 0.00000000223, 2, "M"))
	})
	t := time.Unix(1e9, 0)
	r.step("rel", func() any { return r.do("RelTime", t, t.Add(90*time.Minute), "ago", "later") })
	r.step("parse", func() any { n, err := r.try("ParseBytes", "42 MiB"); return fmt.Sprint(n, err) })
	r.step("custom", func() any {
		custom := must(winplugin.Func[func(a, b time.Time, al, bl string, m []magnitude) string](r.Plugin, "CustomRelTime"))
		return custom(t, t.Add(time.Hour), "ago", "later", []magnitude{{time.Hour, "now", time.Second}, {1 << 62, "long %s", 1}})
	})
	r.step("const", func() any { return r.constant("MiByte") })
}

func slugTwin(r *corpusRun) {
	r.step("make", func() any {
		var slug struct {
			Make     func(string) string
			MakeLang func(text, lang string) string
			IsSlug   func(string) bool
		}
		if err := r.Bind(&slug); err != nil {
			return err
		}
		return fmt.Sprint(slug.Make("Hellö Wörld хелло ворлд"), slug.MakeLang("This & that", "de"), slug.IsSlug("a-b"))
	})
	r.step("custom", func() any {
		if err := must(winplugin.Var[map[string]string](r.Plugin, "CustomSub")).Set(map[string]string{"water": "sand"}); err != nil {
			return err
		}
		if err := must(winplugin.Var[int](r.Plugin, "MaxLength")).Set(10); err != nil {
			return err
		}
		return r.do("Make", "water is hot today")
	})
}

// printfer prints.
type printfer func(string, ...any)

func (p printfer) Printf(format string, a ...any) { p(format, a...) }

func cronTwin(r *corpusRun) {
	t0 := time.Date(2024, 2, 28, 23, 59, 0, 0, time.UTC)
	r.step("std", func() any { return on(r.do("ParseStandard", "30 4 1,15 * 5"), "Next", t0) })
	r.step("every", func() any { return on(r.do("Every", 90*time.Minute), "Next", t0) })
	r.step("parser", func() any {
		var options int
		for _, name := range []string{"Second", "Minute", "Hour", "Dom", "Month", "Dow"} {
			options |= r.constant(name).(int)
		}
		return on(on(r.do("NewParser", options), "Parse", "5 4 3 * * *"), "Next", t0)
	})
	r.step("run", func() any {
		c := r.do("New", r.do("WithSeconds"), r.do("WithLocation", time.UTC))
		n := make(chan int, 10)
		id, err := tryOn(c, "AddFunc", "* * * * * *", func() { n <- 1 })
		on(c, "Start")
		<-n
		<-on(c, "Stop").(context.Context).Done()
		return fmt.Sprint(id, err, length(on(c, "Entries")))
	})
	r.step("bad", func() any { _, err := r.try("ParseStandard", "61 * * * *"); return err })
	r.step("logger", func() any {
		var lines []string
		l := r.do("VerbosePrintfLogger", printfer(func(f string, a ...any) { lines = append(lines, fmt.Sprintf(f, a...)) }))
		chain := r.do("NewChain", r.do("SkipIfStillRunning", l))
		on(on(chain, "Then", r.make("FuncJob", func() { lines = append(lines, "ran") })), "Run")
		on(l, "Info", "hi", "k", 1)
		return lines
	})
}
