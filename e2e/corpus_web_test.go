package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() {
	twins["mux"] = twin{path: "github.com/gorilla/mux", run: muxTwin}
	twins["chi"] = twin{path: "github.com/go-chi/chi/v5", run: chiTwin}
	twins["gin"] = twin{path: "github.com/gin-gonic/gin", run: ginTwin}
	twins["jwt"] = twin{path: "github.com/golang-jwt/jwt/v5", quick: true, run: jwtTwin}
}

// corpusServe returns what a plugin's handler answers.
func corpusServe(o any, method, target, body string) any {
	h, ok := o.(http.Handler)
	if !ok {
		h = must(asHandler(o))
	}
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return fmt.Sprint(w.Code, " ", w.Header(), " ", w.Body.String())
}

func asHandler(o any) (http.Handler, error) {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { on(o, "ServeHTTP", w, r) }), nil
}

// before is middleware of the host's.
func before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("X-Before", "1")
		next.ServeHTTP(w, r)
	})
}

func muxTwin(r *corpusRun) {
	router := r.do("NewRouter")
	vars := must(winplugin.Func[func(*http.Request) map[string]string](r.Plugin, "Vars"))
	route := on(router, "HandleFunc", "/users/{id:[0-9]+}", func(w http.ResponseWriter, req *http.Request) {
		fmt.Fprintf(w, "user %s by %s", vars(req)["id"], req.Method)
	})
	on(on(route, "Methods", "GET", "POST"), "Name", "user")
	on(router, "Use", before)
	r.step("get", func() any { return corpusServe(router, "GET", "/users/42", "") })
	r.step("notfound", func() any { return corpusServe(router, "GET", "/users/x", "") })
	r.step("method", func() any { return corpusServe(router, "DELETE", "/users/42", "") })
	r.step("url", func() any { return on(on(router, "Get", "user"), "URL", "id", "7") })
	r.step("walk", func() any {
		var found []string
		_, err := tryOn(router, "Walk", func(route, router *winplugin.Object, ancestors []*winplugin.Object) error {
			found = append(found, on(route, "GetPathTemplate").(string), strings.Join(on(route, "GetMethods").([]string), ","))
			return nil
		})
		return fmt.Sprint(found, err)
	})
	r.step("sub", func() any {
		sub := on(on(router, "PathPrefix", "/api"), "Subrouter")
		on(sub, "Handle", "/x", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", 418) }))
		return corpusServe(router, "GET", "/api/x", "")
	})
}

func chiTwin(r *corpusRun) {
	router := r.do("NewRouter")
	param := must(winplugin.Func[func(*http.Request, string) string](r.Plugin, "URLParam"))
	on(router, "Use", before)
	on(router, "Get", "/users/{id}", func(w http.ResponseWriter, req *http.Request) { fmt.Fprint(w, "user ", param(req, "id")) })
	on(router, "Route", "/api", func(r *winplugin.Object) {
		on(r, "Post", "/echo", func(w http.ResponseWriter, r *http.Request) {
			var b [64]byte
			n, _ := r.Body.Read(b[:])
			w.WriteHeader(201)
			w.Write(b[:n])
		})
	})
	r.step("get", func() any { return corpusServe(router, "GET", "/users/42", "") })
	r.step("post", func() any { return corpusServe(router, "POST", "/api/echo", "hello") })
	r.step("notfound", func() any { return corpusServe(router, "GET", "/nope", "") })
	r.step("method", func() any { return corpusServe(router, "PUT", "/users/42", "") })
	r.step("match", func() any {
		routes := on(router, "Routes")
		matches := on(router, "Match", r.do("NewRouteContext"), "GET", "/users/1")
		return fmt.Sprint(matches, length(routes), corpusGet(element(routes, 1), "Pattern"))
	})
}

// corpusGet returns a field of a struct that is a copy or an object.
func corpusGet(v any, name string) any {
	if o, ok := v.(*winplugin.Object); ok {
		return field(o, name)
	}
	return structField(v, name)
}

func ginTwin(r *corpusRun) {
	r.do("SetMode", r.constant("ReleaseMode"))
	engine := r.do("New")
	on(engine, "GET", "/hi/:name", func(c *winplugin.Object) {
		on(c, "String", 200, "hi %s %s", on(c, "Param", "name"), on(c, "Query", "q"))
	})
	type login struct {
		User string `json:"user" binding:"required"`
		Age  int    `json:"age" binding:"gte=18"`
	}
	on(engine, "POST", "/login", func(c *winplugin.Object) {
		var in login
		if _, err := tryOn(c, "ShouldBindJSON", &in); err != nil {
			on(c, "JSON", 400, map[string]any{"error": err.Error()})
			return
		}
		on(c, "JSON", 200, map[string]any{"user": in.User, "age": in.Age})
	})
	on(engine, "Use", func(c *winplugin.Object) {
		on(c, "Header", "X-Late", "1")
		on(c, "Set", "who", "ada")
		on(c, "Next")
	})
	on(engine, "GET", "/who", func(c *winplugin.Object) { on(c, "JSON", 200, map[string]any{"who": on(c, "MustGet", "who")}) })
	r.step("get", func() any { return corpusServe(engine, "GET", "/hi/bob?q=1", "") })
	r.step("bind", func() any { return corpusServe(engine, "POST", "/login", `{"user":"ada","age":36}`) })
	r.step("invalid", func() any { return corpusServe(engine, "POST", "/login", `{"age":3}`) })
	r.step("middleware", func() any { return corpusServe(engine, "GET", "/who", "") })
	r.step("notfound", func() any { return corpusServe(engine, "GET", "/nope", "") })
	r.step("routes", func() any {
		routes := on(engine, "Routes")
		var list []string
		for i := range length(routes) {
			info := element(routes, i)
			list = append(list, fmt.Sprint(corpusGet(info, "Method"), " ", corpusGet(info, "Path")))
		}
		return list
	})
}

func jwtTwin(r *corpusRun) {
	key := []byte("secret")
	at := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	method := func(name string) *winplugin.Object { return variableOf[*winplugin.Object](r, name) }
	keyFunc := func(*winplugin.Object) (any, error) { return key, nil }
	sign := func(method *winplugin.Object, claims any) string {
		return on(r.do("NewWithClaims", method, claims), "SignedString", key).(string)
	}
	mapClaims := func(claims map[string]any) any { return r.make("MapClaims", claims) }
	signed := func() string {
		return sign(method("SigningMethodHS256"), mapClaims(map[string]any{"sub": "ada", "exp": at.Unix()}))
	}
	r.step("sign", func() any { return signed() })
	r.step("struct", func() any {
		c := &corpusClaims{"admin", registeredClaims{Issuer: "me", ExpiresAt: &numericDate{at}}}
		return sign(method("SigningMethodHS512"), c)
	})
	r.step("parse", func() any {
		t := r.do("Parse", signed(), keyFunc)
		claims := field(t, "Claims")
		return fmt.Sprint(field(t, "Valid"), field(t, "Header").(map[string]any)["alg"], on(claims, "GetSubject"), on(on(claims, "GetExpirationTime"), "UTC"))
	})
	r.step("claims", func() any {
		var c corpusClaims
		s := sign(method("SigningMethodHS256"), &corpusClaims{"admin", registeredClaims{Subject: "bob"}})
		t, err := r.try("ParseWithClaims", s, &c, keyFunc)
		return fmt.Sprint(field(t, "Valid"), c.Role, c.Subject, err)
	})
	r.step("expired", func() any {
		_, err := r.try("Parse", sign(method("SigningMethodHS256"), mapClaims(map[string]any{"exp": 1})), keyFunc)
		return fmt.Sprint(err, errors.Is(err, variableOf[error](r, "ErrTokenExpired")))
	})
	r.step("wrongkey", func() any {
		_, err := r.try("Parse", signed(), func(*winplugin.Object) (any, error) { return []byte("other"), nil })
		return fmt.Sprint(err, errors.Is(err, variableOf[error](r, "ErrTokenSignatureInvalid")))
	})
	r.step("methods", func() any {
		_, err := r.try("Parse", signed(), keyFunc, r.do("WithValidMethods", []string{"RS256"}), r.do("WithTimeFunc", func() time.Time { return at }))
		return err
	})
	r.step("date", func() any { return asJSON(r.do("NewNumericDate", at)) })
}

// Claims of the host's: jwt's interface, with the types that it wants.
type (
	numericDate      struct{ time.Time }
	registeredClaims struct {
		Issuer    string       `json:"iss,omitempty"`
		Subject   string       `json:"sub,omitempty"`
		ExpiresAt *numericDate `json:"exp,omitempty"`
	}
	corpusClaims struct {
		Role string `json:"role"`
		registeredClaims
	}
)

func (d numericDate) MarshalJSON() ([]byte, error) { return fmt.Append(nil, d.Unix()), nil }

func (c *registeredClaims) GetExpirationTime() (*numericDate, error) { return c.ExpiresAt, nil }
func (c *registeredClaims) GetIssuedAt() (*numericDate, error)       { return nil, nil }
func (c *registeredClaims) GetNotBefore() (*numericDate, error)      { return nil, nil }
func (c *registeredClaims) GetIssuer() (string, error)               { return c.Issuer, nil }
func (c *registeredClaims) GetSubject() (string, error)              { return c.Subject, nil }
func (c *registeredClaims) GetAudience() ([]string, error)           { return nil, nil }
