package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/formatters"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/alecthomas/chroma/v2/styles"
	"github.com/antchfx/xmlquery"
	"github.com/microcosm-cc/bluemonday"
	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/html"
	"golang.org/x/text/language"

	. "example.com/corpus/steps"
)

const page = `<html><body><div class="a"><p>One</p><p id="x">Two <b>bold</b></p></div><a href="/l">link</a></body></html>`
const shelf = `<?xml version="1.0"?><shelf><book lang="en"><title>Go</title><price>10</price></book><book lang="de"><title>Los</title><price>20</price></book></shelf>`

func init() {
	Case("chroma", func() {
		Step("tokens", func() any {
			it := Must(lexers.Get("go").Tokenise(nil, "package p // x\n"))
			var out []string
			for _, t := range it.Tokens() {
				out = append(out, fmt.Sprintf("%s:%q", t.Type, t.Value))
			}
			return out
		})
		Step("html", func() any {
			var b bytes.Buffer
			it := Must(lexers.Get("json").Tokenise(nil, `{"a": 1}`))
			err := formatters.Get("html").Format(&b, styles.Get("monokai"), it)
			return fmt.Sprint(strings.Contains(b.String(), `class="chroma"`), strings.Count(b.String(), "<span"), err)
		})
		Step("coalesce", func() any {
			l := chroma.Coalesce(lexers.Get("python"))
			return fmt.Sprint(l.Config().Name, len(Must(l.Tokenise(nil, "x = 1\n")).Tokens()))
		})
		Step("lexer", func() any {
			l := Must(chroma.NewLexer(&chroma.Config{Name: "Mini"}, func() chroma.Rules {
				return chroma.Rules{"root": {{Pattern: `\d+`, Type: chroma.Number}, {Pattern: `.`, Type: chroma.Text}}}
			}))
			return Must(l.Tokenise(nil, "a12")).Tokens()
		})
		Step("type", func() any {
			return fmt.Sprint(chroma.Keyword, chroma.KeywordType.Category(), chroma.KeywordType.InCategory(chroma.Keyword))
		})
		Step("colour", func() any { c := chroma.ParseColour("#ff8000"); return fmt.Sprint(c, c.Red(), c.Brightness()) })
		Step("style", func() any {
			s := Must(chroma.NewStyle("mine", chroma.StyleEntries{chroma.Keyword: "bold #ff0000"}))
			return fmt.Sprint(s.Get(chroma.Keyword).Colour, s.Get(chroma.KeywordType).Bold, s.Name)
		})
	})
	Case("goquery", func() {
		doc := func() *goquery.Document { return Must(goquery.NewDocumentFromReader(strings.NewReader(page))) }
		Step("find", func() any {
			d := doc()
			return fmt.Sprint(d.Find("p").Length(), d.Find("#x").Text(), d.Find("div.a p").First().Text())
		})
		Step("attr", func() any { return fmt.Sprint(doc().Find("a").Attr("href")) })
		Step("each", func() any {
			var out []string
			doc().Find("p").Each(func(i int, s *goquery.Selection) { out = append(out, fmt.Sprint(i, s.Text())) })
			return out
		})
		Step("map", func() any {
			return doc().Find("p").Map(func(_ int, s *goquery.Selection) string { return strings.ToUpper(s.Text()) })
		})
		Step("edit", func() any {
			d := doc()
			d.Find("b").SetText("thin").AddClass("c").SetAttr("k", "v")
			return Must(d.Find("#x").Html())
		})
		Step("filter", func() any {
			return doc().Find("p").FilterFunction(func(i int, s *goquery.Selection) bool { return s.Is("#x") }).Length()
		})
		Step("node", func() any { n := doc().Find("b").Nodes[0]; return fmt.Sprint(n.Data, n.FirstChild.Data, n.Type) })
	})
	Case("xmlquery", func() {
		doc := func() *xmlquery.Node { return Must(xmlquery.Parse(strings.NewReader(shelf))) }
		Step("find", func() any {
			var out []string
			for _, n := range xmlquery.Find(doc(), "//book/title") {
				out = append(out, n.InnerText())
			}
			return out
		})
		Step("attr", func() any { return xmlquery.FindOne(doc(), "//book[2]").SelectAttr("lang") })
		Step("bad", func() any { _, err := xmlquery.QueryAll(doc(), "//["); return err != nil })
		Step("none", func() any { return xmlquery.FindOne(doc(), "//nope") == nil })
		Step("output", func() any { return xmlquery.FindOne(doc(), "//book[@lang='de']").OutputXML(true) })
		Step("fields", func() any {
			n := xmlquery.FindOne(doc(), "//book")
			return fmt.Sprint(n.Data, n.Type, n.FirstChild.Data, n.Parent.Data, n.Attr[0].Value)
		})
		Step("each", func() any {
			sum := 0
			xmlquery.FindEach(doc(), "//price", func(i int, n *xmlquery.Node) { sum += i + len(n.InnerText()) })
			return sum
		})
	})
	Case("bluemonday", func() {
		const dirty = `<a href="javascript:x()" onclick="y()">a</a><b>b</b><script>z</script><a href="http://e.org">e</a>`
		Step("ugc", func() any { return bluemonday.UGCPolicy().Sanitize(dirty) })
		Step("strict", func() any { return bluemonday.StrictPolicy().Sanitize(dirty) })
		Step("own", func() any {
			p := bluemonday.NewPolicy()
			p.AllowElements("b", "i")
			p.AllowAttrs("class").OnElements("b")
			return p.Sanitize(`<b class="x" id="y">b</b><u>u</u>`)
		})
		Step("reader", func() any { return bluemonday.UGCPolicy().SanitizeReader(strings.NewReader(dirty)).String() })
		Step("bytes", func() any { return string(bluemonday.UGCPolicy().SanitizeBytes([]byte(dirty))) })
	})
	Case("language", func() {
		Step("parse", func() any { t := language.MustParse("de-CH"); b, c := t.Base(); return fmt.Sprint(t, b, c) })
		Step("match", func() any {
			m := language.NewMatcher([]language.Tag{language.English, language.German, language.MustParse("pt-BR")})
			t, i, c := m.Match(language.MustParse("de-AT"), language.French)
			return fmt.Sprint(t, i, c)
		})
		Step("accept", func() any { return fmt.Sprint(language.ParseAcceptLanguage("da, en-gb;q=0.8, en;q=0.7")) })
		Step("bad", func() any { _, err := language.Parse("x-y-z-!!"); return err })
		Step("strings", func() any {
			t, i := language.MatchStrings(language.NewMatcher([]language.Tag{language.English, language.German}), "de;q=0.9", "fr")
			return fmt.Sprint(t, i)
		})
		Step("region", func() any {
			r := language.MustParseRegion("CH")
			return fmt.Sprint(r, r.ISO3(), r.IsCountry(), r == language.MustParseRegion("ch"))
		})
		Step("json", func() any { return J(map[string]any{"l": language.MustParse("en-US")}) })
		Step("compose", func() any { return Must(language.Compose(language.German, language.MustParseRegion("AT"))) })
	})
	Case("minify", func() {
		m := minify.New()
		m.AddFunc("text/css", css.Minify)
		m.AddFunc("text/html", html.Minify)
		Step("css", func() any { return Must(m.String("text/css", "a { color: #ff0000; }\n b { margin: 0px }")) })
		Step("html", func() any { return Must(m.String("text/html", "<p>  a  <b> b </b></p>\n\n<p>c</p>")) })
		Step("writer", func() any {
			var b bytes.Buffer
			w := m.Writer("text/css", &b)
			w.Write([]byte("a { b: c }"))
			err := w.Close()
			return fmt.Sprint(b.String(), err)
		})
		Step("unknown", func() any { _, err := m.String("text/nope", "x"); return fmt.Sprint(err, err == minify.ErrNotExist) })
		Step("own", func() any {
			m.AddFunc("text/up", minify.MinifierFunc(upper))
			return Must(m.String("text/up", "abc"))
		})
		Step("number", func() any {
			return fmt.Sprint(string(minify.Number([]byte("0010.500"), -1)), string(minify.Decimal([]byte("1.5000"), 2)))
		})
	})
}

// upper is a minifier.
func upper(_ *minify.M, w io.Writer, r io.Reader, _ map[string]string) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	_, err = w.Write(bytes.ToUpper(b))
	return err
}
