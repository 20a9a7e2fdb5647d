package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() {
	twins["gjson"] = twin{path: "github.com/tidwall/gjson", quick: true, run: gjsonTwin}
	twins["sjson"] = twin{path: "github.com/tidwall/sjson", quick: true, run: sjsonTwin}
	twins["mapstructure"] = twin{path: "github.com/mitchellh/mapstructure", quick: true, run: mapstructureTwin}
	twins["yaml"] = twin{path: "gopkg.in/yaml.v3", quick: true, run: yamlTwin}
	twins["toml"] = twin{path: "github.com/BurntSushi/toml", quick: true, run: tomlTwin}
}

type corpusServer struct {
	Host string        `yaml:"host_name" toml:"host_name" mapstructure:"host_name" json:"host"`
	Port int           `yaml:"port" toml:"port" mapstructure:"port"`
	Wait time.Duration `yaml:"wait" toml:"wait" mapstructure:"wait"`
	Tags []string      `yaml:"tags,omitempty" toml:"tags" mapstructure:"tags"`
}

type corpusConfig struct {
	Name    string            `yaml:"name" toml:"name" mapstructure:"name"`
	Servers []corpusServer    `yaml:"servers" toml:"servers" mapstructure:"servers"`
	Extra   map[string]any    `yaml:"extra" toml:"extra" mapstructure:"extra"`
	Env     map[string]string `yaml:",inline" toml:"-" mapstructure:"-"`
	Opt     *int              `yaml:"opt" toml:"opt" mapstructure:"opt"`
}

const (
	corpusYAML = "name: n\nservers:\n- host_name: a\n  port: 80\n  wait: 3s\n- host_name: b\n  port: 81\n  tags: [x, y]\nextra:\n  k: [1, 2.5, true, null, z]\n  m: {q: 1}\nopt: 4\n"
	corpusTOML = "name='n'\nopt=4\n[[servers]]\nhost_name='a'\nport=80\nwait='3s'\n[[servers]]\nhost_name='b'\nport=81\ntags=['x','y']\n[extra]\nk=[1,2]\nt=2020-01-02T03:04:05Z\n"
	corpusJSON = `{"name":{"first":"Janet","last":"Prichard"},"age":47,"friends":[{"n":"Dale","age":44},{"n":"Roger","age":68}]}`
)

func gjsonTwin(r *corpusRun) {
	get := func(path string) any { return r.do("Get", corpusJSON, path) }
	r.step("get", func() any {
		return fmt.Sprint(on(get("name.last"), "String"), on(get("friends.#"), "Int"), on(element(on(get("friends.#.n"), "Array"), 1), "String"),
			on(get("nope"), "Exists"), r.do("Valid", corpusJSON))
	})
	r.step("foreach", func() any {
		var out []string
		on(get("friends"), "ForEach", func(k, v *winplugin.Object) bool {
			out = append(out, on(on(v, "Get", "n"), "String").(string))
			return true
		})
		return out
	})
	r.step("value", func() any { return asJSON(on(r.do("Parse", corpusJSON), "Value")) })
	r.step("modifier", func() any {
		r.do("AddModifier", "shout", func(json, arg string) string { return strings.ToUpper(json) })
		return on(get("name.last|@shout"), "String")
	})
	r.step("type", func() any {
		age := get("age")
		return fmt.Sprint(field(age, "Type"), field(age, "Type") == r.constant("Number"), field(age, "Num"))
	})
}

func sjsonTwin(r *corpusRun) {
	print := func(v any, err error) any { return fmt.Sprint(v, err) }
	r.step("set", func() any { return print(r.try("Set", corpusJSON, "name.last", "Anderson")) })
	r.step("arr", func() any { return print(r.try("Set", `{}`, "a.-1", map[string]any{"x": []int{1, 2}})) })
	r.step("del", func() any { return print(r.try("Delete", corpusJSON, "friends.0")) })
	r.step("opt", func() any {
		set := must(winplugin.Func[func(json []byte, path string, value any, options *struct{ Optimistic, ReplaceInPlace bool }) ([]byte, error)](r.Plugin, "SetBytesOptions"))
		b, err := set([]byte(`{"a":1}`), "a", 2, &struct{ Optimistic, ReplaceInPlace bool }{true, true})
		return fmt.Sprint(string(b), err)
	})
}

func mapstructureTwin(r *corpusRun) {
	in := map[string]any{"name": "n", "opt": 3, "servers": []map[string]any{{"host_name": "a", "port": 80}}, "extra": map[string]any{"k": 1}}
	decode := func(function string, in, out any) error { _, err := r.try(function, in, out); return err }
	r.step("decode", func() any { var c corpusConfig; err := decode("Decode", in, &c); return fmt.Sprint(asJSON(c), err) })
	r.step("weak", func() any {
		var s corpusServer
		err := decode("WeakDecode", map[string]any{"port": "81", "host_name": 5}, &s)
		return fmt.Sprint(asJSON(s), err)
	})
	r.step("config", func() any {
		var s corpusServer
		metadata := r.make("Metadata", nil)
		decoder := r.do("NewDecoder", r.make("DecoderConfig", map[string]any{
			"Result": &s, "Metadata": metadata, "DecodeHook": r.do("StringToTimeDurationHookFunc"),
		}))
		_, err := tryOn(decoder, "Decode", map[string]any{"wait": "3s", "zzz": 1})
		return fmt.Sprint(asJSON(s), field(metadata, "Unused"), err)
	})
	r.step("err", func() any { var s corpusServer; return decode("Decode", map[string]any{"port": "x"}, &s) })
	r.step("rev", func() any {
		var out map[string]any
		err := decode("Decode", corpusServer{Host: "h", Port: 1}, &out)
		return fmt.Sprint(asJSON(out), err)
	})
}

// yamlLevel reads itself, without yaml's types.
type yamlLevel int

func (l *yamlLevel) UnmarshalYAML(unmarshal func(any) error) error {
	var text string
	if err := unmarshal(&text); err != nil {
		return err
	}
	if text == "high" {
		*l = 9
	}
	return nil
}

func yamlTwin(r *corpusRun) {
	unmarshal := func(text string, v any) error { _, err := r.try("Unmarshal", []byte(text), v); return err }
	r.step("map", func() any { var v map[string]any; err := unmarshal(corpusYAML, &v); return fmt.Sprint(asJSON(v), err) })
	r.step("any", func() any { var v any; err := unmarshal(corpusYAML, &v); return fmt.Sprint(asJSON(v), err) })
	r.step("struct", func() any { var c corpusConfig; err := unmarshal(corpusYAML, &c); return fmt.Sprint(asJSON(c), err) })
	r.step("marshal", func() any {
		marshal := must(winplugin.Func[func(any) ([]byte, error)](r.Plugin, "Marshal"))
		b, err := marshal(corpusConfig{Name: "n", Servers: []corpusServer{{Host: "h", Wait: time.Second}}})
		return fmt.Sprint(string(b), err)
	})
	type strict struct {
		N int `yaml:"n"`
	}
	r.step("stream", func() any {
		d := r.do("NewDecoder", strings.NewReader("n: 1\n---\nn: 2\n"))
		var out []int
		for {
			var s strict
			if _, err := tryOn(d, "Decode", &s); err == io.EOF {
				return out
			} else if err != nil {
				return err
			}
			out = append(out, s.N)
		}
	})
	r.step("known", func() any {
		d := r.do("NewDecoder", strings.NewReader("m: 1"))
		on(d, "KnownFields", true)
		var s strict
		_, err := tryOn(d, "Decode", &s)
		var te *TypeError
		ok := errors.As(err, &te)
		return fmt.Sprint(ok, te.Errors)
	})
	r.step("enc", func() any {
		var b bytes.Buffer
		e := r.do("NewEncoder", &b)
		on(e, "SetIndent", 2)
		_, err := tryOn(e, "Encode", map[string]any{"a": []int{1, 2}, "t": time.Unix(0, 0).UTC()})
		on(e, "Close")
		return fmt.Sprint(b.String(), err)
	})
	r.step("node", func() any {
		n := r.make("Node", nil)
		err := unmarshal("a: 1 # c\nb: [x]", n)
		content := field(n, "Content")
		return fmt.Sprint(field(n, "Kind"), length(content), field(element(field(element(content, 0), "Content"), 1), "LineComment"), err)
	})
	r.step("custom", func() any {
		var v struct{ L yamlLevel }
		err := unmarshal("l: high", &v)
		return fmt.Sprint(v.L, err)
	})
}

// TypeError is yaml's as this host has it.
type TypeError struct{ Errors []string }

func (e *TypeError) Error() string { return strings.Join(e.Errors, "\n") }

func tomlTwin(r *corpusRun) {
	decode := func(text string, v any) (any, error) { return r.try("Decode", text, v) }
	r.step("map", func() any { var v map[string]any; _, err := decode(corpusTOML, &v); return fmt.Sprint(asJSON(v), err) })
	r.step("struct", func() any { var c corpusConfig; _, err := decode(corpusTOML, &c); return fmt.Sprint(asJSON(c), err) })
	r.step("meta", func() any {
		var s struct{ Name string }
		md, err := decode(corpusTOML, &s)
		return fmt.Sprint(length(on(md, "Keys")), on(md, "IsDefined", "extra", "k"), element(on(md, "Undecoded"), 0), on(md, "Type", "opt"), err)
	})
	r.step("enc", func() any {
		var b bytes.Buffer
		_, err := tryOn(r.do("NewEncoder", &b), "Encode", corpusConfig{Name: "n", Servers: []corpusServer{{Host: "h"}}})
		return fmt.Sprint(b.String(), err)
	})
	r.step("err", func() any {
		var v any
		_, err := decode("a = \n", &v)
		var er *winplugin.ErrorResult
		ok := errors.As(err, &er) && er.Type == "toml.ParseError"
		return fmt.Sprint(ok, field(errorObject(err), "Position", "Line"), on(errorObject(err), "ErrorWithPosition"))
	})
	r.step("marshal", func() any {
		b, err := r.try("Marshal", map[string]any{"x": 1.5, "y": []string{"a"}})
		return fmt.Sprint(string(b.([]byte)), err)
	})
}
