//go:build go1.22 && !go1.26

package pluginrt

func stayAwake() {}
