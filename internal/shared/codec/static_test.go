package codec

import "github.com/RamanSharma100/go-winplugin/internal/shared/wire"

// What the generator makes for a plugin, written by hand.

func putOrder(e *wire.Encoder, v *Order) {
	e.PutUint64(uint64(v.ID))
	e.PutString(v.Customer)
	wire.PutSlice(e, v.Lines, putLine)
	wire.PutMap(e, v.Tags, putString, putString)
	e.PutBool(v.Paid)
}

func putLine(e *wire.Encoder, v *Line) {
	e.PutString(v.SKU)
	e.PutUint32(uint32(v.Qty))
	e.PutFloat64(v.Price)
}

func putString(e *wire.Encoder, v *string) { e.PutString(*v) }

func takeOrder(d *wire.Decoder, v *Order) {
	v.ID = int64(d.Uint64())
	v.Customer = d.String()
	v.Lines = wire.Slice(d, 13, takeLine)
	v.Tags = wire.Map(d, 2, takeString, takeString)
	v.Paid = d.Bool()
}

func takeLine(d *wire.Decoder, v *Line) {
	v.SKU = d.String()
	v.Qty = int32(d.Uint32())
	v.Price = d.Float64()
}

func takeString(d *wire.Decoder, v *string) { *v = d.String() }
