package e2e

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() {
	twins["cmp"] = twin{path: "github.com/google/go-cmp/cmp", run: cmpTwin}
	twins["zstd"] = twin{path: "github.com/klauspost/compress/zstd", run: zstdTwin}
	twins["validator"] = twin{path: "github.com/go-playground/validator/v10", run: validatorTwin}
	twins["argon2"] = twin{path: "golang.org/x/crypto/argon2", run: argon2Twin}
	twins["viper"] = twin{path: "github.com/spf13/viper", run: viperTwin}
	twins["hcl"] = twin{path: "github.com/hashicorp/hcl/v2/hclsimple", run: hclTwin}
	twins["structpb"] = twin{path: "google.golang.org/protobuf/types/known/structpb", more: []string{"google.golang.org/protobuf/encoding/protojson"}, run: structpbTwin}
	twins["ristretto"] = twin{path: "github.com/dgraph-io/ristretto", run: ristrettoTwin}
}

// celsius compares by itself.
type celsius struct{ Degrees float64 }

func (c celsius) Equal(d celsius) bool { return int(c.Degrees) == int(d.Degrees) }

func cmpTwin(r *corpusRun) {
	r.step("equal", func() any {
		return fmt.Sprint(r.do("Equal", []int{1}, []int{1}), r.do("Equal", map[string]any{"a": 1}, map[string]any{"a": 2}))
	})
	r.step("diff", func() any {
		return strings.ReplaceAll(r.do("Diff", struct{ A, B int }{1, 2}, struct{ A, B int }{1, 3}).(string), "\u00a0", " ")
	})
	r.step("comparer", func() any {
		return r.do("Equal", 1.0, 1.0001, r.do("Comparer", func(a, b float64) bool { return a-b < 0.01 && b-a < 0.01 }))
	})
	r.step("method", func() any {
		return fmt.Sprint(r.do("Equal", celsius{20.1}, celsius{20.9}), r.do("Equal", celsius{20}, celsius{21}))
	})
	r.step("unexported", func() any {
		type point struct {
			X, Y int
			tag  string
		}
		return r.do("Equal", point{1, 2, "a"}, point{1, 2, "b"})
	})
	r.step("transformer", func() any {
		return r.do("Equal", "ABC", "abc", r.do("Transformer", "lower", func(s string) []byte { return bytes.ToLower([]byte(s)) }),
			r.do("FilterPath", func(*winplugin.Object) bool { return false }, r.do("Ignore")))
	})
}

func zstdTwin(r *corpusRun) {
	text := []byte(strings.Repeat("hello ", 200))
	r.step("all", func() any {
		b := on(r.do("NewWriter", nil), "EncodeAll", text, nil).([]byte)
		return fmt.Sprint(len(b) < 60, bytes.Equal(on(r.do("NewReader", nil), "DecodeAll", b, nil).([]byte), text))
	})
	r.step("stream", func() any {
		var b bytes.Buffer
		w := asA[io.WriteCloser](r.do("NewWriter", &b, r.do("WithEncoderLevel", r.constant("SpeedBestCompression"))))
		io.Copy(w, bytes.NewReader(text))
		err := w.Close()
		d := r.do("NewReader", &b)
		defer on(d, "Close")
		return fmt.Sprint(len(must(io.ReadAll(asA[io.Reader](d)))), err)
	})
	r.step("bad", func() any {
		_, err := tryOn(r.do("NewReader", nil), "DecodeAll", []byte("nonsense"), nil)
		return fmt.Sprint(err, errors.Is(err, variableOf[error](r, "ErrMagicMismatch")))
	})
	r.step("level", func() any { return fmt.Sprint(r.do("EncoderLevelFromZstd", 19), r.constant("SpeedFastest")) })
	r.step("header", func() any {
		h := r.make("Header", nil)
		_, err := tryOn(h, "Decode", on(r.do("NewWriter", nil), "EncodeAll", text, nil))
		return fmt.Sprint(field(h, "FrameContentSize"), field(h, "HasCheckSum"), err)
	})
}

func validatorTwin(r *corpusRun) {
	type account struct {
		Email string   `validate:"required,email"`
		Age   int      `validate:"gte=18,lte=130"`
		Tags  []string `validate:"dive,min=2"`
		Zip   string   `validate:"omitempty,zip"`
	}
	v := r.do("New", r.do("WithRequiredStructEnabled"))
	validate := func(x any) error { _, err := tryOn(v, "Struct", x); return err }
	check := func(x any, tag string) error { _, err := tryOn(v, "Var", x, tag); return err }
	r.step("register", func() any {
		_, err := tryOn(v, "RegisterValidation", "zip", func(f *winplugin.Object) bool {
			return len(fmt.Sprint(on(f, "Field"))) == 5
		})
		return fmt.Sprint(err, validate(account{"a@b.org", 20, nil, "123"}), validate(account{"a@b.org", 20, nil, "12345"}))
	})
	r.step("valid", func() any { return validate(account{"a@b.org", 20, []string{"aa"}, ""}) == nil })
	r.step("invalid", func() any { return validate(account{"nope", 3, []string{"a"}, ""}) })
	r.step("fields", func() any {
		list := must(winplugin.As[[]*winplugin.Object](errorObject(validate(&account{Age: 20}))))
		return fmt.Sprint(len(list), on(list[0], "Field"), on(list[0], "Tag"), on(list[0], "Namespace"))
	})
	r.step("var", func() any { return fmt.Sprint(check("x@y.org", "email"), check(5, "gt=10")) })
	r.step("notstruct", func() any { return errorType(validate(3), "*validator.InvalidValidationError") })
	r.step("tagname", func() any {
		w := r.do("New")
		on(w, "SetTagName", "check")
		_, err := tryOn(w, "Struct", struct {
			N int `check:"max=3"`
		}{4})
		return err
	})
}

func argon2Twin(r *corpusRun) {
	var argon2 struct {
		IDKey func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte
		Key   func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte
	}
	if err := r.Bind(&argon2); err != nil {
		r.t.Fatal(err)
	}
	r.step("id", func() any {
		return hex.EncodeToString(argon2.IDKey([]byte("password"), []byte("somesalt"), 1, 1024, 1, 16))
	})
	r.step("i", func() any {
		return hex.EncodeToString(argon2.Key([]byte("password"), []byte("somesalt"), 1, 1024, 2, 16))
	})
	r.step("panic", func() any { return argon2.IDKey(nil, nil, 0, 1024, 1, 16) })
	r.step("version", func() any { return r.constant("Version") })
}

func viperTwin(r *corpusRun) {
	const yml = "app_name: demo\nwait: 2s\ndb:\n  host: h\n  port: 5\nlist: [a, b]\n"
	type settings struct {
		Name string        `mapstructure:"app_name"`
		Wait time.Duration `mapstructure:"wait"`
		DB   struct {
			Host string `mapstructure:"host"`
			Port int    `mapstructure:"port"`
		} `mapstructure:"db"`
	}
	read := func() any {
		v := r.do("New")
		on(v, "SetConfigType", "yaml")
		on(v, "ReadConfig", strings.NewReader(yml))
		return v
	}
	r.step("get", func() any {
		v := read()
		return fmt.Sprint(on(v, "GetString", "app_name"), on(v, "GetDuration", "wait"), on(v, "GetInt", "db.port"), on(v, "GetStringSlice", "list"), on(v, "Get", "db.host"), on(v, "IsSet", "x"))
	})
	r.step("unmarshal", func() any {
		var s settings
		_, err := tryOn(read(), "Unmarshal", &s)
		return fmt.Sprint(asJSON(s), err)
	})
	r.step("key", func() any {
		var n int
		_, err := tryOn(read(), "UnmarshalKey", "db.port", &n)
		return fmt.Sprint(n, err)
	})
	r.step("set", func() any {
		v := read()
		on(v, "SetDefault", "depth", 3)
		on(v, "Set", "db.host", "other")
		return fmt.Sprint(on(v, "GetInt", "depth"), on(v, "GetString", "db.host"), length(on(v, "AllKeys")))
	})
	r.step("sub", func() any {
		v := read()
		return fmt.Sprint(on(on(v, "Sub", "db"), "GetInt", "port"), on(v, "Sub", "nope") == nil)
	})
	r.step("all", func() any { return asJSON(on(read(), "AllSettings")) })
	r.step("exact", func() any {
		var s struct{ Other int }
		_, err := tryOn(read(), "UnmarshalExact", &s)
		return err
	})
	r.step("notfound", func() any {
		v := r.do("New")
		on(v, "SetConfigName", "nope")
		_, err := tryOn(v, "ReadInConfig")
		return errorType(err, "viper.ConfigFileNotFoundError")
	})
}

type (
	hclService struct {
		Name  string   `hcl:"name,label"`
		Port  int      `hcl:"port"`
		Hosts []string `hcl:"hosts,optional"`
	}
	hclConfig struct {
		Mode     string       `hcl:"mode"`
		Services []hclService `hcl:"service,block"`
	}
)

func hclTwin(r *corpusRun) {
	const src = "mode = \"x${1 + 1}\"\nservice \"a\" {\n port = 80\n}\nservice \"b\" {\n port = 81\n hosts = [\"h\"]\n}\n"
	decode := func(file, src string, v any) error { _, err := r.try("Decode", file, []byte(src), nil, v); return err }
	r.step("decode", func() any { var c hclConfig; err := decode("c.hcl", src, &c); return fmt.Sprint(asJSON(c), err) })
	r.step("missing", func() any { return decode("c.hcl", "mode = 1", &struct{}{}) == nil })
	r.step("error", func() any {
		var c hclConfig
		err := decode("c.hcl", "service \"a\" {}\n", &c)
		ok := errorType(err, "hcl.Diagnostics")
		list := must(winplugin.As[[]*winplugin.Object](errorObject(err)))
		return fmt.Sprint(err, ok, len(list), field(list[0], "Summary"), field(list[0], "Subject", "Start", "Line"))
	})
	r.step("json", func() any {
		var c hclConfig
		err := decode("c.json", `{"mode":"j","service":{"z":{"port":1}}}`, &c)
		return fmt.Sprint(asJSON(c), err)
	})
}

func structpbTwin(r *corpusRun) {
	r.step("new", func() any {
		return asJSON(on(r.do("NewStruct", map[string]any{"a": 1, "b": []any{"x", nil, true}}), "AsMap"))
	})
	r.step("value", func() any {
		v := r.do("NewStringValue", "x")
		return fmt.Sprint(on(v, "GetStringValue"), on(v, "AsInterface"), on(v, "GetNumberValue"))
	})
	r.step("json", func() any {
		b, err := tryOn(r.do("NewStruct", map[string]any{"n": 1.5}), "MarshalJSON")
		return fmt.Sprint(strings.ReplaceAll(string(b.([]byte)), " ", ""), err)
	})
	r.step("protojson", func() any {
		s := r.make("Struct", nil)
		_, err := r.try("protojson.Unmarshal", []byte(`{"k":{"z":2}}`), s)
		value := func(s any, key string) any { return on(s, "GetFields").(map[string]*winplugin.Object)[key] }
		return fmt.Sprint(on(value(on(value(s, "k"), "GetStructValue"), "z"), "GetNumberValue"), err)
	})
	r.step("bad", func() any { _, err := r.try("NewValue", make(chan int)); return err != nil })
	r.step("list", func() any { return length(on(r.do("NewList", []any{1, "a"}), "GetValues")) })
}

func ristrettoTwin(r *corpusRun) {
	newCache := func() any {
		return r.do("NewCache", r.make("Config", map[string]any{"NumCounters": 100, "MaxCost": 10, "BufferItems": 64, "OnEvict": func(*winplugin.Object) {}}))
	}
	r.step("set", func() any {
		c := newCache()
		defer on(c, "Close")
		ok := on(c, "Set", "k", map[string]int{"a": 1}, 1)
		on(c, "Wait")
		found, none := on(c, "Get", "k").([]any), on(c, "Get", "none").([]any)
		return fmt.Sprint(ok, found[0], found[1], none[1])
	})
	r.step("pointer", func() any {
		c, p := newCache(), &corpusPerson{"Ada", 36}
		defer on(c, "Close")
		on(c, "Set", 1, p, 1)
		on(c, "Wait")
		return on(c, "Get", 1).([]any)[0] == any(p)
	})
	r.step("del", func() any {
		c := newCache()
		defer on(c, "Close")
		on(c, "SetWithTTL", "k", 1, 1, time.Hour)
		on(c, "Wait")
		ttl := on(c, "GetTTL", "k").([]any)
		on(c, "Del", "k")
		on(c, "Wait")
		return fmt.Sprint(ttl[1], on(c, "Get", "k").([]any)[1])
	})
	r.step("bad", func() any { _, err := r.try("NewCache", r.make("Config", nil)); return err })
}
