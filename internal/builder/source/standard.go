package source

import "strings"

// standardReaders are packages of the standard library whose functions and methods only read what
// is passed to them, or return parts of it. Those that do not are given by their names, with a
// letter for each parameter: r is read, w is written to, a is appended to, k has elements that are
// kept in another parameter, and m may be anything.
// The rest is read.
var standardReaders = map[string]map[string]string{
	"bufio":           {"Buffer": "m", "Peek": "r", "ReadFull": "rw"},
	"bytes":           {"NewBuffer": "m"},
	"cmp":             nil,
	"context":         nil,
	"crypto/aes":      {"Encrypt": "wr", "Decrypt": "wr"},
	"crypto/cipher":   {"Encrypt": "wr", "Decrypt": "wr", "CryptBlocks": "wr", "XORKeyStream": "wr", "Seal": "arrr", "Open": "arrr"},
	"crypto/des":      {"Encrypt": "wr", "Decrypt": "wr"},
	"crypto/ecdsa":    nil,
	"crypto/ed25519":  nil,
	"crypto/hmac":     nil,
	"crypto/md5":      nil,
	"crypto/rc4":      {"XORKeyStream": "wr"},
	"crypto/rand":     {"Read": "w"},
	"crypto/rsa":      {"DecryptPKCS1v15SessionKey": "rrrw"},
	"crypto/sha1":     nil,
	"crypto/sha256":   nil,
	"crypto/sha3":     {"Read": "w"},
	"crypto/sha512":   nil,
	"crypto/subtle":   {"ConstantTimeCopy": "rwr", "XORBytes": "wrr"},
	"database/sql":    {"Scan": "m", "Convert": "m"},
	"encoding/base32": {"Encode": "wr", "Decode": "wr"},
	"encoding/base64": {"Encode": "wr", "Decode": "wr"},
	"encoding/binary": {
		"PutUvarint": "w", "PutVarint": "w", "PutUint16": "w", "PutUint32": "w", "PutUint64": "w", "Encode": "w",
	},
	"encoding/ascii85": {"Encode": "wr", "Decode": "wr"},
	"encoding/csv":     nil,
	"encoding/hex":     {"Encode": "wr", "Decode": "wr"},
	"encoding/json":    nil,
	"encoding/pem":     nil,
	"encoding/xml":     nil,
	"errors":           nil,
	"fmt":              nil,
	"hash":             nil,
	"hash/adler32":     nil,
	"hash/crc32":       nil,
	"hash/crc64":       nil,
	"hash/fnv":         nil,
	"hash/maphash":     nil,
	"html":             nil,
	"html/template":    {"Execute": "rm", "ExecuteTemplate": "rrm"}, // its funcs may write
	"io":               {"ReadFull": "rw", "ReadAtLeast": "rw", "CopyBuffer": "rrw"},
	"io/fs":            nil,
	"log":              nil,
	"log/slog":         nil,
	"maps":             {"Copy": "wk", "DeleteFunc": "w", "Insert": "wk"},
	"math/big":         {"FillBytes": "w", "SetBits": "m"},
	"mime":             nil,
	"net": {
		"ReadFrom": "w", "ReadFromIP": "w", "ReadFromUDP": "w", "ReadFromUDPAddrPort": "w", "ReadFromUnix": "w",
		"ReadMsgIP": "ww", "ReadMsgUDP": "ww", "ReadMsgUDPAddrPort": "ww", "ReadMsgUnix": "ww",
	},
	"net/mail":      nil,
	"net/netip":     nil,
	"net/url":       nil,
	"os":            nil,
	"os/exec":       nil,
	"path":          nil,
	"path/filepath": nil,
	"regexp":        {"Expand": "arrr", "ExpandString": "arrr"},
	"slices": {
		"Sort": "w", "SortFunc": "w", "SortStableFunc": "w", "Reverse": "w", "Compact": "w", "CompactFunc": "w",
		"Delete": "w", "DeleteFunc": "w", "Insert": "wrk", "Replace": "wrrk", "Grow": "a",
	},
	"sort":           {"Sort": "w", "Stable": "w", "Slice": "w", "SliceStable": "w", "Ints": "w", "Float64s": "w", "Strings": "w"},
	"strconv":        nil,
	"strings":        nil,
	"text/tabwriter": nil,
	"text/template":  {"Execute": "rm", "ExecuteTemplate": "rrm"},
	"time":           nil,
	"unicode":        nil,
	"unicode/utf16":  nil,
	"unicode/utf8":   {"EncodeRune": "w"},
}

// standardEffect is the effect of a function or method on a parameter, which may have an
// interface type.
func standardEffect(path, name string, i int, isInterface bool) effect {
	exceptions, ok := standardReaders[path]
	if !ok {
		if path == "reflect" && name == "DeepEqual" {
			return 0
		}
		return mayWrite
	}
	letters := exceptions[name]
	switch {
	case letters != "":
	case strings.HasPrefix(name, "Append"):
		letters = "a"
	case !isInterface:
	case strings.HasPrefix(name, "Unmarshal"), strings.HasPrefix(name, "Decode"), strings.Contains(strings.ToLower(name), "scan"), path == "encoding/binary" && name == "Read":
		return mayWrite
	}
	if i >= len(letters) {
		return returns
	}
	switch letters[i] {
	case 'w':
		return doesWrite | returns
	case 'a':
		return appends | returns
	case 'k':
		return keeps | returns
	case 'm':
		return mayWrite
	}
	return returns
}

// isStandard reports whether a package is one of those whose functions only read.
func isStandard(path string) bool {
	_, ok := standardReaders[path]
	return ok
}
