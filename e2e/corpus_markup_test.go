package e2e

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() {
	twins["chroma"] = twin{path: "github.com/alecthomas/chroma/v2", more: []string{"github.com/alecthomas/chroma/v2/lexers", "github.com/alecthomas/chroma/v2/formatters", "github.com/alecthomas/chroma/v2/styles"}, run: chromaTwin}
	twins["goquery"] = twin{path: "github.com/PuerkitoBio/goquery", run: goqueryTwin}
	twins["xmlquery"] = twin{path: "github.com/antchfx/xmlquery", run: xmlqueryTwin}
	twins["bluemonday"] = twin{path: "github.com/microcosm-cc/bluemonday", run: bluemondayTwin}
	twins["language"] = twin{path: "golang.org/x/text/language", run: languageTwin}
	twins["minify"] = twin{path: "github.com/tdewolff/minify/v2", more: []string{"github.com/tdewolff/minify/v2/css", "github.com/tdewolff/minify/v2/html"}, run: minifyTwin}
}

const (
	corpusPage  = `<html><body><div class="a"><p>One</p><p id="x">Two <b>bold</b></p></div><a href="/l">link</a></body></html>`
	corpusShelf = `<?xml version="1.0"?><shelf><book lang="en"><title>Go</title><price>10</price></book><book lang="de"><title>Los</title><price>20</price></book></shelf>`
)

func chromaTwin(r *corpusRun) {
	tokens := func(lexer any, text string) any { return on(on(lexer, "Tokenise", nil, text), "Tokens") }
	r.step("tokens", func() any {
		list := tokens(r.do("lexers.Get", "go"), "package p // x\n")
		var out []string
		for i := range length(list) {
			t := element(list, i)
			out = append(out, fmt.Sprintf("%s:%q", corpusGet(t, "Type"), corpusGet(t, "Value")))
		}
		return out
	})
	r.step("html", func() any {
		var b bytes.Buffer
		it := on(r.do("lexers.Get", "json"), "Tokenise", nil, `{"a": 1}`)
		_, err := tryOn(r.do("formatters.Get", "html"), "Format", &b, r.do("styles.Get", "monokai"), it)
		return fmt.Sprint(strings.Contains(b.String(), `class="chroma"`), strings.Count(b.String(), "<span"), err)
	})
	r.step("coalesce", func() any {
		l := r.do("Coalesce", r.do("lexers.Get", "python"))
		return fmt.Sprint(field(on(l, "Config"), "Name"), length(tokens(l, "x = 1\n")))
	})
	r.step("lexer", func() any {
		type rule struct {
			Pattern string
			Type    any
		}
		rules := func() map[string][]rule {
			return map[string][]rule{"root": {{`\d+`, r.constant("Number")}, {`.`, r.constant("Text")}}}
		}
		return tokens(r.do("NewLexer", r.make("Config", map[string]any{"Name": "Mini"}), rules), "a12")
	})
	r.step("type", func() any {
		return fmt.Sprint(r.constant("Keyword"), on(r.constant("KeywordType"), "Category"), on(r.constant("KeywordType"), "InCategory", r.constant("Keyword")))
	})
	r.step("colour", func() any {
		c := r.do("ParseColour", "#ff8000")
		return fmt.Sprint(c, on(c, "Red"), on(c, "Brightness"))
	})
	r.step("style", func() any {
		s := r.do("NewStyle", "mine", map[any]string{r.constant("Keyword"): "bold #ff0000"})
		return fmt.Sprint(field(on(s, "Get", r.constant("Keyword")), "Colour"), field(on(s, "Get", r.constant("KeywordType")), "Bold"), field(s, "Name"))
	})
}

func goqueryTwin(r *corpusRun) {
	doc := func() any { return r.do("NewDocumentFromReader", strings.NewReader(corpusPage)) }
	find := func(o any, selector string) any { return on(o, "Find", selector) }
	r.step("find", func() any {
		d := doc()
		return fmt.Sprint(on(find(d, "p"), "Length"), on(find(d, "#x"), "Text"), on(on(find(d, "div.a p"), "First"), "Text"))
	})
	r.step("attr", func() any { results := on(find(doc(), "a"), "Attr", "href").([]any); return fmt.Sprint(results...) })
	r.step("each", func() any {
		var out []string
		on(find(doc(), "p"), "Each", func(i int, s *winplugin.Object) { out = append(out, fmt.Sprint(i, on(s, "Text"))) })
		return out
	})
	r.step("map", func() any {
		return on(find(doc(), "p"), "Map", func(_ int, s *winplugin.Object) string { return strings.ToUpper(on(s, "Text").(string)) })
	})
	r.step("edit", func() any {
		d := doc()
		on(on(on(find(d, "b"), "SetText", "thin"), "AddClass", "c"), "SetAttr", "k", "v")
		return on(find(d, "#x"), "Html")
	})
	r.step("filter", func() any {
		return on(on(find(doc(), "p"), "FilterFunction", func(i int, s *winplugin.Object) bool { return on(s, "Is", "#x").(bool) }), "Length")
	})
	r.step("node", func() any {
		n := element(field(find(doc(), "b"), "Nodes"), 0)
		return fmt.Sprint(field(n, "Data"), field(n, "FirstChild", "Data"), field(n, "Type"))
	})
}

func xmlqueryTwin(r *corpusRun) {
	doc := func() any { return r.do("Parse", strings.NewReader(corpusShelf)) }
	r.step("find", func() any {
		var out []string
		for _, n := range must(winplugin.Func[func(*winplugin.Object, string) []*winplugin.Object](r.Plugin, "Find"))(doc().(*winplugin.Object), "//book/title") {
			out = append(out, on(n, "InnerText").(string))
		}
		return out
	})
	r.step("attr", func() any { return on(r.do("FindOne", doc(), "//book[2]"), "SelectAttr", "lang") })
	r.step("bad", func() any { _, err := r.try("QueryAll", doc(), "//["); return err != nil })
	r.step("none", func() any { return r.do("FindOne", doc(), "//nope") == nil })
	r.step("output", func() any { return on(r.do("FindOne", doc(), "//book[@lang='de']"), "OutputXML", true) })
	r.step("fields", func() any {
		n := r.do("FindOne", doc(), "//book")
		return fmt.Sprint(field(n, "Data"), field(n, "Type"), field(n, "FirstChild", "Data"), field(n, "Parent", "Data"), corpusGet(element(field(n, "Attr"), 0), "Value"))
	})
	r.step("each", func() any {
		sum := 0
		r.do("FindEach", doc(), "//price", func(i int, n *winplugin.Object) { sum += i + len(on(n, "InnerText").(string)) })
		return sum
	})
}

func bluemondayTwin(r *corpusRun) {
	const dirty = `<a href="javascript:x()" onclick="y()">a</a><b>b</b><script>z</script><a href="http://e.org">e</a>`
	r.step("ugc", func() any { return on(r.do("UGCPolicy"), "Sanitize", dirty) })
	r.step("strict", func() any { return on(r.do("StrictPolicy"), "Sanitize", dirty) })
	r.step("own", func() any {
		p := r.do("NewPolicy")
		on(p, "AllowElements", "b", "i")
		on(on(p, "AllowAttrs", "class"), "OnElements", "b")
		return on(p, "Sanitize", `<b class="x" id="y">b</b><u>u</u>`)
	})
	r.step("reader", func() any { return on(on(r.do("UGCPolicy"), "SanitizeReader", strings.NewReader(dirty)), "String") })
	r.step("bytes", func() any { return string(on(r.do("UGCPolicy"), "SanitizeBytes", []byte(dirty)).([]byte)) })
}

func languageTwin(r *corpusRun) {
	tag := func(text string) any { return r.do("MustParse", text) }
	english, german := variableOf[*winplugin.Object](r, "English"), variableOf[*winplugin.Object](r, "German")
	r.step("parse", func() any {
		t := tag("de-CH")
		results := on(t, "Base").([]any)
		return fmt.Sprint(t, results[0], results[1])
	})
	r.step("match", func() any {
		m := r.do("NewMatcher", []any{english, german, tag("pt-BR")})
		results := on(m, "Match", tag("de-AT"), variableOf[*winplugin.Object](r, "French")).([]any)
		return fmt.Sprint(results...)
	})
	r.step("accept", func() any {
		results, err := r.try("ParseAcceptLanguage", "da, en-gb;q=0.8, en;q=0.7")
		return fmt.Sprint(results.([]any)[0], results.([]any)[1], err)
	})
	r.step("bad", func() any { _, err := r.try("Parse", "x-y-z-!!"); return err })
	r.step("strings", func() any {
		return fmt.Sprint(r.do("MatchStrings", r.do("NewMatcher", []any{english, german}), "de;q=0.9", "fr").([]any)...)
	})
	r.step("region", func() any {
		region := r.do("MustParseRegion", "CH")
		return fmt.Sprint(region, on(region, "ISO3"), on(region, "IsCountry"), region == r.do("MustParseRegion", "ch"))
	})
	r.step("json", func() any { return asJSON(map[string]any{"l": tag("en-US")}) })
	r.step("compose", func() any { return r.do("Compose", german, r.do("MustParseRegion", "AT")) })
}

func minifyTwin(r *corpusRun) {
	m := r.do("New")
	minifier := func(function string) any {
		return must(winplugin.Func[func(*winplugin.Object, io.Writer, io.Reader, map[string]string) error](r.Plugin, function))
	}
	on(m, "AddFunc", "text/css", minifier("css.Minify"))
	on(m, "AddFunc", "text/html", minifier("html.Minify"))
	text := func(media, text string) (any, error) { return tryOn(m, "String", media, text) }
	r.step("css", func() any { return must(text("text/css", "a { color: #ff0000; }\n b { margin: 0px }")) })
	r.step("html", func() any { return must(text("text/html", "<p>  a  <b> b </b></p>\n\n<p>c</p>")) })
	r.step("writer", func() any {
		var b bytes.Buffer
		w := on(m, "Writer", "text/css", &b).(io.WriteCloser)
		io.WriteString(w, "a { b: c }")
		err := w.Close()
		return fmt.Sprint(b.String(), err)
	})
	r.step("unknown", func() any {
		_, err := text("text/nope", "x")
		return fmt.Sprint(err, err.Error() == variableOf[error](r, "ErrNotExist").Error())
	})
	r.step("own", func() any {
		on(m, "AddFunc", "text/up", func(_ *winplugin.Object, w io.Writer, r io.Reader, _ map[string]string) error {
			b, err := io.ReadAll(r)
			if err != nil {
				return err
			}
			_, err = w.Write(bytes.ToUpper(b))
			return err
		})
		return must(text("text/up", "abc"))
	})
	r.step("number", func() any {
		return fmt.Sprint(string(r.do("Number", []byte("0010.500"), -1).([]byte)), string(r.do("Decimal", []byte("1.5000"), 2).([]byte)))
	})
}
