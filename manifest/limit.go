package manifest

import "fmt"

// A manifest has structures: the elements of its lists, its types, and what nests in them. Each
// takes some 200 bytes of memory, and as few as three bytes of JSON, but some 26 in a library's
// manifest. A package with 5,000 functions has some 60,000 structures, and go-redis has 210,000.
const (
	fewItems     = 1 << 18 // any manifest may have so many
	bytesPerItem = 12      // a manifest may have more if it is as long as this for each
)

// checkItems counts the structures of a manifest before they are decoded. It need not
// notice that data is no JSON: the decoder does.
func checkItems(data []byte) error {
	const typesDepth = 2 // of the members of the object "types", each of which is a structure
	var inArray []bool   // for each open bracket or brace
	items := 0
	inString := false
	most := max(fewItems, len(data)/bytesPerItem)
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
		if items > most {
			return fmt.Errorf("its %d bytes have more than %d types, functions and parameters", len(data), most)
		}
	}
	return nil
}

// maxNesting is more than a manifest needs whose types nest maxDepth deep.
const maxNesting = 8 * maxDepth
