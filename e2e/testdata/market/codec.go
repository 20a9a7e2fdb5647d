package market

import (
	"encoding/binary"
	"math"
)

// Lines returns its argument.
func Lines(v []Line) []Line { return v }

// List returns its argument.
func List(v []any) []any { return v }

// Examples returns lines as values of dynamic type.
func Examples(n int) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = Line{"SKU-123456", 3, 9.99}
	}
	return list
}

// Length is the number of lines of a copy.
func Length(o Order) int { return len(o.Lines) }

// LengthAt is the number of lines of an order that is written back.
func LengthAt(o *Order) int { return len(o.Lines) }

// PassLine returns its argument.
func PassLine(l Line) Line { return l }

// PassLineBytes is PassLine for a line that is encoded by hand.
func PassLineBytes(b []byte) []byte {
	l, _ := takeLine(b)
	return putLine(nil, l)
}

// PassBytes is Pass for an order that is encoded by hand.
func PassBytes(b []byte) []byte { return putOrder(nil, takeOrder(b)) }

func putString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func takeCount(b []byte) (int, []byte) {
	n, size := binary.Uvarint(b)
	return int(n), b[size:]
}

func takeString(b []byte) (string, []byte) {
	n, b := takeCount(b)
	return string(b[:n]), b[n:]
}

func putLine(b []byte, l Line) []byte {
	b = putString(b, l.SKU)
	b = binary.LittleEndian.AppendUint32(b, uint32(l.Qty))
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(l.Price))
}

func takeLine(b []byte) (l Line, rest []byte) {
	l.SKU, b = takeString(b)
	l.Qty = int32(binary.LittleEndian.Uint32(b))
	l.Price = math.Float64frombits(binary.LittleEndian.Uint64(b[4:]))
	return l, b[12:]
}

func putOrder(b []byte, o Order) []byte {
	b = binary.LittleEndian.AppendUint64(b, uint64(o.ID))
	b = putString(b, o.Customer)
	b = binary.AppendUvarint(b, uint64(len(o.Lines)))
	for _, l := range o.Lines {
		b = putLine(b, l)
	}
	b = binary.AppendUvarint(b, uint64(len(o.Tags)))
	for k, v := range o.Tags {
		b = putString(putString(b, k), v)
	}
	if o.Paid {
		return append(b, 1)
	}
	return append(b, 0)
}

func takeOrder(b []byte) (o Order) {
	var n int
	o.ID = int64(binary.LittleEndian.Uint64(b))
	o.Customer, b = takeString(b[8:])
	n, b = takeCount(b)
	o.Lines = make([]Line, n)
	for i := range o.Lines {
		o.Lines[i], b = takeLine(b)
	}
	n, b = takeCount(b)
	o.Tags = make(map[string]string, n)
	for range n {
		var k, v string
		k, b = takeString(b)
		v, b = takeString(b)
		o.Tags[k] = v
	}
	o.Paid = b[0] == 1
	return o
}
