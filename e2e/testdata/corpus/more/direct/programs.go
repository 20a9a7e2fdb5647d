package main

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/alecthomas/participle/v2/lexer"
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/gorilla/websocket"
	"github.com/hashicorp/go-multierror"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/knadh/koanf/v2"
	"github.com/panjf2000/ants/v2"
	"github.com/rs/zerolog"
	"go.uber.org/dig"
	_ "modernc.org/sqlite"

	. "example.com/corpus/steps"
)

type person struct {
	Name string
	Age  int
}

func (p *person) Greet(who string) string { return "hello " + who + ", I am " + p.Name }

// hook is a hook of zerolog.
type hook struct{ lines []string }

func (h *hook) Run(e *zerolog.Event, level zerolog.Level, message string) {
	e.Str("hooked", level.String())
	h.lines = append(h.lines, message)
}

// object encodes itself for zerolog.
type object struct{ p person }

func (o object) MarshalZerologObject(e *zerolog.Event) { e.Str("name", o.p.Name).Int("age", o.p.Age) }

// pairs is a provider and a parser of koanf.
type pairs struct{ text string }

func (p pairs) ReadBytes() ([]byte, error)    { return []byte(p.text), nil }
func (p pairs) Read() (map[string]any, error) { return nil, errors.New("not read so") }
func (pairs) Unmarshal(b []byte) (map[string]any, error) {
	m := map[string]any{}
	for _, line := range strings.Fields(string(b)) {
		k, v, _ := strings.Cut(line, "=")
		m[k] = v
	}
	return m, nil
}
func (pairs) Marshal(m map[string]any) ([]byte, error) { return fmt.Appendf(nil, "%v", m), nil }

func init() {
	Case("sqlite", func() {
		db := Must(sql.Open("sqlite", ":memory:"))
		db.SetMaxOpenConns(1)
		Must(db.Exec("create table t (id integer primary key, name text, at datetime, data blob, x real)"))
		Step("insert", func() any {
			r := Must(db.Exec("insert into t (name, at, data, x) values (?, ?, ?, ?)", "ada", time.Unix(1e9, 0).UTC(), []byte{1, 2}, 1.5))
			return fmt.Sprint(r.LastInsertId())
		})
		Step("null", func() any {
			r := Must(db.Exec("insert into t (name) values (:name)", sql.Named("name", nil)))
			return fmt.Sprint(r.RowsAffected())
		})
		Step("query", func() any {
			var out []string
			rows := Must(db.Query("select id, name, data, x from t order by id"))
			defer rows.Close()
			columns := Must(rows.Columns())
			for rows.Next() {
				var id int
				var name sql.NullString
				var data []byte
				var x *float64
				if err := rows.Scan(&id, &name, &data, &x); err != nil {
					return err
				}
				out = append(out, fmt.Sprint(id, name, data, x == nil))
			}
			return fmt.Sprint(out, rows.Err(), columns)
		})
		Step("time", func() any {
			var at time.Time
			err := db.QueryRow("select at from t where id = 1").Scan(&at)
			return fmt.Sprint(at, err)
		})
		Step("norows", func() any {
			var n int
			return errors.Is(db.QueryRow("select id from t where id = 99").Scan(&n), sql.ErrNoRows)
		})
		Step("error", func() any { _, err := db.Exec("insert into nope values (1)"); return err })
		Step("unique", func() any { _, err := db.Exec("insert into t (id) values (1)"); return err })
		Step("tx", func() any {
			tx := Must(db.Begin())
			Must(tx.Exec("delete from t"))
			err := tx.Rollback()
			var n int
			return fmt.Sprint(err, db.QueryRow("select count(*) from t").Scan(&n), n)
		})
		Step("prepared", func() any {
			s := Must(db.Prepare("select ? + ?"))
			defer s.Close()
			var n int
			err := s.QueryRow(40, 2).Scan(&n)
			return fmt.Sprint(n, err)
		})
		Step("types", func() any {
			rows := Must(db.Query("select id, name from t"))
			defer rows.Close()
			var out []string
			for _, t := range Must(rows.ColumnTypes()) {
				out = append(out, t.DatabaseTypeName())
			}
			return out
		})
	})
	Case("pgtype", func() {
		m := pgtype.NewMap()
		Step("encode", func() any {
			return string(Must(m.Encode(pgtype.Int4ArrayOID, pgtype.TextFormatCode, []int32{1, 2}, nil)))
		})
		Step("binary", func() any { return Must(m.Encode(pgtype.Int8OID, pgtype.BinaryFormatCode, 42, nil)) })
		Step("scan", func() any {
			var n int
			err := m.Scan(pgtype.Int4OID, pgtype.TextFormatCode, []byte("42"), &n)
			return fmt.Sprint(n, err)
		})
		Step("array", func() any {
			var list []string
			err := m.Scan(pgtype.TextArrayOID, pgtype.TextFormatCode, []byte(`{a,"b c"}`), &list)
			return fmt.Sprintf("%q %v", list, err)
		})
		Step("null", func() any {
			var n *int
			err := m.Scan(pgtype.Int4OID, pgtype.TextFormatCode, nil, &n)
			return fmt.Sprint(n == nil, err)
		})
		Step("time", func() any {
			var at time.Time
			err := m.Scan(pgtype.TimestamptzOID, pgtype.TextFormatCode, []byte("2024-02-29 12:30:00+00"), &at)
			return fmt.Sprint(at.UTC(), err)
		})
		Step("json", func() any {
			var p person
			err := m.Scan(pgtype.JSONBOID, pgtype.TextFormatCode, []byte(`{"Name":"Ada","Age":36}`), &p)
			return fmt.Sprint(p, err)
		})
		Step("jsonout", func() any {
			return string(Must(m.Encode(pgtype.JSONOID, pgtype.TextFormatCode, person{"Ada", 36}, nil)))
		})
		Step("bad", func() any { var n int; return m.Scan(pgtype.Int4OID, pgtype.TextFormatCode, []byte("x"), &n) })
		Step("numeric", func() any {
			var n pgtype.Numeric
			err := n.Scan("12.50")
			return fmt.Sprint(n.Int, n.Exp, n.Valid, err, string(Must(n.MarshalJSON())))
		})
		Step("uuid", func() any {
			var u pgtype.UUID
			err := u.Scan("f47ac10b-58cc-0372-8567-0e02b2c3d479")
			return fmt.Sprint(u.Valid, u.String(), err, Must(u.Value()))
		})
		Step("type", func() any {
			t, ok := m.TypeForOID(pgtype.UUIDOID)
			return fmt.Sprint(t.Name, ok)
		})
		Step("sql", func() any {
			var list []int
			err := m.SQLScanner(&list).Scan("{3,4}")
			return fmt.Sprint(list, err)
		})
	})
	Case("cel", func() {
		eval := func(env *cel.Env, text string, vars any) any {
			ast, issues := env.Compile(text)
			if issues != nil && issues.Err() != nil {
				return issues.Err()
			}
			v, _, err := Must(env.Program(ast)).Eval(vars)
			if err != nil {
				return err
			}
			return v.Value()
		}
		env := Must(cel.NewEnv(cel.Variable("name", cel.StringType), cel.Variable("n", cel.IntType), cel.Variable("m", cel.MapType(cel.StringType, cel.DynType))))
		Step("eval", func() any { return eval(env, `"Hello, " + name + "!"`, map[string]any{"name": "Ada"}) })
		Step("math", func() any { return eval(env, `n * 2 > 5 && n in [1, 2, 3]`, map[string]any{"n": 3}) })
		Step("map", func() any {
			return eval(env, `m.a.b + m["c"]`, map[string]any{"m": map[string]any{"a": map[string]any{"b": 1.5}, "c": 2.0}})
		})
		Step("list", func() any {
			v := eval(env, `[1, 2, 3].map(x, x * n)`, map[string]any{"n": 2})
			var out []any
			for _, e := range v.([]ref.Val) {
				out = append(out, e.Value())
			}
			return out
		})
		Step("compile", func() any { return eval(env, `nope + 1`, nil) })
		Step("type", func() any { return eval(env, `name + 1`, nil) })
		Step("missing", func() any { return eval(env, `name`, map[string]any{}) })
		Step("divide", func() any { return eval(env, `1 / (n - n)`, map[string]any{"n": 3}) })
		Step("output", func() any {
			ast, _ := env.Compile(`{"a": n}`)
			return fmt.Sprint(ast.OutputType(), ast.IsChecked())
		})
		Step("function", func() any {
			e := Must(env.Extend(cel.Function("shout", cel.Overload("shout_string", []*cel.Type{cel.StringType}, cel.StringType,
				cel.UnaryBinding(func(v ref.Val) ref.Val { return types.String(strings.ToUpper(v.Value().(string))) })))))
			return eval(e, `shout(name)`, map[string]any{"name": "abc"})
		})
		Step("native", func() any {
			ast, _ := env.Compile(`{"a": n, "b": 2}`)
			v, _, err := Must(env.Program(ast, cel.EvalOptions(cel.OptOptimize))).Eval(map[string]any{"n": 1})
			return fmt.Sprint(v.Type(), err)
		})
	})
	Case("zerolog", func() {
		logger := func(w io.Writer) zerolog.Logger { return zerolog.New(w) }
		Step("fields", func() any {
			var b bytes.Buffer
			l := logger(&b)
			l.Info().Str("who", "ada").Int("n", 3).Err(errors.New("bad")).Dur("d", time.Second).Msg("hi")
			return b.String()
		})
		Step("with", func() any {
			var b bytes.Buffer
			l := logger(&b).With().Str("a", "b").Logger().Level(zerolog.WarnLevel)
			l.Info().Msg("no")
			l.Warn().Msgf("yes %d", 1)
			return b.String()
		})
		Step("any", func() any {
			var b bytes.Buffer
			l := logger(&b)
			l.Info().Any("p", person{"Ada", 36}).Interface("m", map[string]int{"x": 1}).Strs("s", []string{"a"}).Send()
			return b.String()
		})
		Step("object", func() any {
			var b bytes.Buffer
			l := logger(&b)
			l.Info().Object("p", object{person{"Ada", 36}}).Send()
			return b.String()
		})
		Step("hook", func() any {
			var b bytes.Buffer
			h := &hook{}
			l := logger(&b).Hook(h)
			l.Error().Msg("m")
			return fmt.Sprint(b.String(), h.lines)
		})
		Step("func", func() any {
			var b bytes.Buffer
			l := logger(&b)
			l.Info().Func(func(e *zerolog.Event) { e.Bool("f", true) }).Dict("d", zerolog.Dict().Int("x", 1)).Send()
			return b.String()
		})
		Step("console", func() any {
			var b bytes.Buffer
			l := logger(zerolog.ConsoleWriter{Out: &b, NoColor: true, PartsExclude: []string{"time"}})
			l.Info().Str("k", "v").Msg("hi")
			return b.String()
		})
		Step("parse", func() any { return fmt.Sprint(zerolog.ParseLevel("warn")) })
	})
	Case("multierror", func() {
		a, b := errors.New("a"), io.EOF
		Step("append", func() any { return multierror.Append(nil, a, b).Error() })
		Step("is", func() any { return errors.Is(multierror.Append(a, b), io.EOF) })
		Step("len", func() any {
			e := multierror.Append(a, multierror.Append(b, a))
			return fmt.Sprint(e.Len(), e.WrappedErrors())
		})
		Step("format", func() any {
			e := multierror.Append(a, b)
			e.ErrorFormat = func(list []error) string { return fmt.Sprint(len(list), " errors: ", list) }
			return e.Error()
		})
		Step("nil", func() any { var e *multierror.Error; return e.ErrorOrNil() == nil })
		Step("group", func() any {
			var g multierror.Group
			g.Go(func() error { return a })
			g.Go(func() error { return nil })
			return g.Wait().Errors
		})
		Step("prefix", func() any { return multierror.Prefix(multierror.Append(a, b), "x:").Error() })
		Step("flatten", func() any { return multierror.Flatten(multierror.Append(a, multierror.Append(b))).Error() })
	})
	Case("koanf", func() {
		load := func() *koanf.Koanf {
			k := koanf.New(".")
			if err := k.Load(pairs{"name=demo port=5 list=a,b"}, pairs{}); err != nil {
				panic(err)
			}
			return k
		}
		Step("get", func() any {
			k := load()
			return fmt.Sprint(k.String("name"), k.Int("port"), k.Get("list"), k.Exists("x"), k.Keys())
		})
		Step("unmarshal", func() any {
			var s struct {
				Name string `koanf:"name"`
				Port int    `koanf:"port"`
			}
			err := load().Unmarshal("", &s)
			return fmt.Sprint(s, err)
		})
		Step("merge", func() any {
			k := load()
			err := k.Load(pairs{"name=other"}, pairs{}, koanf.WithMergeFunc(func(src, dest map[string]any) error {
				dest["merged"] = src["name"]
				return nil
			}))
			return fmt.Sprint(k.String("name"), k.String("merged"), err)
		})
		Step("set", func() any {
			k := load()
			err := k.Set("db.host", "h")
			return fmt.Sprint(k.Cut("db").String("host"), k.All(), err)
		})
		Step("marshal", func() any { b, err := load().Marshal(pairs{}); return fmt.Sprint(string(b), err) })
		Step("must", func() any { return load().MustString("nope") })
	})
	Case("websocket", func() {
		Step("echo", func() any {
			up := websocket.Upgrader{}
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				c, err := up.Upgrade(w, r, nil)
				if err != nil {
					return
				}
				defer c.Close()
				for {
					kind, b, err := c.ReadMessage()
					if err != nil {
						return
					}
					c.WriteMessage(kind, bytes.ToUpper(b))
				}
			}))
			defer s.Close()
			c, response, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(s.URL, "http"), nil)
			if err != nil {
				return err
			}
			defer c.Close()
			c.WriteMessage(websocket.TextMessage, []byte("hello"))
			kind, b, err := c.ReadMessage()
			return fmt.Sprint(kind, string(b), err, response.StatusCode)
		})
		Step("close", func() any { return fmt.Sprint(websocket.FormatCloseMessage(websocket.CloseNormalClosure, "bye")) })
		Step("is", func() any {
			err := &websocket.CloseError{Code: websocket.CloseGoingAway, Text: "x"}
			return fmt.Sprint(websocket.IsCloseError(err, websocket.CloseGoingAway), err)
		})
		Step("upgrade", func() any {
			r := httptest.NewRequest("GET", "/", nil)
			return websocket.IsWebSocketUpgrade(r)
		})
	})
	Case("ants", func() {
		Step("submit", func() any {
			p := Must(ants.NewPool(2, ants.WithPreAlloc(true)))
			defer p.Release()
			var n atomic.Int64
			done := make(chan struct{}, 10)
			for range 10 {
				if err := p.Submit(func() { n.Add(1); done <- struct{}{} }); err != nil {
					return err
				}
			}
			for range 10 {
				<-done
			}
			return fmt.Sprint(n.Load(), p.Cap())
		})
		Step("func", func() any {
			sum := make(chan int, 3)
			p := Must(ants.NewPoolWithFunc(2, func(v any) { sum <- v.(int) * 2 }))
			defer p.Release()
			for i := range 3 {
				p.Invoke(i)
			}
			out := []int{<-sum, <-sum, <-sum}
			slices.Sort(out)
			return out
		})
		Step("panic", func() any {
			got := make(chan any, 1)
			p := Must(ants.NewPool(1, ants.WithPanicHandler(func(v any) { got <- v })))
			defer p.Release()
			p.Submit(func() { panic("no") })
			return <-got
		})
		Step("closed", func() any {
			p := Must(ants.NewPool(1))
			p.Release()
			err := p.Submit(func() {})
			return fmt.Sprint(errors.Is(err, ants.ErrPoolClosed), err)
		})
		Step("bad", func() any { _, err := ants.NewPoolWithFunc(1, nil); return err })
	})
	Case("dig", func() {
		type config struct{ Name string }
		type service struct{ Text string }
		Step("invoke", func() any {
			c := dig.New()
			if err := c.Provide(func() *config { return &config{"demo"} }); err != nil {
				return err
			}
			if err := c.Provide(func(c *config) (*service, error) { return &service{"for " + c.Name}, nil }); err != nil {
				return err
			}
			got := ""
			err := c.Invoke(func(s *service) { got = s.Text })
			return fmt.Sprint(got, err)
		})
		Step("missing", func() any { return dig.New().Invoke(func(*service) {}) != nil })
		Step("error", func() any {
			c := dig.New()
			c.Provide(func() (*config, error) { return nil, io.EOF })
			err := c.Invoke(func(*config) {})
			return fmt.Sprint(errors.Is(dig.RootCause(err), io.EOF))
		})
	})
	Case("lexer", func() {
		l := lexer.MustSimple([]lexer.SimpleRule{{Name: "Ident", Pattern: `[a-z]+`}, {Name: "Int", Pattern: `\d+`}, {Name: "space", Pattern: `\s+`}})
		Step("tokens", func() any {
			var out []string
			for _, t := range Must(lexer.ConsumeAll(Must(l.Lex("f", strings.NewReader("ab 12"))))) {
				out = append(out, fmt.Sprint(t.Value, t.Pos))
			}
			return out
		})
		Step("symbols", func() any { return len(l.Symbols()) })
		Step("bad", func() any { _, err := lexer.ConsumeAll(Must(l.Lex("f", strings.NewReader("ab !")))); return err })
		Step("rule", func() any {
			_, err := lexer.NewSimple([]lexer.SimpleRule{{Name: "x", Pattern: "("}})
			return err != nil
		})
	})
}
