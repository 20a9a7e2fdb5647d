package object

import "fmt"

// withoutMethods says why the manifest lists no methods of a type.
func (o *Attachment) withoutMethods(typ string) string {
	for _, s := range o.manifest.Skipped {
		if s.Name == typ {
			return s.Reason
		}
	}
	if o.manifest.OwnName(typ) != "" {
		return "its manifest knows no methods of that type"
	}
	return fmt.Sprintf("its manifest knows no methods of that type; include them by WithMethods(%q)", typ)
}
