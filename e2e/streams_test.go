package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A context that ends in the host ends in the plugin, in a call within a call too, and
// the other way round.
func TestObjectsContext(t *testing.T) {
	p := objects(t)
	wait := bound[func(context.Context) error](t, p, "Wait")
	nested := bound[func(context.Context, func(context.Context) error) error](t, p, "Nested")

	ctx, cancel := context.WithCancel(context.Background())
	err := nested(ctx, func(inner context.Context) error {
		return nested(inner, func(innermost context.Context) error {
			cancel()
			<-innermost.Done()
			return wait(innermost)
		})
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled within: got %v, want %v", err, context.Canceled)
	}
	limited, cancel := context.WithTimeout(context.Background(), 1)
	defer cancel()
	if err := nested(context.Background(), func(context.Context) error { return wait(limited) }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a deadline: got %v, want %v", err, context.DeadlineExceeded)
	}
	err = bound[func(func(context.Context, func()) error) error](t, p, "Cancelling")(func(ctx context.Context, cancel func()) error {
		if ctx.Err() != nil {
			return errors.New("ended before")
		}
		cancel()
		<-ctx.Done()
		return ctx.Err()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled by the plugin: got %v, want %v", err, context.Canceled)
	}
	// Plugin.Call passes its own on.
	ctx, cancel = context.WithCancel(context.Background())
	_, err = p.Call(ctx, "Nested", func(context.Context) error {
		cancel()
		return wait(ctx)
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Call: got %v, want %v", err, context.Canceled)
	}
}

// 64 MB of the host's go through the plugin's gzip and back.
func TestObjectsGzip(t *testing.T) {
	p := objects(t)
	const size = 64 << 20
	data := make([]byte, size)
	r := rand.New(rand.NewSource(1))
	for i := 0; i < size; i += 1 << 10 {
		r.Read(data[i : i+16])
	}
	var packed bytes.Buffer
	n, err := bound[func(io.Writer, io.Reader) (int64, error)](t, p, "Compress")(&packed, bytes.NewReader(data))
	if err != nil || n != size {
		t.Fatalf("compressed: got %d: %v, want %v", n, err, size)
	}
	z, err := bound[func(io.Reader) (io.ReadCloser, error)](t, p, "Decompress")(&packed)
	if err != nil {
		t.Fatal(err)
	}
	back := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
	if n, err := io.Copy(back, z); err != nil || n != size {
		t.Fatalf("decompressed: got %d: %v, want %v", n, err, size)
	}
	if err := z.Close(); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(back.Bytes(), data) {
		t.Errorf("got other data back, want the same %d bytes", len(data))
	}
}

func TestObjectsReaders(t *testing.T) {
	p := objects(t)
	r := bound[func(string) io.ReadSeeker](t, p, "Open")("some text")
	if _, err := r.Seek(5, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); err != nil || string(b) != "text" {
		t.Errorf("got %q, %v, want \"text\"", b, err)
	}
	if _, err := r.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("at the end: got %v, want %v", err, io.EOF)
	}
	results := call(t, p, "Open", "more")
	if b, err := io.ReadAll(results[0].(io.Reader)); err != nil || string(b) != "more" {
		t.Errorf("got %q, %v, want \"more\"", b, err)
	}
	var w bytes.Buffer
	copied := bound[func(io.Writer, io.Reader, int) (int64, error)](t, p, "Copy")
	if n, err := copied(&w, strings.NewReader("text"), 3); err != nil || n != 4 || w.String() != "text" {
		t.Errorf("got %d bytes, %q, error %v, want 4, text, nil", n, w.String(), err)
	}
	failed := errors.New("failed")
	if _, err := copied(&w, io.MultiReader(strings.NewReader("x"), readerFunc(func([]byte) (int, error) { return 0, failed })), 3); err == nil || err.Error() != "failed" {
		t.Errorf("an error of the host's: got %v, want an error with \"failed\"", err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestObjectsChannels(t *testing.T) {
	p := objects(t)
	sum := 0
	for v := range bound[func(int) <-chan int](t, p, "Numbers")(100) {
		sum += v
	}
	if sum != 4950 {
		t.Errorf("Numbers: got %d, want 4950", sum)
	}
	ch := make(chan int, 8)
	go func() {
		defer close(ch)
		for i := range 100 {
			ch <- i
		}
	}()
	if sum := bound[func(<-chan int) int](t, p, "Total")(ch); sum != 4950 {
		t.Errorf("Total: got %d, want 4950", sum)
	}
	back := make(chan int)
	produce := bound[func(chan<- int, int)](t, p, "Produce")
	go produce(back, 50)
	sum = 0
	for v := range back {
		sum += v
	}
	if sum != 1225 {
		t.Errorf("Produce: got %d, want 1225", sum)
	}
	in, out := bound[func() (chan<- int, <-chan int)](t, p, "Collector")()
	for i := range 10 {
		in <- i
	}
	close(in)
	if v, ok := <-out; v != 45 || !ok {
		t.Errorf("Collector: got %d, %t, want 45, true", v, ok)
	}
	if _, ok := <-out; ok {
		t.Error("Collector: got another value, want the channel closed")
	}
}

func TestObjectsSort(t *testing.T) {
	p := objects(t)
	list := []string{"c", "a", "b"}
	bound[func(sort.Interface)](t, p, "Sort")(sort.StringSlice(list))
	if !slices.IsSorted(list) {
		t.Errorf("Sort: got %v, want it sorted", list)
	}
	sorted := bound[func([]int) sort.Interface](t, p, "Sortable")([]int{3, 1, 2})
	sort.Sort(sorted)
	if !sort.IsSorted(sorted) {
		t.Error("Sortable: got the plugin's numbers unsorted, want them sorted")
	}
}

func TestObjectsInOut(t *testing.T) {
	p := open(t, copyPlugin(t, "objects"), winplugin.WithInOut("Scale", "v"))
	b := make([]byte, 4)
	bound[func([]byte, byte)](t, p, "Fill")(b[1:3], 7)
	if !bytes.Equal(b, []byte{0, 7, 7, 0}) {
		t.Errorf("Fill: got %v, want 0, 7, 7, 0", b)
	}
	v := []float64{1, 2}
	call(t, p, "Scale", v, 1.5)
	if !slices.Equal(v, []float64{1.5, 3}) {
		t.Errorf("Scale: got %v, want 1.5 and 3", v)
	}
}

// reply is the host's end of the plugin's handler.
type reply struct{ http.ResponseWriter }

func (r reply) Begin(status int, header map[string][]string) {
	for name, values := range header {
		r.Header()[name] = values
	}
	r.WriteHeader(status)
}

func TestObjectsHandler(t *testing.T) {
	p := objects(t)
	type request struct {
		Method string
		URL    string
		Host   string
		Header map[string][]string
		Body   io.Reader
	}
	type replier interface {
		Begin(status int, header map[string][]string)
		io.Writer
	}
	serve := bound[func(context.Context, request, replier) error](t, p, "Serve")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := serve(r.Context(), request{r.Method, r.URL.RequestURI(), r.Host, r.Header, r.Body}, reply{w}); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	response, err := http.Post(server.URL+"/upper/one", "text/plain", strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if have := fmt.Sprint(response.StatusCode, response.Header.Get("X-Name"), string(body), err); have != "201oneHELLO<nil>" {
		t.Errorf("got %s, want 201oneHELLO<nil>", have)
	}
	if response, err = http.Get(server.URL + "/missing"); err != nil || response.StatusCode != http.StatusNotFound {
		t.Errorf("got %v, %v, want %v", response, err, http.StatusNotFound)
	}
	response.Body.Close()
}

func TestObjectsLog(t *testing.T) {
	var b bytes.Buffer
	p := open(t, copyOf(t, "objects", "objects_log"), winplugin.WithPluginLog(slog.NewTextHandler(&b, nil)))
	call(t, p, "Note", "a note", 3)
	if _, text, _ := strings.Cut(b.String(), "level="); text != "INFO msg=\"a note\" plugin=objects n=3 err=EOF\n" {
		t.Errorf("got %q, want \"INFO msg=\\\"a note\\\" plugin=objects n=3 err=EOF\\n\"", text)
	}
}

// What a function writes into its parameters reaches the host.
func TestObjectsUpdates(t *testing.T) {
	p := objects(t)
	type inner struct{ Name string }
	type config struct {
		Title string
		N     int
		Inner []inner
		Next  *inner
	}
	const text = `{"Title": "t", "N": 3, "Inner": [{"Name": "a"}], "Next": {"Name": "b"}}`
	want := config{"t", 3, []inner{{"a"}}, &inner{"b"}}
	var c config
	if err := bound[func([]byte, any) error](t, p, "Unmarshal")([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("Unmarshal: got another config (-want +got):\n%s", diff)
	}
	c = config{}
	call(t, p, "Unmarshal", []byte(text), &c)
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("Unmarshal by Call: got another config (-want +got):\n%s", diff)
	}
	var free any
	call(t, p, "Unmarshal", []byte(`{"a": [1, "b"]}`), &free)
	if diff := cmp.Diff(any(map[string]any{"a": []any{1.0, "b"}}), free); diff != "" {
		t.Errorf("Unmarshal to an any: got another value (-want +got):\n%s", diff)
	}
	counts, list := map[string]int{"b": 4}, []string{"x"}
	tally := bound[func([]string, map[string]int, *[]string) int](t, p, "Tally")
	tally([]string{"a", "b", "a"}, counts, &list)
	call(t, p, "Tally", []string{"c"}, counts, &list)
	if diff := cmp.Diff(map[string]int{"a": 2, "b": 5, "c": 1}, counts); diff != "" {
		t.Errorf("Tally: got other counts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"x", "a", "b", "a", "c"}, list); diff != "" {
		t.Errorf("Tally: got another list (-want +got):\n%s", diff)
	}
}

// Structs that cross by reference go through channels as values: one side waits
// for each of them before the other one sends it.
func TestObjectsMarks(t *testing.T) {
	p := objects(t)
	number := func(m *winplugin.Object) int {
		t.Helper()
		return one[int](t, m, "N")
	}
	const n = 20
	next, i := make(chan bool), 0
	marks := bound[func(int, <-chan bool) <-chan *winplugin.Object](t, p, "Marks")(n, next)
	for i < n {
		next <- true
		if m := <-marks; number(m) != i {
			t.Fatalf("got mark %d, want %d", number(m), i)
		}
		i++
	}
	if m, ok := <-marks; ok {
		t.Errorf("got mark %d after the last, want the channel closed", number(m))
	}

	mine, ready, sum := make(chan *winplugin.Object), make(chan bool), make(chan int)
	go func() { sum <- bound[func(<-chan *winplugin.Object, chan<- bool) int](t, p, "SumMarks")(mine, ready) }()
	for i := range n {
		<-ready
		mine <- call(t, p, "MakeMark", i)[0].(*winplugin.Object)
	}
	<-ready
	close(mine)
	if have := <-sum; have != 190 {
		t.Errorf("got a sum of %d in the plugin, want 190", have)
	}

	sent := make(chan *winplugin.Object)
	go bound[func(chan<- *winplugin.Object, int)](t, p, "SendMarks")(sent, n)
	i = 0
	for m := range sent {
		if number(m) != i {
			t.Fatalf("SendMarks: got mark %d, want %d", number(m), i)
		}
		i++
	}
	if i != n {
		t.Errorf("SendMarks: got %d marks, want %d", i, n)
	}
}

// What a function sends before it returns is not lost if its caller closes the channel then.
func TestStreamsClosedByCaller(t *testing.T) {
	p := objects(t)
	const n, sum = 20, 190
	t.Run("by the host", func(t *testing.T) {
		send := bound[func(chan<- int, int)](t, p, "SendNumbers")
		for range 50 {
			ch := make(chan int, n)
			send(ch, n)
			close(ch)
			got := 0
			for i := range ch {
				got += i
			}
			if got != sum {
				t.Fatalf("got %d, want %d", got, sum)
			}
		}
	})
	t.Run("by the plugin", func(t *testing.T) {
		sumSent := bound[func(func(chan<- int)) int](t, p, "SumSent")
		for range 50 {
			got := sumSent(func(ch chan<- int) {
				for i := range n {
					ch <- i
				}
			})
			if got != sum {
				t.Fatalf("got %d, want %d", got, sum)
			}
		}
	})
	t.Run("without a receiver", func(t *testing.T) {
		ch := make(chan int)
		bound[func(chan<- int, int)](t, p, "SendNumbers")(ch, 1)
		if got := <-ch; got != 0 {
			t.Errorf("got %d, want 0", got)
		}
	})
}
