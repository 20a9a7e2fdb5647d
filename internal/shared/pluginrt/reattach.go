//go:build go1.22 && (unix || windows)

package pluginrt

import "encoding/binary"

// ReattachVariable is the variable of the environment by which somebody who starts the process by hand
// names the folder in which it waits for a host.
const ReattachVariable = "WINPLUGIN_REATTACH"

// ReattachSocket is the name of the socket in that folder.
const ReattachSocket = "socket"

const reattachMark = "winplugin reattach 1\n"

// ReattachGreeting is what the process sends to a host that connects: the manifest of a program. A
// library has none; the host looks at the file of the process.
func ReattachGreeting(manifest string) []byte {
	return append(binary.LittleEndian.AppendUint32([]byte(reattachMark), uint32(len(manifest))), manifest...)
}
