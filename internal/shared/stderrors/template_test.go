package stderrors

import (
	"errors"
	"html/template"
	"io"
	"testing"
)

// A node of a template is found in its source, and an error of a template with delimiters of its own
// cannot be made.
func TestTemplateNodes(t *testing.T) {
	for _, test := range []struct {
		name, left, text string
		ok               bool
	}{
		{"a branch", "", `<script>{{if .X}}"{{end}}</script>`, true},
		{"an action", "", "a\n{{range .X}}{{.Y | html | urlquery}}{{end}}", true},
		{"in another template", "", `{{define "one"}}{{template "two"}}{{end}}{{template "one"}}`, true},
		{"a func of the program", "", `{{mine .X | html | mine}}`, true},
		{"delimiters", "[[", `<script>[[if .X}}"[[end}}</script>`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			page := template.Must(template.New("page").Delims(test.left, "").Funcs(template.FuncMap{"mine": func(v any) any { return v }}).Parse(test.text))
			var e *template.Error
			if err := page.Execute(io.Discard, nil); !errors.As(err, &e) {
				t.Fatalf("got %v, want a *template.Error", err)
			}
			s, ok := packTemplate(e, nil)
			if !ok {
				t.Fatal("packTemplate: got false, want true")
			}
			got, ok := unpackTemplate(s, "", nil)
			if ok != test.ok || ok && got.Error() != e.Error() {
				t.Errorf("got %v, %t, want %v, %t", got, ok, e, test.ok)
			}
		})
	}
}
