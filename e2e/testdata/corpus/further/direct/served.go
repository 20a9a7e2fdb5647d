package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/julienschmidt/httprouter"
	"github.com/nats-io/nkeys"
	"github.com/oklog/ulid/v2"
	"github.com/pierrec/lz4/v4"

	. "example.com/corpus/steps"
)

// ask returns what a handler answers.
func ask(h http.Handler, method, path, body string) string {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return fmt.Sprint(w.Code, w.Header(), w.Body.String(), ";")
}

func init() {
	Case("httprouter", func() {
		Step("serve", func() any {
			r := httprouter.New()
			r.GET("/hello/:name", func(w http.ResponseWriter, r *http.Request, ps httprouter.Params) {
				w.Header().Set("X", "y")
				fmt.Fprintf(w, "hi %s %s", ps.ByName("name"), r.URL.Query().Get("q"))
			})
			r.POST("/files/*path", func(w http.ResponseWriter, r *http.Request, ps httprouter.Params) {
				b, _ := io.ReadAll(r.Body)
				w.WriteHeader(201)
				fmt.Fprint(w, ps[0].Key, ps[0].Value, string(b))
			})
			return ask(r, "GET", "/hello/ann?q=1", "") + ask(r, "POST", "/files/a/b", "body") + ask(r, "GET", "/none", "") + ask(r, "PUT", "/hello/x", "") + ask(r, "GET", "/hello/x/", "")
		})
		Step("handler", func() any {
			r := httprouter.New()
			r.Handler("GET", "/x/:id", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				fmt.Fprint(w, httprouter.ParamsFromContext(r.Context()).ByName("id"))
			}))
			r.PanicHandler = func(w http.ResponseWriter, r *http.Request, v any) {
				w.WriteHeader(500)
				fmt.Fprint(w, "recovered ", v)
			}
			r.HandlerFunc("GET", "/p", func(http.ResponseWriter, *http.Request) { panic("boom") })
			r.NotFound = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(404); fmt.Fprint(w, "custom") })
			return ask(r, "GET", "/x/7", "") + ask(r, "GET", "/p", "") + ask(r, "GET", "/q", "")
		})
		nothing := func(http.ResponseWriter, *http.Request, httprouter.Params) {}
		Step("lookup", func() any {
			r := httprouter.New()
			r.GET("/a/:b", nothing)
			h, _, tsr := r.Lookup("GET", "/a/z")
			n, _, tsr2 := r.Lookup("GET", "/a/z/")
			return fmt.Sprint(h != nil, tsr, n == nil, tsr2, httprouter.CleanPath("/a/../b//c"))
		})
		Step("conflict", func() any {
			r := httprouter.New()
			r.GET("/a/:b", nothing)
			r.GET("/a/c", nothing)
			return "ok"
		})
	})
	Case("nkeys", func() {
		Step("seed", func() any {
			kp := Must(nkeys.FromSeed([]byte("SUAKYRHVIOREXV7EUZTBHUHL7NUMHPMAS7QMDU3GTIUWEI5LDNOXD43IZY")))
			pub, err := kp.PublicKey()
			sig, err2 := kp.Sign([]byte("data"))
			return fmt.Sprintln(pub, err, len(sig), err2, kp.Verify([]byte("data"), sig), kp.Verify([]byte("dat"), sig))
		})
		Step("public", func() any {
			kp := Must(nkeys.FromPublicKey("UD466L6EBCM3YY5HEGHJANNTN4LSKTSUXTH7RILHCKEQMQHTBNLHJJXT"))
			_, err2 := kp.Seed()
			_, err3 := kp.Sign([]byte("x"))
			return fmt.Sprintln(err2, err2 == nkeys.ErrPublicKeyOnly, err3 == nkeys.ErrCannotSign, errors.Is(err3, nkeys.ErrPublicKeyOnly))
		})
		Step("raw", func() any {
			kp, err := nkeys.FromRawSeed(nkeys.PrefixByteUser, []byte("0123456789abcdef0123456789abcdef"))
			s, err2 := kp.Seed()
			return fmt.Sprintln(err, string(s), err2, nkeys.Prefix("UD466L6EBCM3YY5HEGHJANNTN4LSKTSUXTH7RILHCKEQMQHTBNLHJJXT"), nkeys.IsValidPublicUserKey("x"))
		})
		Step("wipe", func() any {
			p, s, err := nkeys.DecodeSeed([]byte("SUAKYRHVIOREXV7EUZTBHUHL7NUMHPMAS7QMDU3GTIUWEI5LDNOXD43IZY"))
			kp := Must(nkeys.CreatePair(nkeys.PrefixByteAccount))
			kp.Wipe()
			_, err2 := kp.Seed()
			return fmt.Sprintln(p, len(s), err, err2)
		})
	})
	Case("lz4", func() {
		data := []byte(strings.Repeat("hello world ", 50))
		Step("stream", func() any {
			var b bytes.Buffer
			w := lz4.NewWriter(&b)
			n, err := w.Write(data)
			err2 := w.Close()
			out, err3 := io.ReadAll(lz4.NewReader(&b))
			return fmt.Sprintln(n, err, err2, bytes.Equal(out, data), err3)
		})
		Step("block", func() any {
			dst := make([]byte, lz4.CompressBlockBound(len(data)))
			n, err := lz4.CompressBlock(data, dst, nil)
			out := make([]byte, 1000)
			m, err2 := lz4.UncompressBlock(dst[:n], out)
			return fmt.Sprintln(n, err, m, err2, bytes.Equal(out[:m], data))
		})
		Step("compressor", func() any {
			var c lz4.Compressor
			dst := make([]byte, 1000)
			n, err := c.CompressBlock(data, dst)
			_, err2 := lz4.UncompressBlock(dst[:n], make([]byte, 10))
			return fmt.Sprintln(n, err, err2, err2 == lz4.ErrInvalidSourceShortBuffer)
		})
		Step("options", func() any {
			var b bytes.Buffer
			w := lz4.NewWriter(&b)
			level := lz4.CompressionLevelOption(lz4.Level9)
			err := w.Apply(level, lz4.BlockSizeOption(lz4.Block64Kb), lz4.ChecksumOption(true), lz4.OnBlockDoneOption(func(int) {}))
			io.Copy(w, bytes.NewReader(data))
			w.Close()
			err2 := w.Apply(lz4.BlockSizeOption(lz4.BlockSize(3)))
			return fmt.Sprintln(err, b.Len(), err2, lz4.Level9, level, lz4.BlockSizeOption(lz4.Block64Kb).String())
		})
		Step("fails", func() any {
			_, err := io.ReadAll(lz4.NewReader(strings.NewReader("not lz4 at all")))
			ok, err2 := lz4.ValidFrameHeader([]byte{4, 0x22, 0x4d, 0x18})
			return fmt.Sprintln(err, errors.Is(err, lz4.ErrInvalidFrame), ok, err2)
		})
	})
	Case("ulid", func() {
		Step("parse", func() any {
			id, err := ulid.Parse("01ARZ3NDEKTSV4RRFFQ69G5FAV")
			return fmt.Sprintln(id, err, id.Time(), ulid.Time(id.Time()).UTC(), id.Entropy())
		})
		Step("new", func() any {
			id, err := ulid.New(ulid.Timestamp(time.Unix(1000000, 0)), strings.NewReader("0123456789"))
			return fmt.Sprintln(id, err)
		})
		Step("monotonic", func() any {
			e := ulid.Monotonic(strings.NewReader(strings.Repeat("0123456789", 4)), 1)
			a, b := ulid.MustNew(7, e), ulid.MustNew(7, e)
			return fmt.Sprintln(a, b.Compare(a) > 0)
		})
		Step("fails", func() any {
			_, err := ulid.ParseStrict("01ARZ3NDEKTSV4RRFFQ69G5FA!")
			_, err2 := ulid.Parse("x")
			_, err3 := ulid.New(ulid.MaxTime()+1, nil)
			_, err4 := ulid.New(1, strings.NewReader("abc"))
			return fmt.Sprintln(err, err == ulid.ErrInvalidCharacters, err2 == ulid.ErrDataSize, errors.Is(err3, ulid.ErrBigTime), err4, err4 == io.ErrUnexpectedEOF)
		})
		Step("scan", func() any {
			var id ulid.ULID
			err := id.Scan("01ARZ3NDEKTSV4RRFFQ69G5FAV")
			v, err2 := id.Value()
			return fmt.Sprintln(id, err, v, err2, id.Scan(3))
		})
		Step("set", func() any {
			var id ulid.ULID
			err := id.SetTime(5)
			err2 := id.SetEntropy([]byte("0123456789"))
			return fmt.Sprintln(id, err, err2, id.SetEntropy([]byte("x")))
		})
	})
}
