package bridge

import (
	"fmt"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// codecs are the functions that encode and decode values of one type each. They are
// numbered, and written when they are asked for.
type codecs struct {
	number  map[string]int // by the expression of the type
	values  []value
	encode  []state
	decode  []state
	dynamic bool // a value of dynamic type or an error is encoded or decoded
	any     bool // a value of dynamic type is encoded or decoded
	known   bool // a value of a known type is encoded or decoded
}

// A state says whether a function was asked for or written.
type state uint8

const (
	unused state = iota
	asked        // to be written
	done
)

// encoder returns the name of the function that encodes values of a type:
// func(*wire.Encoder, *T).
func (g *goFile) encoder(v value) string {
	n := g.codec(v)
	g.codecs.encode[n] = max(g.codecs.encode[n], asked)
	return fmt.Sprintf("winplugin_e%d", n)
}

// decoder returns the name of the function that decodes values of a type to memory
// for them, which must be zero: func(*wire.Decoder, *T).
func (g *goFile) decoder(v value) string {
	n := g.codec(v)
	g.codecs.decode[n] = max(g.codecs.decode[n], asked)
	return fmt.Sprintf("winplugin_d%d", n)
}

func (g *goFile) codec(v value) int {
	c := &g.codecs
	key := g.typ(v.t)
	n, ok := c.number[key]
	if !ok {
		n = len(c.values)
		c.number[key] = n
		c.values = append(c.values, v)
		c.encode, c.decode = append(c.encode, unused), append(c.decode, unused)
	}
	return n
}

// writeCodecs writes all functions that were asked for. Writing one may ask for others, also
// for values that come before it.
func (g *goFile) writeCodecs() {
	for written := -1; written != g.body.Len(); {
		written = g.body.Len()
		g.writeObjects()
		for n := 0; n < len(g.codecs.values); n++ {
			if g.codecs.encode[n] == asked {
				g.codecs.encode[n] = done
				g.function("winplugin_e", "Encoder", n, g.encodeBody)
			}
			if g.codecs.decode[n] == asked {
				g.codecs.decode[n] = done
				g.function("winplugin_d", "Decoder", n, g.decodeBody)
			}
		}
	}
}

func (g *goFile) function(prefix, coder string, n int, body func(value)) {
	v := g.codecs.values[n]
	fmt.Fprintf(&g.body, "\nfunc %s%d(winplugin_c *winplugin_wire.%s, winplugin_p *%s) {\n", prefix, n, coder, g.typ(v.t))
	body(v)
	g.body.WriteString("}\n")
}

func (g *goFile) encodeBody(v value) {
	g.structure(v, "PutMemory", g.put)
}

func (g *goFile) decodeBody(v value) {
	g.structure(v, "Memory", g.take)
}

// structure writes what encodes or decodes the value at winplugin_p: in one piece,
// part by part, or as a whole.
func (g *goFile) structure(v value, memory string, one func(value, string) string) {
	b := &g.body
	m := g.manifest.Types.Under(v.m)
	size, fixed := g.manifest.Types.Fixed(v.m)
	switch {
	case g.manifest.Types.IsObject(v.m), g.manifest.Types.IsKnown(v.m):
		fmt.Fprintf(b, "\t%s\n", one(v, "*winplugin_p"))
	case fixed && (m.Kind == manifest.Struct || m.Kind == manifest.Array):
		fmt.Fprintf(b, "\twinplugin_c.%s(unsafe.Pointer(winplugin_p), %d)\n", memory, size)
	case m.Kind == manifest.Struct && g.manifest.Types.MarshalerKind(v.m) == "":
		parts := g.parts(v)
		for i := range m.Fields {
			if m.Fields[i].Name != "_" {
				fmt.Fprintf(b, "\t%s\n", one(parts[0], "winplugin_p."+m.Fields[i].Name))
				parts = parts[1:]
			}
		}
	case m.Kind == manifest.Array:
		fmt.Fprintf(b, "\tfor winplugin_i := range winplugin_p {\n\t\t%s\n\t}\n", one(g.parts(v)[0], "winplugin_p[winplugin_i]"))
	default:
		fmt.Fprintf(b, "\t%s\n", one(v, "*winplugin_p"))
	}
}

// put returns the statement that encodes the variable x.
func (g *goFile) put(v value, x string) string {
	if g.manifest.Types.IsObject(v.m) {
		return fmt.Sprintf("winplugin_c.PutRef(%s)", g.reference(v, x))
	}
	if g.known(v.m) {
		return fmt.Sprintf("winplugin_codec.PutKnown(winplugin_c, %s)", address(x))
	}
	m := g.manifest.Types.Under(v.m)
	if name, under := scalar(m.Kind); name != "" {
		if v.m.Name != "" || under != m.Kind {
			x = predeclared(under) + "(" + x + ")"
		}
		return fmt.Sprintf("winplugin_c.Put%s(%s)", name, x)
	}
	parts := g.parts(v)
	switch m.Kind {
	case manifest.Slice:
		if _, fixed := g.manifest.Types.Fixed(parts[0].m); fixed {
			return fmt.Sprintf("winplugin_wire.PutFixed(winplugin_c, %s)", x)
		}
		if g.isAny(parts[0]) {
			return fmt.Sprintf("winplugin_codec.Put%ss(winplugin_c, %s)", g.dynamic(g.manifest.Types.Under(parts[0].m)), x)
		}
		return fmt.Sprintf("winplugin_wire.PutSlice(winplugin_c, %s, %s)", x, g.encoder(parts[0]))
	case manifest.Map:
		return fmt.Sprintf("winplugin_wire.PutMap(winplugin_c, %s, %s, %s)", x, g.encoder(parts[0]), g.encoder(parts[1]))
	case manifest.Pointer:
		return fmt.Sprintf("winplugin_wire.PutPointer(winplugin_c, %s, %d, %s)", x, g.codec(parts[0]), g.encoder(parts[0]))
	case manifest.Interface:
		return fmt.Sprintf("winplugin_codec.Put%s(winplugin_c, %s)", g.dynamic(m), x)
	}
	switch g.manifest.Types.MarshalerKind(v.m) {
	case manifest.MarshalTime:
		return fmt.Sprintf("winplugin_c.PutTime(%s)", x)
	case manifest.MarshalBinary, manifest.MarshalText:
		return fmt.Sprintf("winplugin_pluginrt.PutMarshaler(winplugin_c, %s)", address(x))
	}
	return fmt.Sprintf("%s(winplugin_c, %s)", g.encoder(v), address(x))
}

// take returns the statement that decodes to the variable x.
func (g *goFile) take(v value, x string) string {
	if g.manifest.Types.IsObject(v.m) {
		return fmt.Sprintf("%s = %s(winplugin_c.Ref())", x, g.importer(v))
	}
	if g.known(v.m) {
		return fmt.Sprintf("winplugin_codec.TakeKnown(winplugin_c, %s)", address(x))
	}
	m := g.manifest.Types.Under(v.m)
	if name, under := scalar(m.Kind); name != "" {
		from := fmt.Sprintf("winplugin_c.%s()", name)
		if v.m.Name != "" || under != m.Kind {
			from = g.typ(v.t) + "(" + from + ")"
		}
		return x + " = " + from
	}
	parts := g.parts(v)
	switch m.Kind {
	case manifest.Slice:
		if _, fixed := g.manifest.Types.Fixed(parts[0].m); fixed {
			return fmt.Sprintf("%s = winplugin_wire.Fixed[%s](winplugin_c)", x, g.typ(parts[0].t))
		}
		if g.isAny(parts[0]) {
			return fmt.Sprintf("%s = winplugin_codec.Take%ss(winplugin_c)", x, g.dynamic(g.manifest.Types.Under(parts[0].m)))
		}
		return fmt.Sprintf("%s = winplugin_wire.Slice(winplugin_c, %d, %s)", x, g.least(parts[0]), g.decoder(parts[0]))
	case manifest.Map:
		return fmt.Sprintf("%s = winplugin_wire.Map(winplugin_c, %d, %s, %s)", x, g.least(parts[0])+g.least(parts[1]), g.decoder(parts[0]), g.decoder(parts[1]))
	case manifest.Pointer:
		return fmt.Sprintf("%s = winplugin_wire.Pointer(winplugin_c, %d, %d, %s)", x, g.least(parts[0]), g.codec(parts[0]), g.decoder(parts[0]))
	case manifest.Interface:
		return fmt.Sprintf("%s = winplugin_codec.Take%s(winplugin_c)", x, g.dynamic(m))
	}
	switch g.manifest.Types.MarshalerKind(v.m) {
	case manifest.MarshalTime:
		return x + " = winplugin_c.Time()"
	case manifest.MarshalBinary, manifest.MarshalText:
		return fmt.Sprintf("winplugin_pluginrt.TakeMarshaler(winplugin_c, %s)", address(x))
	}
	return fmt.Sprintf("%s(winplugin_c, %s)", g.decoder(v), address(x))
}

// isAny reports whether a type is any, without a name of its own.
func (g *goFile) isAny(v value) bool {
	m := g.manifest.Types.Under(v.m)
	return v.m.Name == "" && m.Kind == manifest.Interface && !g.manifest.Types.IsObject(v.m)
}

// scalar returns the methods of encoder and decoder for a kind, and the type that
// they take and return; or "".
func scalar(k manifest.Kind) (name string, of manifest.Kind) {
	switch k {
	case manifest.Int8:
		of = manifest.Uint8
	case manifest.Int16:
		of = manifest.Uint16
	case manifest.Int32:
		of = manifest.Uint32
	case manifest.Int, manifest.Int64, manifest.Uint, manifest.Uintptr:
		of = manifest.Uint64
	case manifest.Bool, manifest.Uint8, manifest.Uint16, manifest.Uint32, manifest.Uint64, manifest.Float32, manifest.Float64,
		manifest.Complex64, manifest.Complex128, manifest.String:
		of = k
	default:
		return "", ""
	}
	return capital(of), of
}

// dynamic names the functions that encode and decode values of an interface type, and
// records that they are needed.
func (g *goFile) dynamic(m *manifest.Type) string {
	g.codecs.dynamic = true
	if m.IsError() {
		return "Error"
	}
	g.codecs.any = true
	return "Any"
}

// address returns the address of a variable.
func address(x string) string {
	if x[0] == '*' {
		return x[1:]
	}
	return "&" + x
}
