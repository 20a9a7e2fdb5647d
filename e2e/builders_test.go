package e2e

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"strings"
	"sync"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A draft has texts that are being made.
type draft struct {
	Title string
	Body  strings.Builder
	Raw   bytes.Buffer
}

func newDraft() *draft {
	r := &draft{Title: "mine"}
	r.Body.WriteString("body")
	r.Raw.WriteString("raw")
	return r
}

// text is what the plugin's ReportText returns.
func (r *draft) text() string {
	return fmt.Sprintf("%s %q %q", r.Title, r.Body.String(), r.Raw.String())
}

// The content of builders and buffers in fields is copied, both ways.
func TestBuildersInFields(t *testing.T) {
	p := known(t)
	theirs := call(t, p, "NewReport", "theirs")[0].(*winplugin.Object)
	const mine, made = `mine "body" "raw"`, `theirs "body of theirs" "raw"`
	for _, test := range []struct {
		name string
		use  func() (any, error)
		want string
	}{
		{"a pointer by Call", func() (any, error) { return call(t, p, "ReportText", newDraft())[0], nil }, mine},
		{"a struct by Call", func() (any, error) { return call(t, p, "ReportText", *newDraft())[0], nil }, mine},
		{"a pointer by Func", func() (any, error) { return bound[func(*draft) string](t, p, "ReportText")(newDraft()), nil }, mine},
		{"written to", func() (any, error) { return call(t, p, "Extend", newDraft())[0], nil }, `mine "body+more" "raw+raw"`},
		{"texts", func() (any, error) {
			return call(t, p, "ReportText", map[string]any{"Title": "mine", "Body": "body", "Raw": []byte("raw")})[0], nil
		}, mine},
		{"by New", func() (any, error) {
			o, err := p.New("Report", newDraft())
			if err != nil {
				return nil, err
			}
			return call(t, p, "Extend", o)[0], nil
		}, `mine "body+more" "raw+raw"`},
		{"a result by Func", func() (any, error) {
			return bound[func(string) *draft](t, p, "NewReport")("theirs").text(), nil
		}, made},
		{"Copy", func() (any, error) {
			var r draft
			err := theirs.Copy(&r)
			r.Body.WriteString("+")
			return r.text(), err
		}, `theirs "body of theirs+" "raw"`},
		{"As", func() (any, error) {
			r, err := winplugin.As[*draft](theirs)
			if err != nil {
				return nil, err
			}
			return r.text(), nil
		}, made},
		{"Set", func() (any, error) {
			o := call(t, p, "NewReport", "other")[0].(*winplugin.Object)
			b := newDraft()
			if err := o.Set("Body", &b.Body); err != nil {
				return nil, err
			}
			return call(t, p, "Extend", o)[0], nil
		}, `other "body+more" "raw+raw"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, err := test.use(); err != nil || got != test.want {
				t.Errorf("got %v, %v, want %s", got, err, test.want)
			}
		})
	}
	t.Run("another type without exported fields", func(t *testing.T) {
		var v struct {
			Title string
			Body  struct{ lock sync.Mutex }
		}
		if err := theirs.Copy(&v); err == nil {
			t.Error("got no error, want one that says that the field cannot be copied")
		}
	})
}

// An inches value has a form as XML and one as text.
type inches struct{ N int }

func (i inches) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "text %d", i.N), nil }

func (i inches) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	return e.EncodeElement(fmt.Sprintf("xml %d", i.N), start)
}

// A feet value has them by a pointer.
type feet struct{ N int }

func (f *feet) MarshalText() ([]byte, error) { return inches{f.N}.MarshalText() }

func (f *feet) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	return inches{f.N}.MarshalXML(e, start)
}

// Package encoding/xml uses the same one of the two methods in the plugin.
func TestXMLBeforeText(t *testing.T) {
	type measured struct {
		In    inches
		At    inches `xml:"at,attr"`
		List  []inches
		Far   *feet
		Near  feet
		Inner struct{ Any any }
	}
	p := known(t)
	m := &measured{In: inches{1}, At: inches{2}, List: []inches{{3}, {4}}, Far: &feet{5}, Near: feet{6}}
	m.Inner.Any = inches{7}
	for name, v := range map[string]any{"a value": inches{1}, "a pointer": &inches{1}, "a pointer with methods": &feet{1}, "a value without them": feet{1}, "fields of a pointer": m, "fields": *m} {
		t.Run(name, func(t *testing.T) {
			want, err := xml.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			results, err := p.Call(context.Background(), "Markup", v)
			if err != nil || results[0] != string(want) {
				t.Errorf("got %v, %v, want %s", results, err, want)
			}
		})
	}
}
