package manifest

import "fmt"

// maxItems bounds how many structures a manifest may have: the elements of its lists, its
// types, and what nests in them. Each takes some 200 bytes of memory, and as few as three
// bytes of JSON. A package with 5,000 functions has some 60,000.
const maxItems = 1 << 18

// checkItems counts the structures of a manifest before they are decoded. It need not
// notice that data is no JSON: the decoder does.
func checkItems(data []byte) error {
	const typesDepth = 2 // of the members of the object "types", each of which is a structure
	var inArray []bool   // for each open bracket or brace
	items := 0
	inString := false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inString:
			if c == '\\' {
				i++
			} else if c == '"' {
				inString = false
			}
		case c == '"':
			inString = true
		case c == '[', c == '{':
			items++
			if inArray = append(inArray, c == '['); len(inArray) > maxNesting {
				return fmt.Errorf("it nests deeper than %d", maxNesting)
			}
		case c == ']', c == '}':
			inArray = inArray[:max(len(inArray)-1, 0)]
		case c == ',':
			if n := len(inArray); n > 0 && (inArray[n-1] || n == typesDepth) {
				items++
			}
		}
		if items > maxItems {
			return fmt.Errorf("it has more than %d types, functions and parameters", maxItems)
		}
	}
	return nil
}

// maxNesting is more than a manifest needs whose types nest maxDepth deep.
const maxNesting = 8 * maxDepth
