package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() {
	twins["httprouter"] = twin{path: "github.com/julienschmidt/httprouter", module: "further", run: httprouterTwin}
	twins["nkeys"] = twin{path: "github.com/nats-io/nkeys", module: "further", run: nkeysTwin}
	twins["lz4"] = twin{path: "github.com/pierrec/lz4/v4", module: "further", run: lz4Twin}
	twins["ulid"] = twin{path: "github.com/oklog/ulid/v2", module: "further", run: ulidTwin}
}

// methodOf binds a method of an object.
func methodOf[F any](o any, name string) F {
	return must(winplugin.Method[F](o.(*winplugin.Object), name))
}

// corpusAsk returns what a handler answers.
func corpusAsk(h http.Handler, method, path, body string) string {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return fmt.Sprint(w.Code, w.Header(), w.Body.String(), ";")
}

func httprouterTwin(r *corpusRun) {
	type param struct{ Key, Value string }
	r.step("serve", func() any {
		router := r.do("New")
		methodOf[func(string, func(http.ResponseWriter, *http.Request, *winplugin.Object))](router, "GET")("/hello/:name", func(w http.ResponseWriter, r *http.Request, ps *winplugin.Object) {
			w.Header().Set("X", "y")
			fmt.Fprintf(w, "hi %s %s", on(ps, "ByName", "name"), r.URL.Query().Get("q"))
		})
		on(router, "POST", "/files/*path", func(w http.ResponseWriter, r *http.Request, ps []param) {
			b, _ := io.ReadAll(r.Body)
			w.WriteHeader(201)
			fmt.Fprint(w, ps[0].Key, ps[0].Value, string(b))
		})
		h := asA[http.Handler](router)
		return corpusAsk(h, "GET", "/hello/ann?q=1", "") + corpusAsk(h, "POST", "/files/a/b", "body") + corpusAsk(h, "GET", "/none", "") + corpusAsk(h, "PUT", "/hello/x", "") + corpusAsk(h, "GET", "/hello/x/", "")
	})
	r.step("handler", func() any {
		router := r.do("New").(*winplugin.Object)
		params := must(winplugin.Func[func(context.Context) *winplugin.Object](r.Plugin, "ParamsFromContext"))
		on(router, "Handler", "GET", "/x/:id", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, on(params(r.Context()), "ByName", "id"))
		}))
		must(0, router.Set("PanicHandler", func(w http.ResponseWriter, r *http.Request, v any) {
			w.WriteHeader(500)
			fmt.Fprint(w, "recovered ", v)
		}))
		on(router, "HandlerFunc", "GET", "/p", func(http.ResponseWriter, *http.Request) { panic("boom") })
		must(0, router.Set("NotFound", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(404); fmt.Fprint(w, "custom") })))
		h := asA[http.Handler](router)
		return corpusAsk(h, "GET", "/x/7", "") + corpusAsk(h, "GET", "/p", "") + corpusAsk(h, "GET", "/q", "")
	})
	nothing := func(http.ResponseWriter, *http.Request, []param) {}
	r.step("lookup", func() any {
		router := r.do("New")
		on(router, "GET", "/a/:b", nothing)
		found, none := on(router, "Lookup", "GET", "/a/z").([]any), on(router, "Lookup", "GET", "/a/z/").([]any)
		return fmt.Sprint(isThere(found[0]), found[2], !isThere(none[0]), none[2], r.do("CleanPath", "/a/../b//c"))
	})
	r.step("conflict", func() any {
		router := r.do("New")
		on(router, "GET", "/a/:b", nothing)
		on(router, "GET", "/a/c", nothing)
		return "ok"
	})
}

// isThere reports whether a func is not nil.
func isThere(v any) bool { return v != nil && fmt.Sprintf("%v", v) != "<nil>" }

func nkeysTwin(r *corpusRun) {
	seed := []byte("SUAKYRHVIOREXV7EUZTBHUHL7NUMHPMAS7QMDU3GTIUWEI5LDNOXD43IZY")
	r.step("seed", func() any {
		kp := r.do("FromSeed", seed)
		pub, err := tryOn(kp, "PublicKey")
		sig, err2 := methodOf[func([]byte) ([]byte, error)](kp, "Sign")([]byte("data"))
		verify := methodOf[func(a, b []byte) error](kp, "Verify")
		return fmt.Sprintln(pub, err, len(sig), err2, verify([]byte("data"), sig), verify([]byte("dat"), sig))
	})
	r.step("public", func() any {
		kp := r.do("FromPublicKey", "UD466L6EBCM3YY5HEGHJANNTN4LSKTSUXTH7RILHCKEQMQHTBNLHJJXT")
		_, err2 := tryOn(kp, "Seed")
		_, err3 := tryOn(kp, "Sign", []byte("x"))
		only := variableOf[error](r, "ErrPublicKeyOnly")
		return fmt.Sprintln(err2, err2 == only, err3 == variableOf[error](r, "ErrCannotSign"), errors.Is(err3, only))
	})
	r.step("raw", func() any {
		kp, err := r.try("FromRawSeed", r.constant("PrefixByteUser"), []byte("0123456789abcdef0123456789abcdef"))
		s, err2 := tryOn(kp, "Seed")
		return fmt.Sprintln(err, string(s.([]byte)), err2, r.do("Prefix", "UD466L6EBCM3YY5HEGHJANNTN4LSKTSUXTH7RILHCKEQMQHTBNLHJJXT"), r.do("IsValidPublicUserKey", "x"))
	})
	r.step("wipe", func() any {
		decoded, err := r.Call(context.Background(), "DecodeSeed", seed)
		kp := r.do("CreatePair", r.constant("PrefixByteAccount"))
		on(kp, "Wipe")
		_, err2 := tryOn(kp, "Seed")
		return fmt.Sprintln(decoded[0], len(decoded[1].([]byte)), err, err2)
	})
}

func lz4Twin(r *corpusRun) {
	data := []byte(strings.Repeat("hello world ", 50))
	r.step("stream", func() any {
		var b bytes.Buffer
		w := asA[io.WriteCloser](r.do("NewWriter", &b))
		n, err := w.Write(data)
		err2 := w.Close()
		out, err3 := io.ReadAll(asA[io.Reader](r.do("NewReader", &b)))
		return fmt.Sprintln(n, err, err2, bytes.Equal(out, data), err3)
	})
	r.step("block", func() any {
		dst := make([]byte, r.do("CompressBlockBound", len(data)).(int))
		n, err := r.try("CompressBlock", data, dst, nil)
		out := make([]byte, 1000)
		m, err2 := r.try("UncompressBlock", dst[:n.(int)], out)
		return fmt.Sprintln(n, err, m, err2, bytes.Equal(out[:m.(int)], data))
	})
	r.step("compressor", func() any {
		dst := make([]byte, 1000)
		n, err := tryOn(r.make("Compressor", nil), "CompressBlock", data, dst)
		_, err2 := r.try("UncompressBlock", dst[:n.(int)], make([]byte, 10))
		return fmt.Sprintln(n, err, err2, err2 == variableOf[error](r, "ErrInvalidSourceShortBuffer"))
	})
	r.step("options", func() any {
		var b bytes.Buffer
		w := r.do("NewWriter", &b)
		level := r.do("CompressionLevelOption", r.constant("Level9"))
		_, err := tryOn(w, "Apply", level, r.do("BlockSizeOption", "Block64Kb"), r.do("ChecksumOption", true), r.do("OnBlockDoneOption", func(int) {}))
		io.Copy(asA[io.Writer](w), bytes.NewReader(data))
		on(w, "Close")
		_, err2 := tryOn(w, "Apply", r.do("BlockSizeOption", r.make("BlockSize", 3)))
		return fmt.Sprintln(err, b.Len(), err2, r.constant("Level9"), level, on(r.do("BlockSizeOption", "Block64Kb"), "String"))
	})
	r.step("fails", func() any {
		_, err := io.ReadAll(asA[io.Reader](r.do("NewReader", strings.NewReader("not lz4 at all"))))
		ok, err2 := r.try("ValidFrameHeader", []byte{4, 0x22, 0x4d, 0x18})
		return fmt.Sprintln(err, errors.Is(err, variableOf[error](r, "ErrInvalidFrame")), ok, err2)
	})
}

func ulidTwin(r *corpusRun) {
	r.step("parse", func() any {
		id, err := r.try("Parse", "01ARZ3NDEKTSV4RRFFQ69G5FAV")
		at := on(id, "Time")
		return fmt.Sprintln(id, err, at, r.do("Time", at).(time.Time).UTC(), on(id, "Entropy"))
	})
	r.step("new", func() any {
		id, err := r.try("New", r.do("Timestamp", time.Unix(1000000, 0)), strings.NewReader("0123456789"))
		return fmt.Sprintln(id, err)
	})
	r.step("monotonic", func() any {
		e := r.do("Monotonic", strings.NewReader(strings.Repeat("0123456789", 4)), 1)
		a, b := r.do("MustNew", 7, e), r.do("MustNew", 7, e)
		return fmt.Sprintln(a, on(b, "Compare", a).(int) > 0)
	})
	r.step("fails", func() any {
		_, err := r.try("ParseStrict", "01ARZ3NDEKTSV4RRFFQ69G5FA!")
		_, err2 := r.try("Parse", "x")
		_, err3 := r.try("New", r.do("MaxTime").(uint64)+1, nil)
		_, err4 := r.try("New", 1, strings.NewReader("abc"))
		return fmt.Sprintln(err, err == variableOf[error](r, "ErrInvalidCharacters"), err2 == variableOf[error](r, "ErrDataSize"), errors.Is(err3, variableOf[error](r, "ErrBigTime")), err4, err4 == io.ErrUnexpectedEOF)
	})
	r.step("scan", func() any {
		id := r.make("ULID", nil)
		_, err := tryOn(id, "Scan", "01ARZ3NDEKTSV4RRFFQ69G5FAV")
		v, err2 := tryOn(id, "Value")
		_, err3 := tryOn(id, "Scan", 3)
		return fmt.Sprintln(id, err, v, err2, err3)
	})
	r.step("set", func() any {
		id := r.make("ULID", nil)
		_, err := tryOn(id, "SetTime", 5)
		_, err2 := tryOn(id, "SetEntropy", []byte("0123456789"))
		_, err3 := tryOn(id, "SetEntropy", []byte("x"))
		return fmt.Sprintln(id, err, err2, err3)
	})
}
