package e2e

const (
	proxyDecoded     = "a value of the host's behind an interface of the plugin's cannot be decoded to"
	objectInPlace    = "an object behind any is written to in the plugin, and then reported as unwritable"
	ownFuncsInSlice  = "a func of the plugin within a slice is refused by its type"
	ownObjectAsCopy  = "an object is refused for a parameter with a copied type of a function that also has known types"
	errorBehindError = "an object of an error knows its own type's methods only, and none of a type that is not exported"
)

// corpusDiffers has the steps that are known to give something else than directly, with
// the cause. A step that has become equal is to be taken out.
var corpusDiffers = map[string]string{
	"gojq/compile":     ownFuncsInSlice,
	"imaging/encode":   ownObjectAsCopy,
	"imaging/resize":   ownObjectAsCopy,
	"jwt/claims":       proxyDecoded,
	"jwt/methods":      ownFuncsInSlice,
	"validator/fields": errorBehindError,
	"yaml/node":        objectInPlace,
}
