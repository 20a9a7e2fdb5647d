package object

import (
	"fmt"
	"strings"
)

// withoutMethods says why the manifest lists no methods of a type.
func (o *Attachment) withoutMethods(typ string) string {
	for _, s := range o.manifest.Skipped {
		if s.Name == typ {
			return s.Reason
		}
	}
	if strings.HasPrefix(typ, o.manifest.ImportPath+".") {
		return "its manifest knows no methods of that type"
	}
	return fmt.Sprintf("its manifest knows no methods of that type; include them by WithMethods(%q)", typ)
}
