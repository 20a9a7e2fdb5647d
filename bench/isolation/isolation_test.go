// Package isolation measures plugins in processes of their own beside hashicorp/go-plugin.
//
//	cd bench && go test ./isolation -run '^$' -bench Isolation -benchtime 1x
package isolation

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
	goplugin "github.com/hashicorp/go-plugin"

	"github.com/RamanSharma100/go-winplugin/bench/isolation/work"
)

// rounds is odd, so that there is a median.
const rounds = 31

func BenchmarkIsolation(b *testing.B) {
	began := time.Now()
	p, err := winplugin.Open("work", winplugin.WithIsolation(winplugin.Process))
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	add := bind[func(a, b int64) int64](b, p, "Add")
	echo := bind[func([]byte) []byte](b, p, "Echo")
	price := bind[func(work.Order) (work.Order, error)](b, p, "Price")
	add(1, 1)
	first := time.Since(began)
	again := time.Now()
	q, err := winplugin.Open("work", winplugin.WithIsolation(winplugin.Process))
	if err != nil {
		b.Fatal(err)
	}
	bind[func(a, b int64) int64](b, q, "Add")(1, 1)
	b.Logf("open to first result: %v with the build, then %v", first, time.Since(again))
	if err := q.Close(); err != nil {
		b.Fatal(err)
	}
	byRPC := openOther(b, goplugin.ProtocolNetRPC, "rpc").(*rpcClient)
	byGRPC := openOther(b, goplugin.ProtocolGRPC, "grpc").(*grpcClient)
	order := work.Order{ID: 7, Customer: "Ann", Tags: map[string]string{"a": "1", "b": "2", "c": "3"}}
	for i := range 10 {
		order.Lines = append(order.Lines, work.Line{SKU: "sku-" + strconv.Itoa(i), Qty: int32(i), Price: float64(i) / 2})
	}
	small, large := make([]byte, 64<<10), make([]byte, 1<<20)
	for _, test := range []struct {
		name              string
		calls             int
		pause             time.Duration // before each call, not measured
		own, rpc, viaGRPC func()
	}{
		{"scalar, idle", 20, 2 * time.Millisecond, func() { add(1, 1) }, func() { byRPC.add(1, 1) }, func() { byGRPC.add(1, 1) }},
		{"scalar, burst", 300, 0, func() { add(1, 1) }, func() { byRPC.add(1, 1) }, func() { byGRPC.add(1, 1) }},
		{"order", 100, 0, func() { _, _ = price(order) }, func() { byRPC.price(order) }, nil},
		{"64 KiB", 50, 0, func() { echo(small) }, func() { byRPC.echo(small) }, func() { byGRPC.echo(small) }},
		{"1 MB", 10, 0, func() { echo(large) }, func() { byRPC.echo(large) }, func() { byGRPC.echo(large) }},
	} {
		var times [3][]time.Duration
		for range rounds {
			for i, call := range []func(){test.own, test.rpc, test.viaGRPC} {
				if call == nil {
					continue
				}
				var took time.Duration
				for range test.calls {
					if test.pause > 0 {
						time.Sleep(test.pause)
					}
					began := time.Now()
					call()
					took += time.Since(began)
				}
				times[i] = append(times[i], took/time.Duration(test.calls))
			}
		}
		text := fmt.Sprintf("%-14s %v", test.name, median(times[0]))
		for i, name := range []string{"net/rpc", "gRPC"} {
			if list := times[i+1]; list != nil {
				text += fmt.Sprintf("; %s %v: %.1f ×", name, median(list), float64(median(list))/float64(median(times[0])))
			}
		}
		b.Log(text)
	}
}

func bind[F any](b *testing.B, p *winplugin.Plugin, name string) F {
	b.Helper()
	f, err := winplugin.Func[F](p, name)
	if err != nil {
		b.Fatal(err)
	}
	return f
}

func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}
