package e2e

// corpusDiffers has the steps that are known to give something else than directly, with
// the cause. A step that has become equal is to be taken out.
var corpusDiffers = map[string]string{
	"koanf/merge":    "a map that a func of the host gets is a copy, so the plugin does not see what the func writes to it",
	"websocket/echo": "a plugin cannot take over the connection of the host's server: Hijack fails with http.ErrNotSupported",
}
