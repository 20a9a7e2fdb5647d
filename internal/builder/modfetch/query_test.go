package modfetch

import "testing"

func TestParse(t *testing.T) {
	tests := []struct {
		arg    string
		want   Query
		ok     bool
		public bool
		pinned bool
	}{
		{"github.com/yuin/goldmark", Query{"github.com/yuin/goldmark", ""}, true, true, false},
		{"github.com/yuin/goldmark@v1.7.8", Query{"github.com/yuin/goldmark", "v1.7.8"}, true, true, true},
		{"github.com/yuin/goldmark@latest", Query{"github.com/yuin/goldmark", "latest"}, true, true, false},
		{"example.com/x@v1", Query{"example.com/x", "v1"}, true, true, false},
		{"example.com/x@v1.2", Query{"example.com/x", "v1.2"}, true, true, false},
		{"example.com/x@v2.0.0+incompatible", Query{"example.com/x", "v2.0.0+incompatible"}, true, true, true},
		{"example.com/x@v0.0.0-20170915032832-14c0d48ead0c", Query{"example.com/x", "v0.0.0-20170915032832-14c0d48ead0c"}, true, true, true},
		{"github.com/nats-io/nats.go", Query{"github.com/nats-io/nats.go", ""}, true, true, false},
		{"gopkg.in/yaml.v3", Query{"gopkg.in/yaml.v3", ""}, true, true, false},
		{"gioui.org", Query{"gioui.org", ""}, true, true, false},
		{"text/template", Query{"text/template", ""}, true, false, false},
		{"plugins.d/foo", Query{"plugins.d/foo", ""}, true, false, false},
		{"v1.2/foo", Query{"v1.2/foo", ""}, true, false, false},
		{"example.xn--p1ai/x", Query{"example.xn--p1ai/x", ""}, true, true, false},
		{"example", Query{"example", ""}, true, false, false},
		{arg: ""},
		{arg: "."},
		{arg: "./example"},
		{arg: "../example"},
		{arg: "/example.com/x"},
		{arg: `C:\example.com`},
		{arg: `example.com\x`},
		{arg: "example.com/x/"},
		{arg: "example.com//x"},
		{arg: "example.com/ein wort"},
		{arg: "plugin.dll"},
		{arg: "out/plugin.so"},
		{arg: "plugin.go"},
		{arg: "example.com/x@"},
		{arg: "example.com/x@v1/y"},
		{arg: "example.com/x@v1@v2"},
		{arg: "example.com/ü"},
	}
	for _, test := range tests {
		t.Run(test.arg, func(t *testing.T) {
			got, ok := Parse(test.arg)
			if got != test.want || ok != test.ok {
				t.Fatalf("Parse gives %+v, %t, want %+v, %t", got, ok, test.want, test.ok)
			}
			if !ok {
				return
			}
			if got.String() != test.arg {
				t.Errorf("String is %q, want %q", got.String(), test.arg)
			}
			if got.Public() != test.public {
				t.Errorf("Public is %t, want %t", got.Public(), test.public)
			}
			if got.Pinned() != test.pinned {
				t.Errorf("Pinned is %t, want %t", got.Pinned(), test.pinned)
			}
		})
	}
}
