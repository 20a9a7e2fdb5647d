package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/golang-jwt/jwt/v5"
	"github.com/gorilla/mux"

	. "example.com/corpus/steps"
)

// serve returns what a handler answers.
func serve(h http.Handler, method, target, body string) any {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return fmt.Sprint(w.Code, " ", w.Header(), " ", w.Body.String())
}

type login struct {
	User string `json:"user" binding:"required"`
	Age  int    `json:"age" binding:"gte=18"`
}

type claims struct {
	Role string `json:"role"`
	jwt.RegisteredClaims
}

func init() {
	Case("mux", func() {
		r := mux.NewRouter()
		r.HandleFunc("/users/{id:[0-9]+}", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "user %s by %s", mux.Vars(r)["id"], r.Method)
		}).Methods("GET", "POST").Name("user")
		r.Use(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Before", "1")
				next.ServeHTTP(w, r)
			})
		})
		Step("get", func() any { return serve(r, "GET", "/users/42", "") })
		Step("notfound", func() any { return serve(r, "GET", "/users/x", "") })
		Step("method", func() any { return serve(r, "DELETE", "/users/42", "") })
		Step("url", func() any { return Must(r.Get("user").URL("id", "7")) })
		Step("walk", func() any {
			var found []string
			err := r.Walk(func(route *mux.Route, router *mux.Router, ancestors []*mux.Route) error {
				found = append(found, Must(route.GetPathTemplate()), strings.Join(Must(route.GetMethods()), ","))
				return nil
			})
			return fmt.Sprint(found, err)
		})
		Step("sub", func() any {
			s := r.PathPrefix("/api").Subrouter()
			s.Handle("/x", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", 418) }))
			return serve(r, "GET", "/api/x", "")
		})
	})
	Case("chi", func() {
		r := chi.NewRouter()
		r.Use(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Add("X-Before", "1")
				next.ServeHTTP(w, r)
			})
		})
		r.Get("/users/{id}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "user ", chi.URLParam(r, "id")) })
		r.Route("/api", func(r chi.Router) {
			r.Post("/echo", func(w http.ResponseWriter, r *http.Request) {
				var b [64]byte
				n, _ := r.Body.Read(b[:])
				w.WriteHeader(201)
				w.Write(b[:n])
			})
		})
		Step("get", func() any { return serve(r, "GET", "/users/42", "") })
		Step("post", func() any { return serve(r, "POST", "/api/echo", "hello") })
		Step("notfound", func() any { return serve(r, "GET", "/nope", "") })
		Step("method", func() any { return serve(r, "PUT", "/users/42", "") })
		Step("match", func() any {
			return fmt.Sprint(r.Match(chi.NewRouteContext(), "GET", "/users/1"), len(r.Routes()), r.Routes()[1].Pattern)
		})
	})
	Case("gin", func() {
		gin.SetMode(gin.ReleaseMode)
		r := gin.New()
		r.GET("/hi/:name", func(c *gin.Context) { c.String(200, "hi %s %s", c.Param("name"), c.Query("q")) })
		r.POST("/login", func(c *gin.Context) {
			var in login
			if err := c.ShouldBindJSON(&in); err != nil {
				c.JSON(400, gin.H{"error": err.Error()})
				return
			}
			c.JSON(200, gin.H{"user": in.User, "age": in.Age})
		})
		r.Use(func(c *gin.Context) { c.Header("X-Late", "1"); c.Set("who", "ada"); c.Next() })
		r.GET("/who", func(c *gin.Context) { c.JSON(200, map[string]any{"who": c.MustGet("who")}) })
		Step("get", func() any { return serve(r, "GET", "/hi/bob?q=1", "") })
		Step("bind", func() any { return serve(r, "POST", "/login", `{"user":"ada","age":36}`) })
		Step("invalid", func() any { return serve(r, "POST", "/login", `{"age":3}`) })
		Step("middleware", func() any { return serve(r, "GET", "/who", "") })
		Step("notfound", func() any { return serve(r, "GET", "/nope", "") })
		Step("routes", func() any {
			var list []string
			for _, i := range r.Routes() {
				list = append(list, i.Method+" "+i.Path)
			}
			return list
		})
	})
	Case("jwt", func() {
		key := []byte("secret")
		at := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
		keyFunc := func(*jwt.Token) (any, error) { return key, nil }
		signed := func() string {
			return Must(jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"sub": "ada", "exp": at.Unix()}).SignedString(key))
		}
		Step("sign", func() any { return signed() })
		Step("struct", func() any {
			c := claims{"admin", jwt.RegisteredClaims{Issuer: "me", ExpiresAt: jwt.NewNumericDate(at)}}
			return Must(jwt.NewWithClaims(jwt.SigningMethodHS512, c).SignedString(key))
		})
		Step("parse", func() any {
			t := Must(jwt.Parse(signed(), keyFunc))
			return fmt.Sprint(t.Valid, t.Header["alg"], Must(t.Claims.GetSubject()), Must(t.Claims.GetExpirationTime()).UTC())
		})
		Step("claims", func() any {
			var c claims
			s := Must(jwt.NewWithClaims(jwt.SigningMethodHS256, claims{"admin", jwt.RegisteredClaims{Subject: "bob"}}).SignedString(key))
			t, err := jwt.ParseWithClaims(s, &c, keyFunc)
			return fmt.Sprint(t.Valid, c.Role, c.Subject, err)
		})
		Step("expired", func() any {
			s := Must(jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"exp": 1}).SignedString(key))
			_, err := jwt.Parse(s, keyFunc)
			return fmt.Sprint(err, errors.Is(err, jwt.ErrTokenExpired))
		})
		Step("wrongkey", func() any {
			_, err := jwt.Parse(signed(), func(*jwt.Token) (any, error) { return []byte("other"), nil })
			return fmt.Sprint(err, errors.Is(err, jwt.ErrTokenSignatureInvalid))
		})
		Step("methods", func() any {
			_, err := jwt.Parse(signed(), keyFunc, jwt.WithValidMethods([]string{"RS256"}), jwt.WithTimeFunc(func() time.Time { return at }))
			return err
		})
		Step("date", func() any { return J(jwt.NewNumericDate(at)) })
	})
}
