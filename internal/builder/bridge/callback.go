package bridge

import (
	"fmt"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// hostCall writes the code that sends a call to the host and takes its results. The
// parameters are winplugin_a1, …, the results winplugin_r0, …
func (g *goFile) hostCall(remote string, index int, failure string) {
	f := g.callbacks[index]
	params := g.slots(f.Params, f.Type.Params())
	results := g.slots(f.Results, f.Type.Results())
	b := &g.body
	updated := (&routine{params: params, results: results}).updates()
	fmt.Fprintf(b, "\twinplugin_h := winplugin_pluginrt.Begin(%s, %d, %d)\n", remote, index, max(words(params), words(results), words(updated)))
	fmt.Fprintf(b, "\tdefer winplugin_h.End(%s)\n", failure)
	for i, v := range params[1:] {
		if i == 0 && f.Fills() {
			fmt.Fprintf(b, "\twinplugin_h.Filled(%d, winplugin_a1, %d)\n", v.at, results[0].at)
			continue
		}
		g.putArg(i+1, v)
	}
	fmt.Fprintf(b, "\twinplugin_h.Do(%t)\n", failure != "nil")
	for i, v := range results {
		if i == 0 && f.Receives() {
			continue
		}
		g.takeResult(i, v, i == len(results)-1)
	}
	for i, v := range updated {
		fmt.Fprintf(b, "\twinplugin_pluginrt.TakeUpdate(winplugin_h, %d, %d, &winplugin_a%d, %s)\n", len(results)+i, v.at, v.index, g.decoder(v.value))
	}
	if f.Receives() {
		b.WriteString("\tif winplugin_r1 == winplugin_pluginrt.Done {\n")
		g.takeResult(0, results[0], false)
		b.WriteString("\t}\n")
	}
	b.WriteString("\twinplugin_h.Done()\n")
}

func (g *goFile) putArg(i int, v slot) {
	b := &g.body
	x := fmt.Sprintf("winplugin_a%d", i)
	switch v.form {
	case manifest.FormObject:
		fmt.Fprintf(b, "\twinplugin_h.Frame().SetRef(%d, %s)\n", v.at, g.reference(v.value, x))
	case manifest.FormContext:
		fmt.Fprintf(b, "\twinplugin_h.Context(%d, %s)\n", v.at, x)
	case manifest.FormMessage:
		put := "PutArg"
		if v.param.InOut {
			put = "PutUpdated"
		}
		fmt.Fprintf(b, "\t%s(winplugin_h.%s(%d, %d), &%s)\n", g.encoder(v.value), put, i, v.at, x)
	case manifest.FormBulk:
		fmt.Fprintf(b, "\twinplugin_pluginrt.PutBulk(winplugin_h, %d, %s)\n", v.at, x)
	case manifest.FormText:
		fmt.Fprintf(b, "\twinplugin_h.Text(%d, %s)\n", v.at, plain(v.m, x))
	default:
		fmt.Fprintf(b, "\twinplugin_h.Frame().Set%s(%d, %s)\n", capital(v.m.Kind), v.at, plain(v.m, x))
	}
}

func (g *goFile) takeResult(i int, v slot, last bool) {
	b := &g.body
	x := fmt.Sprintf("winplugin_r%d", i)
	switch v.form {
	case manifest.FormObject:
		fmt.Fprintf(b, "\t%s = %s(winplugin_h.Frame().Ref(%d))\n", x, g.importer(v.value), v.at)
	case manifest.FormContext:
		fmt.Fprintf(b, "\t%s = winplugin_h.ResultContext(%d)\n", x, v.at)
	case manifest.FormMessage:
		if last && v.m.IsError() {
			g.codecs.dynamic = true
			fmt.Fprintf(b, "\t%s = winplugin_h.ResultError(%d, %d)\n", x, i, v.at)
			return
		}
		if v.param.InOut {
			fmt.Fprintf(b, "\twinplugin_pluginrt.TakeReturned(winplugin_h, %d, %d, &%s, %s, %s)\n", i, v.at, x, g.decoder(v.value), g.encoder(v.value))
			return
		}
		fmt.Fprintf(b, "\t%s(winplugin_h.Result(%d, %d), &%s)\n", g.decoder(v.value), i, v.at, x)
	case manifest.FormBulk:
		fmt.Fprintf(b, "\t%s = winplugin_pluginrt.ResultBulk[%s](winplugin_h, %d)\n", x, g.typ(g.parts(v.value)[0].t), v.at)
	case manifest.FormText:
		fmt.Fprintf(b, "\t%s = %s\n", x, g.convert(v.value, fmt.Sprintf("winplugin_h.ResultText(%d)", v.at)))
	default:
		fmt.Fprintf(b, "\t%s = %s\n", x, g.convert(v.value, fmt.Sprintf("winplugin_h.Frame().%s(%d)", capital(v.m.Kind), v.at)))
	}
}
