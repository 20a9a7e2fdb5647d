package codec

import (
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/url"
	"os"
	"reflect"
	"testing"
	"time"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/wire"
)

type Line struct {
	SKU   string
	Qty   int32
	Price float64
}
type Order struct {
	ID       int64
	Customer string
	Lines    []Line
	Tags     map[string]string
	Paid     bool
}

func trip[T any](t *testing.T, v T) T {
	t.Helper()
	c, err := For(reflect.TypeFor[T]())
	if err != nil {
		t.Fatal(err)
	}
	var e wire.Encoder
	p := new(T)
	*p = v
	if err := Marshal(c, &e, unsafe.Pointer(p)); err != nil {
		t.Fatal(err)
	}
	q := new(T)
	if err := Unmarshal(c, e.Bytes(), nil, unsafe.Pointer(q)); err != nil {
		t.Fatal(err)
	}
	return *q
}

func TestSmoke(t *testing.T) {
	o := Order{1, "x", []Line{{"a", 1, 2}, {"b", 3, 4}}, map[string]string{"a": "b"}, true}
	if got := trip(t, o); !reflect.DeepEqual(got, o) {
		t.Error(got)
	}
	fmt.Println(trip(t, []any{1, "x", o, &o, map[int32][]string{1: {"a"}}, big.NewInt(77), time.Second, nil, errors.New("x")}))
	u, _ := url.Parse("http://a/b")
	fmt.Println(trip(t, u))
	_, err := os.Open("/nonexistent")
	got := trip(t, err)
	var pe *fs.PathError
	fmt.Println(got, errors.Is(got, fs.ErrNotExist), errors.As(got, &pe), pe)
}
