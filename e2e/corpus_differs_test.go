package e2e

const (
	hostTypeBehindAny  = "tags, names and methods of the host's types do not reach the plugin behind any"
	hostValueEncoded   = "a value of the host's behind an interface of the plugin's is encoded as {}"
	pointerKept        = "the plugin keeps the host's pointer, and writes to it in a later call"
	errorHandedBack    = "an error that is handed back is a copy, so the plugin does not find its type in it"
	methodOfError      = "methods and fields of an error's own type cannot be used"
	valuesCompared     = "objects of two equal values are not =="
	objectInPlace      = "an object behind any is written to in the plugin, and then reported as unwritable"
	anyMethod          = "methods of the host's values that no interface names do not reach the plugin behind any"
	funcsOfTwoShapes   = "a plugin's func is refused among funcs of the host's in a variadic parameter"
	objectAsCopy       = "an object is refused for a parameter whose type can be copied"
	channelOfObjects   = "a channel of objects is not read to its end"
	objectsOfInterface = "maps of objects arrive with other elements than *Object"
)

// corpusDiffers has the steps that are known to give something else than directly, with
// the cause. A step that has become equal is to be taken out.
var corpusDiffers = map[string]string{
	"cobra/run":            pointerKept,
	"gjson/type":           valuesCompared,
	"goja/export":          pointerKept,
	"goja/exportto":        hostTypeBehindAny,
	"goja/struct":          anyMethod,
	"goja/throw":           methodOfError,
	"gojq/compile":         objectAsCopy,
	"jwt/claims":           hostValueEncoded,
	"jwt/methods":          funcsOfTwoShapes,
	"jwt/struct":           hostValueEncoded,
	"language/region":      valuesCompared,
	"lua/error":            methodOfError,
	"mapstructure/config":  pointerKept,
	"mapstructure/decode":  hostTypeBehindAny,
	"mapstructure/err":     hostTypeBehindAny,
	"mapstructure/rev":     hostTypeBehindAny,
	"mapstructure/weak":    hostTypeBehindAny,
	"prometheus/collector": channelOfObjects,
	"structpb/protojson":   objectsOfInterface,
	"toml/enc":             hostTypeBehindAny,
	"toml/err":             methodOfError,
	"toml/struct":          hostTypeBehindAny,
	"uuid/bad":             errorHandedBack,
	"viper/unmarshal":      hostTypeBehindAny,
	"yaml/custom":          hostTypeBehindAny,
	"yaml/known":           hostTypeBehindAny,
	"yaml/marshal":         hostTypeBehindAny,
	"yaml/node":            objectInPlace,
	"yaml/struct":          hostTypeBehindAny,
}
