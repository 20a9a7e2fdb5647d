package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// base64Prefix marks bytes in base64, for arguments as well.
const base64Prefix = "base64:"

// format returns a call's results as they are printed.
func format(results []any, asJSON bool) (string, error) {
	if asJSON {
		return formatJSON(results)
	}
	var b strings.Builder
	for _, r := range results {
		if data, ok := r.([]byte); ok {
			b.WriteString(formatBytes(data))
		} else {
			fmt.Fprint(&b, r)
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// formatBytes returns data so that it reads back as the same bytes: as text, or if
// that would not be readable, or not be read back, in base64.
func formatBytes(data []byte) string {
	text := string(data)
	unreadable := func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unreadable) || strings.HasPrefix(text, base64Prefix) {
		return base64Prefix + base64.StdEncoding.EncodeToString(data)
	}
	return text
}

func formatJSON(results []any) (string, error) {
	list := make([]any, len(results))
	for i, r := range results {
		list[i] = jsonValue(r)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(list); err != nil {
		return "", fmt.Errorf("failed to write the results as JSON: %w", err)
	}
	return b.String(), nil
}

// jsonValue replaces numbers that JSON does not have by strings, those of Protocol
// Buffers' JSON form.
func jsonValue(v any) any {
	var f float64
	switch v := v.(type) {
	case float64:
		f = v
	case float32:
		f = float64(v)
	default:
		return v
	}
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return v
}
