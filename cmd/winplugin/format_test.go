package main

import (
	"math"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/cmd/winplugin/internal/textform"
	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

func TestFormat(t *testing.T) {
	for _, test := range []struct {
		results    []any
		text, json string
	}{
		{nil, "", "[]\n"},
		{[]any{30}, "30\n", "[30]\n"},
		{[]any{int64(math.MinInt64), uint64(math.MaxUint64)}, "-9223372036854775808\n18446744073709551615\n", "[-9223372036854775808,18446744073709551615]\n"},
		{[]any{true, "a b", uintptr(7)}, "true\na b\n7\n", "[true,\"a b\",7]\n"},
		{[]any{0.1, float32(0.1), 1e300}, "0.1\n0.1\n1e+300\n", "[0.1,0.1,1e+300]\n"},
		{[]any{math.NaN(), math.Inf(1), float32(math.Inf(-1))}, "NaN\n+Inf\n-Inf\n", "[\"NaN\",\"Infinity\",\"-Infinity\"]\n"},
		{[]any{"", "<&>", "ünï"}, "\n<&>\nünï\n", "[\"\",\"<&>\",\"ünï\"]\n"},
		{[]any{[]byte("text\tünï\n"), []byte(nil), []byte{}}, "text\tünï\n\n\n\n", "[\"dGV4dAnDvG7Drwo=\",null,\"\"]\n"},
		{[]any{[]byte{0}, []byte("\xff"), []byte("base64:"), []byte("\x1b[2J"), []byte("\u202e")},
			"base64:AA==\nbase64:/w==\nbase64:YmFzZTY0Og==\nbase64:G1sySg==\nbase64:4oCu\n",
			"[\"AA==\",\"/w==\",\"YmFzZTY0Og==\",\"G1sySg==\",\"4oCu\"]\n"},
	} {
		t.Run(test.text, func(t *testing.T) {
			if got, err := format(test.results, false); got != test.text || err != nil {
				t.Errorf("format(%v) = %q, %v, want %q", test.results, got, err, test.text)
			}
			if got, err := format(test.results, true); got != test.json || err != nil {
				t.Errorf("format(%v) as JSON = %q, %v, want %q", test.results, got, err, test.json)
			}
		})
	}
}

func TestFormatJSONUnknown(t *testing.T) {
	loop := []any{nil}
	loop[0] = loop
	if got, err := format(loop, true); err == nil || !strings.Contains(err.Error(), "as JSON") {
		t.Errorf("format of a value without end = %q, %v, want an error that says \"as JSON\"", got, err)
	}
}

func FuzzFormatBytes(f *testing.F) {
	for _, s := range []string{"", "text", "base64:", "base64:AA==", "\x00", "ünï", "\r\n"} {
		f.Add([]byte(s))
	}
	bytesType := manifest.Type{Kind: manifest.Slice, Elem: &manifest.Type{Kind: manifest.Uint8}}
	bytesOf, err := typemap.NewScope(&manifest.Manifest{}).Type(&bytesType)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		text, err := textform.Format(data)
		if err != nil {
			t.Fatal(err)
		}
		back, err := textform.Parse(bytesOf, text)
		if err != nil || string(back.([]byte)) != string(data) {
			t.Errorf("printed as %q: got %q, %v, want %q", text, back, err, data)
		}
		if printable(text) != text {
			t.Errorf("%q: got %q, want printable text", data, text)
		}
	})
}
