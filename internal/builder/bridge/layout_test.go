package bridge

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge/pure"
	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/internal/shared/pluginrt"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// offsets adds to m the size of a structure, by its name, and the offsets of its fields.
func offsets(m map[string]uintptr, t reflect.Type) {
	m[t.String()] = t.Size()
	for i := range t.NumField() {
		m[t.String()+"."+t.Field(i).Name] = t.Field(i).Offset
	}
}

// The assertions of bridge.c, which its compiler checks, are what Go has.
func TestCLayout(t *testing.T) {
	want := make(map[string]uintptr)
	for _, v := range []any{abi.EntryTable{}, wire.Frame{}, pluginrt.Entries{}} {
		offsets(want, reflect.TypeOf(v))
	}
	got := make(map[string]uintptr)
	for _, m := range regexp.MustCompile(`(?m)^_Static_assert\((?:offsetof|sizeof)\(.*\) == (\d+), "(.*)"\);$`).FindAllStringSubmatch(cSource, -1) {
		got[m[2]] = number(t, m[1])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("bridge.c asserts another layout than Go has (-want +got):\n%s", diff)
	}
}

// The image header that the assembly of the pure bridge defines is the one that Go has.
func TestImageHeaderLayout(t *testing.T) {
	fields := make(map[string]uintptr)
	for _, v := range []any{abi.EntryTable{}, abi.ImageHeader{}, pluginrt.Entries{}} {
		offsets(fields, reflect.TypeOf(v))
	}
	table := fields["abi.ImageHeader.EntryTable"]
	want := map[string]uintptr{
		"image_magic": fields["abi.ImageHeader.Magic"], "image_all": fields["abi.ImageHeader"],
		"image_version": table + fields["abi.EntryTable.Version"], "image_size": table + fields["abi.EntryTable.Size"],
		"image_call": table + fields["abi.EntryTable.Call"], "image_bind": table + fields["abi.EntryTable.Bind"],
		"image_unbind": table + fields["abi.EntryTable.Unbind"], "image_word": table + fields["abi.EntryTable.Word"],
		"output_size": uintptr(len(abi.ImageHeader{}.Output)),
	}
	for _, name := range []string{"ExitHook", "WriteHook", "Ready", "SetEvent", "ExitThread", "ExitProcess", "WriteFile", "State", "ExitCode", "Printed", "Output", "Ledger"} {
		want["image_"+strings.ToLower(name)] = fields["abi.ImageHeader."+name]
	}
	for _, arch := range []string{"amd64", "arm64"} {
		t.Run(arch, func(t *testing.T) {
			b, err := pure.Source.ReadFile("bridge_windows_" + arch + ".s")
			if err != nil {
				t.Fatal(err)
			}
			text := string(b)
			got := make(map[string]uintptr)
			for _, m := range regexp.MustCompile(`(?m)^#define (image_\w+|output_size) +(\d+)$`).FindAllStringSubmatch(text, -1) {
				got[m[1]] = number(t, m[2])
			}
			want := maps.Clone(want)
			if arch == "amd64" {
				want["image_callbacks"] = fields["abi.ImageHeader.CallbackTable"]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, line := range []string{
				fmt.Sprintf("DATA ·winplugin_image+image_version(SB)/8, $%d\n", abi.Version),
				fmt.Sprintf("DATA ·winplugin_image+image_size(SB)/8, $%d\n", fields["abi.EntryTable"]),
				fmt.Sprintf("DATA ·winplugin_image+image_magic(SB)/8, $%#x\n", abi.ImageMagic[0]),
				fmt.Sprintf("DATA ·winplugin_image+(image_magic+8)(SB)/8, $%#x\n", abi.ImageMagic[1]),
				fmt.Sprintf("·winplugin_entries+%d(SB)", fields["pluginrt.Entries.Call"]),
				fmt.Sprintf("·winplugin_entries+%d(SB)", fields["pluginrt.Entries.Bind"]),
			} {
				if !strings.Contains(text, line) {
					t.Errorf("got assembly without %q, want it", line)
				}
			}
		})
	}
}

func number(t *testing.T, s string) uintptr {
	t.Helper()
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return uintptr(n)
}
