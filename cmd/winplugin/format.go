package main

import (
	"fmt"
	"strings"

	"github.com/RamanSharma100/go-winplugin/cmd/winplugin/internal/textform"
)

// format returns a call's results as they are printed.
func format(results []any, asJSON bool) (string, error) {
	if asJSON {
		if results == nil {
			results = []any{} // an empty array, not null
		}
		text, err := textform.AppendJSON(nil, results)
		if err != nil {
			return "", fmt.Errorf("failed to write the results as JSON: %w", err)
		}
		return string(text) + "\n", nil
	}
	var b strings.Builder
	for _, r := range results {
		text, err := textform.Format(r)
		if err != nil {
			return "", fmt.Errorf("failed to write a result: %w", err)
		}
		b.WriteString(text + "\n")
	}
	return b.String(), nil
}
