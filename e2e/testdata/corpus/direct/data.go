package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dgraph-io/ristretto"
	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsimple"
	"github.com/klauspost/compress/zstd"
	"github.com/spf13/viper"
	"golang.org/x/crypto/argon2"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"

	. "example.com/corpus/steps"
)

type point struct {
	X, Y int
	tag  string
}

// celsius compares by itself.
type celsius struct{ Degrees float64 }

func (c celsius) Equal(d celsius) bool { return int(c.Degrees) == int(d.Degrees) }

type account struct {
	Email string   `validate:"required,email"`
	Age   int      `validate:"gte=18,lte=130"`
	Tags  []string `validate:"dive,min=2"`
	Zip   string   `validate:"omitempty,zip"`
}

type settings struct {
	Name string        `mapstructure:"app_name"`
	Wait time.Duration `mapstructure:"wait"`
	DB   struct {
		Host string `mapstructure:"host"`
		Port int    `mapstructure:"port"`
	} `mapstructure:"db"`
}

type service struct {
	Name  string   `hcl:"name,label"`
	Port  int      `hcl:"port"`
	Hosts []string `hcl:"hosts,optional"`
}

type hclConfig struct {
	Mode     string    `hcl:"mode"`
	Services []service `hcl:"service,block"`
}

func init() {
	Case("cmp", func() {
		Step("equal", func() any {
			return fmt.Sprint(cmp.Equal([]int{1}, []int{1}), cmp.Equal(map[string]any{"a": 1}, map[string]any{"a": 2}))
		})
		Step("diff", func() any {
			return strings.ReplaceAll(cmp.Diff(struct{ A, B int }{1, 2}, struct{ A, B int }{1, 3}), "\u00a0", " ")
		})
		Step("comparer", func() any {
			return cmp.Equal(1.0, 1.0001, cmp.Comparer(func(a, b float64) bool { return a-b < 0.01 && b-a < 0.01 }))
		})
		Step("method", func() any {
			return fmt.Sprint(cmp.Equal(celsius{20.1}, celsius{20.9}), cmp.Equal(celsius{20}, celsius{21}))
		})
		Step("unexported", func() any { return cmp.Equal(point{1, 2, "a"}, point{1, 2, "b"}) })
		Step("transformer", func() any {
			return cmp.Equal("ABC", "abc", cmp.Transformer("lower", func(s string) []byte { return bytes.ToLower([]byte(s)) }), cmp.FilterPath(func(p cmp.Path) bool { return false }, cmp.Ignore()))
		})
	})
	Case("zstd", func() {
		text := []byte(strings.Repeat("hello ", 200))
		Step("all", func() any {
			e, d := Must(zstd.NewWriter(nil)), Must(zstd.NewReader(nil))
			b := e.EncodeAll(text, nil)
			return fmt.Sprint(len(b) < 60, bytes.Equal(Must(d.DecodeAll(b, nil)), text))
		})
		Step("stream", func() any {
			var b bytes.Buffer
			w := Must(zstd.NewWriter(&b, zstd.WithEncoderLevel(zstd.SpeedBestCompression)))
			io.Copy(w, bytes.NewReader(text))
			err := w.Close()
			r := Must(zstd.NewReader(&b))
			defer r.Close()
			return fmt.Sprint(len(Must(io.ReadAll(r))), err)
		})
		Step("bad", func() any {
			_, err := Must(zstd.NewReader(nil)).DecodeAll([]byte("nonsense"), nil)
			return fmt.Sprint(err, errors.Is(err, zstd.ErrMagicMismatch))
		})
		Step("level", func() any { return fmt.Sprint(zstd.EncoderLevelFromZstd(19), zstd.SpeedFastest) })
		Step("header", func() any {
			var h zstd.Header
			err := h.Decode(Must(zstd.NewWriter(nil)).EncodeAll(text, nil))
			return fmt.Sprint(h.FrameContentSize, h.HasCheckSum, err)
		})
	})
	Case("validator", func() {
		v := validator.New(validator.WithRequiredStructEnabled())
		Step("register", func() any {
			err := v.RegisterValidation("zip", func(f validator.FieldLevel) bool { return len(f.Field().String()) == 5 })
			return fmt.Sprint(err, v.Struct(account{"a@b.org", 20, nil, "123"}), v.Struct(account{"a@b.org", 20, nil, "12345"}))
		})
		Step("valid", func() any { return v.Struct(account{"a@b.org", 20, []string{"aa"}, ""}) == nil || true })
		Step("invalid", func() any { return v.Struct(account{"nope", 3, []string{"a"}, ""}) })
		Step("fields", func() any {
			var list validator.ValidationErrors
			if !errors.As(v.Struct(&account{Age: 20}), &list) {
				return "none"
			}
			return fmt.Sprint(len(list), list[0].Field(), list[0].Tag(), list[0].Namespace())
		})
		Step("var", func() any { return fmt.Sprint(v.Var("x@y.org", "email"), v.Var(5, "gt=10")) })
		Step("notstruct", func() any { _, ok := v.Struct(3).(*validator.InvalidValidationError); return ok })
		Step("tagname", func() any {
			w := validator.New()
			w.SetTagName("check")
			return w.Struct(struct {
				N int `check:"max=3"`
			}{4})
		})
	})
	Case("argon2", func() {
		Step("id", func() any {
			return hex.EncodeToString(argon2.IDKey([]byte("password"), []byte("somesalt"), 1, 1024, 1, 16))
		})
		Step("i", func() any {
			return hex.EncodeToString(argon2.Key([]byte("password"), []byte("somesalt"), 1, 1024, 2, 16))
		})
		Step("panic", func() any { return argon2.IDKey(nil, nil, 0, 1024, 1, 16) })
		Step("version", func() any { return argon2.Version })
	})
	Case("viper", func() {
		const yml = "app_name: demo\nwait: 2s\ndb:\n  host: h\n  port: 5\nlist: [a, b]\n"
		read := func() *viper.Viper {
			v := viper.New()
			v.SetConfigType("yaml")
			if err := v.ReadConfig(strings.NewReader(yml)); err != nil {
				panic(err)
			}
			return v
		}
		Step("get", func() any {
			v := read()
			return fmt.Sprint(v.GetString("app_name"), v.GetDuration("wait"), v.GetInt("db.port"), v.GetStringSlice("list"), v.Get("db.host"), v.IsSet("x"))
		})
		Step("unmarshal", func() any { var s settings; err := read().Unmarshal(&s); return fmt.Sprint(J(s), err) })
		Step("key", func() any {
			var n int
			err := read().UnmarshalKey("db.port", &n)
			return fmt.Sprint(n, err)
		})
		Step("set", func() any {
			v := read()
			v.SetDefault("depth", 3)
			v.Set("db.host", "other")
			return fmt.Sprint(v.GetInt("depth"), v.GetString("db.host"), len(v.AllKeys()))
		})
		Step("sub", func() any { v := read(); return fmt.Sprint(v.Sub("db").GetInt("port"), v.Sub("nope") == nil) })
		Step("all", func() any { return J(read().AllSettings()) })
		Step("exact", func() any {
			var s struct{ Other int }
			return read().UnmarshalExact(&s)
		})
		Step("notfound", func() any {
			v := viper.New()
			v.SetConfigName("nope")
			var nf viper.ConfigFileNotFoundError
			return errors.As(v.ReadInConfig(), &nf)
		})
	})
	Case("hcl", func() {
		const src = "mode = \"x${1 + 1}\"\nservice \"a\" {\n port = 80\n}\nservice \"b\" {\n port = 81\n hosts = [\"h\"]\n}\n"
		Step("decode", func() any {
			var c hclConfig
			err := hclsimple.Decode("c.hcl", []byte(src), nil, &c)
			return fmt.Sprint(J(c), err)
		})
		Step("missing", func() any {
			var c hclConfig
			return hclsimple.Decode("c.hcl", []byte("mode = 1"), nil, &struct{}{}) == nil || c.Mode != ""
		})
		Step("error", func() any {
			var c hclConfig
			err := hclsimple.Decode("c.hcl", []byte("service \"a\" {}\n"), nil, &c)
			d, ok := err.(hcl.Diagnostics)
			return fmt.Sprint(err, ok, len(d), d[0].Summary, d[0].Subject.Start.Line)
		})
		Step("json", func() any {
			var c hclConfig
			err := hclsimple.Decode("c.json", []byte(`{"mode":"j","service":{"z":{"port":1}}}`), nil, &c)
			return fmt.Sprint(J(c), err)
		})
	})
	Case("structpb", func() {
		Step("new", func() any {
			s := Must(structpb.NewStruct(map[string]any{"a": 1, "b": []any{"x", nil, true}}))
			return J(s.AsMap())
		})
		Step("value", func() any {
			v := structpb.NewStringValue("x")
			return fmt.Sprint(v.GetStringValue(), v.AsInterface(), v.GetNumberValue())
		})
		Step("json", func() any {
			b, err := Must(structpb.NewStruct(map[string]any{"n": 1.5})).MarshalJSON()
			return fmt.Sprint(strings.ReplaceAll(string(b), " ", ""), err)
		})
		Step("protojson", func() any {
			var s structpb.Struct
			err := protojson.Unmarshal([]byte(`{"k":{"z":2}}`), &s)
			return fmt.Sprint(s.Fields["k"].GetStructValue().Fields["z"].GetNumberValue(), err)
		})
		Step("bad", func() any { _, err := structpb.NewValue(make(chan int)); return err != nil })
		Step("list", func() any { return len(Must(structpb.NewList([]any{1, "a"})).GetValues()) })
	})
	Case("ristretto", func() {
		newCache := func(evicted *[]any) *ristretto.Cache {
			return Must(ristretto.NewCache(&ristretto.Config{NumCounters: 100, MaxCost: 10, BufferItems: 64, OnEvict: func(i *ristretto.Item) { *evicted = append(*evicted, i.Value) }}))
		}
		Step("set", func() any {
			var evicted []any
			c := newCache(&evicted)
			defer c.Close()
			ok := c.Set("k", map[string]int{"a": 1}, 1)
			c.Wait()
			v, found := c.Get("k")
			_, none := c.Get("none")
			return fmt.Sprint(ok, v, found, none)
		})
		Step("pointer", func() any {
			var evicted []any
			c, p := newCache(&evicted), &person{"Ada", 36}
			defer c.Close()
			c.Set(1, p, 1)
			c.Wait()
			v, _ := c.Get(1)
			return v == any(p)
		})
		Step("del", func() any {
			var evicted []any
			c := newCache(&evicted)
			defer c.Close()
			c.SetWithTTL("k", 1, 1, time.Hour)
			c.Wait()
			_, ttl := c.GetTTL("k")
			c.Del("k")
			c.Wait()
			_, found := c.Get("k")
			return fmt.Sprint(ttl, found)
		})
		Step("bad", func() any { _, err := ristretto.NewCache(&ristretto.Config{}); return err })
	})
}
