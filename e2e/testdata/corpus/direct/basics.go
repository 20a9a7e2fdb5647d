package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"io"
	"strings"
	"text/template"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/Masterminds/semver/v3"
	"github.com/Masterminds/sprig/v3"
	"github.com/dustin/go-humanize"
	"github.com/expr-lang/expr"
	"github.com/google/uuid"
	"github.com/gosimple/slug"
	"github.com/mitchellh/mapstructure"
	"github.com/robfig/cron/v3"
	"github.com/shopspring/decimal"
	"github.com/skip2/go-qrcode"
	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"
	"github.com/yuin/goldmark"
	"gopkg.in/yaml.v3"

	. "example.com/corpus/steps"
)

const md = "# Title\n\nSome *text* with `code`.\n\n- a\n- b\n"

type server struct {
	Host string        `yaml:"host_name" toml:"host_name" mapstructure:"host_name" json:"host"`
	Port int           `yaml:"port" toml:"port" mapstructure:"port"`
	Wait time.Duration `yaml:"wait" toml:"wait" mapstructure:"wait"`
	Tags []string      `yaml:"tags,omitempty" toml:"tags" mapstructure:"tags"`
}
type conf struct {
	Name    string            `yaml:"name" toml:"name" mapstructure:"name"`
	Servers []server          `yaml:"servers" toml:"servers" mapstructure:"servers"`
	Extra   map[string]any    `yaml:"extra" toml:"extra" mapstructure:"extra"`
	Env     map[string]string `yaml:",inline" toml:"-" mapstructure:"-"`
	Opt     *int              `yaml:"opt" toml:"opt" mapstructure:"opt"`
}

const yml = "name: n\nservers:\n- host_name: a\n  port: 80\n  wait: 3s\n- host_name: b\n  port: 81\n  tags: [x, y]\nextra:\n  k: [1, 2.5, true, null, z]\n  m: {q: 1}\nopt: 4\n"
const tml = "name='n'\nopt=4\n[[servers]]\nhost_name='a'\nport=80\nwait='3s'\n[[servers]]\nhost_name='b'\nport=81\ntags=['x','y']\n[extra]\nk=[1,2]\nt=2020-01-02T03:04:05Z\n"
const js = `{"name":{"first":"Janet","last":"Prichard"},"age":47,"friends":[{"n":"Dale","age":44},{"n":"Roger","age":68}]}`

type strict struct {
	N int `yaml:"n"`
}

func J(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%v (%v)", v, err)
	}
	return string(b)
}

func init() {
	Case("uuid", func() {
		Step("sha1", func() any { return uuid.NewSHA1(uuid.NameSpaceDNS, []byte("example.org")).String() })
		Step("parse", func() any {
			u := Must(uuid.Parse("urn:uuid:f47ac10b-58cc-0372-8567-0e02b2c3d479"))
			return fmt.Sprint(u.Version(), u.Variant(), u.URN())
		})
		Step("bad", func() any { _, err := uuid.Parse("nonsense"); return fmt.Sprint(err, uuid.IsInvalidLengthError(err)) })
		Step("reader", func() any {
			return Must(uuid.NewRandomFromReader(bytes.NewReader([]byte("0123456789abcdef")))).String()
		})
		Step("mapkey", func() any {
			m := map[uuid.UUID]int{}
			m[uuid.MustParse("f47ac10b-58cc-0372-8567-0e02b2c3d479")]++
			m[uuid.MustParse("F47AC10B-58CC-0372-8567-0E02B2C3D479")]++
			return len(m)
		})
		Step("must", func() any { return uuid.MustParse("x") })
		Step("const", func() any { return fmt.Sprint(uuid.Person, uuid.RFC4122) })
		Step("json", func() any {
			return J(map[string]any{"id": uuid.MustParse("f47ac10b-58cc-0372-8567-0e02b2c3d479")})
		})
	})
	Case("goldmark", func() {
		Step("convert", func() any {
			var b bytes.Buffer
			err := goldmark.Convert([]byte(md), &b)
			return fmt.Sprint(b.String(), err)
		})
		Step("new", func() any {
			var b bytes.Buffer
			err := goldmark.New().Convert([]byte(md), &b)
			return fmt.Sprint(b.String(), err)
		})
	})
	Case("semver", func() {
		Step("check", func() any {
			c := Must(semver.NewConstraint(">= 1.2, < 2.0.0 || ~3.1"))
			return fmt.Sprint(c.Check(semver.MustParse("1.5.0")), c.Check(semver.MustParse("2.0.0")), c.Check(semver.MustParse("3.1.9")), c.String())
		})
		Step("cmp", func() any {
			a, b := semver.MustParse("v1.2.3-beta.1+b345"), semver.MustParse("1.2.3")
			return fmt.Sprint(a.Compare(b), a.LessThan(b), a.Major(), a.Prerelease(), a.Metadata(), a.String())
		})
		Step("original", func() any { return semver.MustParse("v1.2").Original() })
		Step("inc", func() any { return semver.MustParse("1.2.3").IncMinor().String() })
		Step("validate", func() any {
			ok, errs := Must(semver.NewConstraint("<1, >0.5")).Validate(semver.MustParse("2.0.0"))
			return fmt.Sprint(ok, errs)
		})
		Step("err", func() any { _, err := semver.NewVersion("1.2.3.4.5"); return err })
		Step("is", func() any { _, err := semver.NewVersion("abc"); return err == semver.ErrInvalidSemVer })
	})
	Case("sprig", func() {
		Step("tmpl", func() any {
			var b bytes.Buffer
			t := template.Must(template.New("x").Funcs(sprig.FuncMap()).Parse(`{{ "hello world" | upper | trunc 5 }} {{ list 1 2 3 | join "-" }} {{ dict "a" 1 "b" 2 | toJson }} {{ add 1 2 3 }} {{ default "d" "" }} {{ semver "1.2.3" | toString }} {{ "a,b" | splitList "," | last }} {{ sha256sum "x" }}`))
			err := t.Execute(&b, nil)
			return fmt.Sprint(b.String(), err)
		})
		Step("len", func() any { return len(sprig.TxtFuncMap()) })
		Step("fail", func() any {
			var b bytes.Buffer
			t := template.Must(template.New("x").Funcs(sprig.FuncMap()).Parse(`{{ fail "no" }}`))
			return t.Execute(&b, nil)
		})
	})
	Case("humanize", func() {
		Step("bytes", func() any {
			return fmt.Sprint(humanize.Bytes(82854982), humanize.IBytes(82854982), humanize.Comma(-1234567), humanize.Ordinal(22), humanize.SIWithDigits(0.00000000223, 2, "M"))
		})
		Step("rel", func() any { t := time.Unix(1e9, 0); return humanize.RelTime(t, t.Add(90*time.Minute), "ago", "later") })
		Step("parse", func() any { return fmt.Sprint(humanize.ParseBytes("42 MiB")) })
		Step("custom", func() any {
			t := time.Unix(1e9, 0)
			return humanize.CustomRelTime(t, t.Add(time.Hour), "ago", "later", []humanize.RelTimeMagnitude{{D: time.Hour, Format: "now", DivBy: time.Second}, {D: 1 << 62, Format: "long %s", DivBy: 1}})
		})
		Step("const", func() any { return humanize.MiByte })
	})
	Case("slug", func() {
		Step("make", func() any {
			return fmt.Sprint(slug.Make("Hellö Wörld хелло ворлд"), slug.MakeLang("This & that", "de"), slug.IsSlug("a-b"))
		})
		Step("custom", func() any {
			slug.CustomSub = map[string]string{"water": "sand"}
			slug.MaxLength = 10
			return slug.Make("water is hot today")
		})
	})
	Case("decimal", func() {
		Step("sum", func() any {
			a, b := decimal.RequireFromString("0.1"), decimal.RequireFromString("0.2")
			return fmt.Sprint(a.Add(b).String(), a.DivRound(decimal.NewFromInt(3), 20).String(), a.Equal(b), a.Cmp(b), a.StringFixed(3))
		})
		Step("avg", func() any {
			return decimal.Avg(decimal.NewFromInt(1), decimal.NewFromInt(2), decimal.RequireFromString("4.5")).String()
		})
		Step("exp", func() any {
			d := decimal.RequireFromString("1.100")
			return fmt.Sprint(d.Exponent(), d.Coefficient(), d.String())
		})
		Step("json", func() any { return J(struct{ Price decimal.Decimal }{decimal.RequireFromString("136.02")}) })
		Step("print", func() any { return decimal.RequireFromString("136.02") })
		Step("divzero", func() any { return decimal.NewFromInt(1).Div(decimal.Zero) })
		Step("chain", func() any {
			return decimal.NewFromInt(10).Mul(decimal.NewFromFloat(1.5)).Sub(decimal.NewFromInt(3)).Round(1).String()
		})
	})
	Case("cron", func() {
		t0 := time.Date(2024, 2, 28, 23, 59, 0, 0, time.UTC)
		Step("std", func() any { s := Must(cron.ParseStandard("30 4 1,15 * 5")); return s.Next(t0) })
		Step("every", func() any { return cron.Every(90 * time.Minute).Next(t0) })
		Step("parser", func() any {
			return Must(cron.NewParser(cron.Second | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow).Parse("5 4 3 * * *")).Next(t0)
		})
		Step("run", func() any {
			c := cron.New(cron.WithSeconds(), cron.WithLocation(time.UTC))
			n := make(chan int, 10)
			id, err := c.AddFunc("* * * * * *", func() { n <- 1 })
			c.Start()
			<-n
			<-c.Stop().Done()
			return fmt.Sprint(id, err, len(c.Entries()))
		})
		Step("bad", func() any { _, err := cron.ParseStandard("61 * * * *"); return err })
		Step("logger", func() any {
			var lines []string
			l := cron.VerbosePrintfLogger(printfer(func(f string, a ...any) { lines = append(lines, fmt.Sprintf(f, a...)) }))
			j := cron.NewChain(cron.SkipIfStillRunning(l)).Then(cron.FuncJob(func() { lines = append(lines, "ran") }))
			j.Run()
			l.Info("hi", "k", 1)
			return lines
		})
	})
	Case("gjson", func() {
		Step("get", func() any {
			return fmt.Sprint(gjson.Get(js, "name.last").String(), gjson.Get(js, "friends.#").Int(), gjson.Get(js, "friends.#.n").Array()[1].String(), gjson.Get(js, "nope").Exists(), gjson.Valid(js))
		})
		Step("foreach", func() any {
			var out []string
			gjson.Get(js, "friends").ForEach(func(k, v gjson.Result) bool { out = append(out, v.Get("n").String()); return true })
			return out
		})
		Step("value", func() any { return J(gjson.Parse(js).Value()) })
		Step("modifier", func() any {
			gjson.AddModifier("shout", func(json, arg string) string { return strings.ToUpper(json) })
			return gjson.Get(js, "name.last|@shout").String()
		})
		Step("type", func() any { r := gjson.Get(js, "age"); return fmt.Sprint(r.Type, r.Type == gjson.Number, r.Num) })
	})
	Case("sjson", func() {
		Step("set", func() any { return fmt.Sprint(sjson.Set(js, "name.last", "Anderson")) })
		Step("arr", func() any { return fmt.Sprint(sjson.Set(`{}`, "a.-1", map[string]any{"x": []int{1, 2}})) })
		Step("del", func() any { return fmt.Sprint(sjson.Delete(js, "friends.0")) })
		Step("opt", func() any {
			b, err := sjson.SetBytesOptions([]byte(`{"a":1}`), "a", 2, &sjson.Options{Optimistic: true, ReplaceInPlace: true})
			return fmt.Sprint(string(b), err)
		})
	})
	Case("mapstructure", func() {
		in := map[string]any{"name": "n", "opt": 3, "servers": []map[string]any{{"host_name": "a", "port": 80}}, "extra": map[string]any{"k": 1}}
		Step("decode", func() any { var c conf; err := mapstructure.Decode(in, &c); return fmt.Sprint(J(c), err) })
		Step("weak", func() any {
			var s server
			err := mapstructure.WeakDecode(map[string]any{"port": "81", "host_name": 5}, &s)
			return fmt.Sprint(J(s), err)
		})
		Step("config", func() any {
			var s server
			var md mapstructure.Metadata
			d := Must(mapstructure.NewDecoder(&mapstructure.DecoderConfig{Result: &s, Metadata: &md, DecodeHook: mapstructure.StringToTimeDurationHookFunc()}))
			err := d.Decode(map[string]any{"wait": "3s", "zzz": 1})
			return fmt.Sprint(J(s), md.Unused, err)
		})
		Step("err", func() any { var s server; return mapstructure.Decode(map[string]any{"port": "x"}, &s) })
		Step("rev", func() any {
			var out map[string]any
			err := mapstructure.Decode(server{Host: "h", Port: 1}, &out)
			return fmt.Sprint(J(out), err)
		})
	})
	Case("yaml", func() {
		Step("map", func() any { var v map[string]any; err := yaml.Unmarshal([]byte(yml), &v); return fmt.Sprint(J(v), err) })
		Step("any", func() any { var v any; err := yaml.Unmarshal([]byte(yml), &v); return fmt.Sprint(J(v), err) })
		Step("struct", func() any { var c conf; err := yaml.Unmarshal([]byte(yml), &c); return fmt.Sprint(J(c), err) })
		Step("marshal", func() any {
			b, err := yaml.Marshal(conf{Name: "n", Servers: []server{{Host: "h", Wait: time.Second}}})
			return fmt.Sprint(string(b), err)
		})
		Step("stream", func() any {
			d := yaml.NewDecoder(strings.NewReader("n: 1\n---\nn: 2\n"))
			var out []int
			for {
				var s strict
				if err := d.Decode(&s); err == io.EOF {
					return out
				} else if err != nil {
					return err
				}
				out = append(out, s.N)
			}
		})
		Step("known", func() any {
			d := yaml.NewDecoder(strings.NewReader("m: 1"))
			d.KnownFields(true)
			var s strict
			err := d.Decode(&s)
			te, ok := err.(*yaml.TypeError)
			return fmt.Sprint(ok, te.Errors)
		})
		Step("enc", func() any {
			var b bytes.Buffer
			e := yaml.NewEncoder(&b)
			e.SetIndent(2)
			err := e.Encode(map[string]any{"a": []int{1, 2}, "t": time.Unix(0, 0).UTC()})
			e.Close()
			return fmt.Sprint(b.String(), err)
		})
		Step("node", func() any {
			var n yaml.Node
			err := yaml.Unmarshal([]byte("a: 1 # c\nb: [x]"), &n)
			return fmt.Sprint(n.Kind, len(n.Content), n.Content[0].Content[1].LineComment, err)
		})
		Step("custom", func() any {
			var v struct{ L level }
			err := yaml.Unmarshal([]byte("l: high"), &v)
			return fmt.Sprint(v.L, err)
		})
	})
	Case("toml", func() {
		Step("map", func() any { var v map[string]any; _, err := toml.Decode(tml, &v); return fmt.Sprint(J(v), err) })
		Step("struct", func() any { var c conf; _, err := toml.Decode(tml, &c); return fmt.Sprint(J(c), err) })
		Step("meta", func() any {
			var s struct{ Name string }
			md, err := toml.Decode(tml, &s)
			return fmt.Sprint(len(md.Keys()), md.IsDefined("extra", "k"), md.Undecoded()[0], md.Type("opt"), err)
		})
		Step("enc", func() any {
			var b bytes.Buffer
			err := toml.NewEncoder(&b).Encode(conf{Name: "n", Servers: []server{{Host: "h"}}})
			return fmt.Sprint(b.String(), err)
		})
		Step("err", func() any {
			var v any
			_, err := toml.Decode("a = \n", &v)
			pe, ok := err.(toml.ParseError)
			return fmt.Sprint(ok, pe.Position.Line, pe.ErrorWithPosition())
		})
		Step("marshal", func() any {
			b, err := toml.Marshal(map[string]any{"x": 1.5, "y": []string{"a"}})
			return fmt.Sprint(string(b), err)
		})
	})
	Case("expr", func() {
		env := map[string]any{"greet": "Hello, %v!", "names": []string{"world", "you"}, "sprintf": fmt.Sprintf, "now": func() int { return 7 }, "user": struct {
			Name string
			Age  int
		}{"Ada", 36}}
		Step("eval", func() any { return Must(expr.Eval(`sprintf(greet, names[0])`, env)) })
		Step("arith", func() any {
			return fmt.Sprint(Must(expr.Eval(`user.Age > 18 && user.Name startsWith "A"`, env)), Must(expr.Eval(`map(filter(names, len(#) > 3), upper(#))`, env)), Must(expr.Eval(`now() * 2 + 0.5`, env)))
		})
		Step("compile", func() any {
			p := Must(expr.Compile(`double(x) + now()`, expr.Env(map[string]any{"x": 1, "now": func() int { return 7 }}), expr.AsInt(), expr.Function("double", func(a ...any) (any, error) { return a[0].(int) * 2, nil }, new(func(int) int))))
			return Must(expr.Run(p, map[string]any{"x": 21, "now": func() int { return 1 }}))
		})
		Step("typeerr", func() any { _, err := expr.Compile(`x + "a"`, expr.Env(map[string]any{"x": 1})); return err })
		Step("structenv", func() any {
			p, err := expr.Compile(`Name + " " + Upper(Name)`, expr.Env(envT{}))
			if err != nil {
				return err
			}
			return Must(expr.Run(p, envT{Name: "ada"}))
		})
	})
	Case("qrcode", func() {
		Step("png", func() any {
			b := Must(qrcode.Encode("https://example.org", qrcode.Medium, 256))
			i := Must(png.Decode(bytes.NewReader(b)))
			return fmt.Sprint(i.Bounds(), len(b))
		})
		Step("noborder", func() any {
			q := Must(qrcode.New("x", qrcode.Low))
			q.DisableBorder = true
			return len(q.Bitmap())
		})
		Step("string", func() any { return len(Must(qrcode.New("x", qrcode.Low)).ToString(false)) })
		Step("version", func() any { return Must(qrcode.New("x", qrcode.Low)).VersionNumber })
	})
}

type envT struct{ Name string }

func (e envT) Upper(s string) string { return strings.ToUpper(s) }

type level int

func (l *level) UnmarshalYAML(n *yaml.Node) error {
	if n.Value == "high" {
		*l = 9
	}
	return nil
}

type printfer func(string, ...any)

func (p printfer) Printf(f string, a ...any) { p(f, a...) }
