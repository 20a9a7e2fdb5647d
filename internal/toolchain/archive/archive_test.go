package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// An entry is a folder if its name ends with a slash, a link if to is set.
type entry struct {
	name, content, to string
	mode              fs.FileMode
	hard              bool
	kind              byte // of tar; 0 is what the rest says
}

func makeZip(t *testing.T, list []entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range list {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		h.SetMode(e.mode | 0o600)
		content := e.content
		if e.to != "" {
			h.SetMode(fs.ModeSymlink | 0o777)
			content = e.to
		} else if strings.HasSuffix(e.name, "/") {
			h.SetMode(fs.ModeDir | 0o755)
		}
		f, err := w.CreateHeader(h)
		if err == nil {
			_, err = io.WriteString(f, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func makeTar(t *testing.T, list []entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range list {
		h := &tar.Header{Name: e.name, Mode: int64(e.mode | 0o600), Size: int64(len(e.content)), Linkname: e.to, Typeflag: tar.TypeReg}
		switch {
		case e.kind != 0:
			h.Typeflag = e.kind
		case e.hard:
			h.Typeflag = tar.TypeLink
		case e.to != "":
			h.Typeflag = tar.TypeSymlink
		case strings.HasSuffix(e.name, "/"):
			h.Typeflag = tar.TypeDir
		}
		if e.kind == tar.TypeXGlobalHeader {
			h = &tar.Header{Typeflag: e.kind, PAXRecords: map[string]string{"comment": e.content}}
			e.content = ""
		}
		err := w.WriteHeader(h)
		if err == nil {
			_, err = io.WriteString(w, e.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func squeeze(t *testing.T, data []byte, make func(io.Writer) (io.WriteCloser, error)) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := make(&b)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func toGzip(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil }
func toXz(w io.Writer) (io.WriteCloser, error)   { return xz.NewWriter(w) }
func toZstd(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) }

// unpack returns what is in the folder afterwards: contents by name, with a * for
// what may be run. ok reports whether the folder is there.
func unpack(t *testing.T, archive []byte, opt Options) (files map[string]string, ok bool, err error) {
	t.Helper()
	base := filepath.Join(t.TempDir(), "Werkzeuge ü")
	if err := os.Mkdir(base, 0o700); err != nil {
		t.Fatal(err)
	}
	path, dir := filepath.Join(base, "a.zip"), filepath.Join(base, "out")
	if err := os.WriteFile(path, archive, 0o600); err != nil {
		t.Fatal(err)
	}
	err = Unpack(t.Context(), path, dir, opt)
	entries, _ := os.ReadDir(base)
	for _, e := range entries {
		switch e.Name() {
		case "out":
			ok = true
		case "a.zip":
		default:
			t.Errorf("got %s outside of the folder, want nothing", e.Name())
		}
	}
	if !ok {
		return nil, false, err
	}
	files = make(map[string]string)
	walk := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		switch {
		case d.IsDir():
			files[name+"/"] = ""
			return nil
		case info.Mode()&0o111 != 0:
			name += "*"
		}
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(strings.TrimSuffix(name, "*"))))
		files[name] = string(data)
		return err
	})
	if walk != nil {
		t.Fatalf("walking the folder: got error %v, want nil", walk)
	}
	return files, true, err
}

var tree = []entry{
	{name: "go/"},
	{name: "go/bin/go.exe", content: "program", mode: 0o755},
	{name: "go/src/größe/a b.go", content: strings.Repeat("package a\n", 20_000)},
	{name: "go/lib/second", to: "first"},
	{name: "go/lib/first", to: "../bin/go.exe"},
	{name: "go/empty/"},
	{name: "go/VERSION", content: "go1.26.8"},
}

func TestUnpack(t *testing.T) {
	want := map[string]string{
		"bin/": "", "bin/go.exe*": "program", "src/": "", "src/größe/": "", "src/größe/a b.go": strings.Repeat("package a\n", 20_000),
		"lib/": "", "lib/second*": "program", "lib/first*": "program", "empty/": "", "VERSION": "go1.26.8",
	}
	if runtime.GOOS == "windows" {
		for name, content := range want {
			if plain, ok := strings.CutSuffix(name, "*"); ok {
				delete(want, name)
				want[plain] = content
			}
		}
	}
	plain := makeTar(t, append(tree, entry{name: "go/lib/third", to: "go/VERSION", hard: true}, entry{content: "a commit", kind: tar.TypeXGlobalHeader}))
	for name, archive := range map[string][]byte{
		"zip":     makeZip(t, tree),
		"tar.gz":  squeeze(t, plain, toGzip),
		"tar.xz":  squeeze(t, plain, toXz),
		"tar.zst": squeeze(t, plain, toZstd),
	} {
		t.Run(name, func(t *testing.T) {
			var last int64
			files, _, err := unpack(t, archive, Options{Top: "go", Limit: 1 << 20, Progress: func(done, total int64) {
				if done < last || done > total {
					t.Errorf("got progress of %d of %d after %d, want more, and no more than all", done, total, last)
				}
				last = done
			}})
			if err != nil {
				t.Fatal(err)
			}
			want := want
			if name != "zip" {
				want = clone(want)
				want["lib/third"] = "go1.26.8"
			}
			if diff := cmp.Diff(want, files); diff != "" {
				t.Errorf("unpacked (-want +got):\n%s", diff)
			}
			if last == 0 {
				t.Error("got no progress, want some")
			}
		})
	}
}

func clone(m map[string]string) map[string]string {
	out := make(map[string]string)
	for k, v := range m {
		out[k] = v
	}
	return out
}

func TestHostile(t *testing.T) {
	outside := filepath.ToSlash(filepath.Join(os.TempDir(), "outside"))
	for _, c := range []struct {
		why  string
		list []entry
		want error
	}{
		{"traversal", []entry{{name: "../evil"}}, ErrName},
		{"hidden traversal", []entry{{name: "a/../../evil"}}, ErrName},
		{"traversal within", []entry{{name: "a/../b"}}, ErrName},
		{"absolute", []entry{{name: outside}}, ErrName},
		{"backslashes", []entry{{name: `..\evil`}}, ErrName},
		{"drive", []entry{{name: "C:/evil"}}, ErrName},
		{"drive's folder", []entry{{name: "C:evil"}}, ErrName},
		{"share", []entry{{name: "//host/share/evil"}}, ErrName},
		{"stream", []entry{{name: "a.txt:evil"}}, ErrName},
		{"device", []entry{{name: "bin/nul"}}, ErrName},
		{"device with extension", []entry{{name: "bin/Com1.txt"}}, ErrName},
		{"device with superscript", []entry{{name: "LPT²"}}, ErrName},
		{"device and spaces", []entry{{name: "CON .txt"}}, ErrName},
		{"final dot", []entry{{name: "a./b"}}, ErrName},
		{"final space", []entry{{name: "a "}}, ErrName},
		{"control character", []entry{{name: "a\x1bb"}}, ErrName},
		{"wildcard", []entry{{name: "a*"}}, ErrName},
		{"not UTF-8", []entry{{name: "a\xff"}}, ErrName},
		{"empty part", []entry{{name: "a//b"}}, ErrName},
		{"twice", []entry{{name: "a"}, {name: "b"}, {name: "a"}}, ErrTwice},
		{"link out", []entry{{name: "a", to: "../evil"}}, ErrLink},
		{"link to an absolute path", []entry{{name: "a", to: "/etc/passwd"}}, ErrLink},
		{"link to a drive", []entry{{name: "a", to: "C:/evil"}}, ErrLink},
		{"link with backslashes", []entry{{name: "a", to: `..\evil`}}, ErrLink},
		{"link to a folder", []entry{{name: "d/x"}, {name: "a", to: "d"}}, ErrLink},
		{"link to nothing", []entry{{name: "a", to: "b"}}, ErrLink},
		{"links in a circle", []entry{{name: "a", to: "b"}, {name: "b", to: "a"}}, ErrLink},
		{"link onto a file", []entry{{name: "a"}, {name: "b"}, {name: "b", to: "a"}}, ErrTwice},
		{"file through a link", []entry{{name: "d", to: ".."}, {name: "d/evil"}}, ErrLink},
		{"file below a file", []entry{{name: "a"}, {name: "a/b"}}, nil},
		{"too large", []entry{{name: "a", content: strings.Repeat("x", 600_000)}, {name: "b", content: strings.Repeat("x", 600_000)}}, ErrTooLarge},
		{"too many", make([]entry, 11), ErrTooLarge},
	} {
		for name, archive := range map[string][]byte{"zip": makeZip(t, c.list), "tar": squeeze(t, makeTar(t, c.list), toGzip)} {
			t.Run(c.why+"/"+name, func(t *testing.T) {
				_, there, err := unpack(t, archive, Options{Limit: 1_000_000, Entries: 10})
				var got *Error
				if !errors.As(err, &got) || c.want != nil && !errors.Is(err, c.want) {
					t.Fatalf("error is %v, want %v", err, c.want)
				}
				if there {
					t.Error("after the failure: got a folder, want none")
				}
				if got.Archive != "a.zip" || !strings.Contains(err.Error(), "; ") {
					t.Errorf("error does not tell the archive or what to do: got %v, want \"a.zip\" and \"; \" in it", err)
				}
			})
		}
	}
	for why, e := range map[string]entry{
		"device file":  {name: "a", kind: tar.TypeChar},
		"pipe":         {name: "a", kind: tar.TypeFifo},
		"hard link":    {name: "a", to: "../evil", hard: true},
		"to the outer": {name: "a", to: "/etc/passwd", hard: true},
	} {
		t.Run(why, func(t *testing.T) {
			if _, there, err := unpack(t, squeeze(t, makeTar(t, []entry{e}), toGzip), Options{}); there || !errors.Is(err, ErrType) && !errors.Is(err, ErrLink) {
				t.Errorf("got error %v, folder left %t, want a refusal and no folder", err, there)
			}
		})
	}
	t.Run("outside of the top", func(t *testing.T) {
		if _, there, err := unpack(t, makeZip(t, []entry{{name: "go/a"}, {name: "gone"}}), Options{Top: "go"}); there || !errors.Is(err, ErrName) {
			t.Errorf("got error %v, folder left %t, want %v and no folder", err, there, ErrName)
		}
	})
}

// A zip's directory may say less than comes.
func TestZipThatLies(t *testing.T) {
	archive := makeZip(t, []entry{{name: "a", content: strings.Repeat("x", 3_000_000)}})
	at := bytes.LastIndex(archive, []byte("PK\x01\x02"))
	copy(archive[at+24:], []byte{10, 0, 0, 0}) // its uncompressed size
	if _, there, err := unpack(t, archive, Options{Limit: 1_000_000}); err == nil || there {
		t.Errorf("got error %v, folder left %t, want an error and no folder", err, there)
	}
}

func TestDamaged(t *testing.T) {
	for name, archive := range map[string][]byte{
		"zip":     makeZip(t, tree),
		"tar.gz":  squeeze(t, makeTar(t, tree), toGzip),
		"tar.xz":  squeeze(t, makeTar(t, tree), toXz),
		"tar.zst": squeeze(t, makeTar(t, tree), toZstd),
	} {
		t.Run(name, func(t *testing.T) {
			for _, keep := range []int{0, 3, len(archive) / 2} {
				t.Run(fmt.Sprintf("%s/%d bytes", name, keep), func(t *testing.T) {
					if _, there, err := unpack(t, archive[:keep], Options{Top: "go"}); err == nil || there {
						t.Errorf("%s cut to %d bytes: got error %v, folder left %t, want an error and no folder", name, keep, err, there)
					}
				})
			}
		})
	}
	if _, _, err := unpack(t, []byte("MZ this is a program"), Options{}); !errors.Is(err, ErrFormat) {
		t.Errorf("a program: got %v, want %v", err, ErrFormat)
	}
}

func TestCancel(t *testing.T) {
	base := t.TempDir()
	path, dir := filepath.Join(base, "a.zip"), filepath.Join(base, "out")
	if err := os.WriteFile(path, makeZip(t, tree), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	err := Unpack(ctx, path, dir, Options{Progress: func(int64, int64) { cancel(why) }})
	if _, statErr := os.Stat(dir); !errors.Is(err, why) || !errors.Is(statErr, fs.ErrNotExist) {
		t.Errorf("got error %v, and of the folder %v, want %v, and no folder", err, statErr, why)
	}
}

func TestFolderIsThere(t *testing.T) {
	base := t.TempDir()
	path, dir := filepath.Join(base, "a.zip"), filepath.Join(base, "out")
	if err := os.WriteFile(path, makeZip(t, tree), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "mine"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Unpack(t.Context(), path, dir, Options{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("error is %v, want fs.ErrExist", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "mine")); err != nil {
		t.Errorf("what was there before: got error %v, want nil", err)
	}
}

// FuzzUnpack looks for archives that crash it or write outside.
func FuzzUnpack(f *testing.F) {
	t := new(testing.T) // for what cannot fail
	small := []entry{{name: "go/"}, {name: "go/a", content: "a", mode: 0o755}, {name: "go/b", to: "a"}}
	f.Add(makeZip(t, small))
	f.Add(squeeze(t, makeTar(t, small), toGzip))
	f.Add(squeeze(t, makeTar(t, small), toZstd))
	f.Add(makeZip(t, []entry{{name: "../evil"}, {name: "a", to: "../evil"}}))
	f.Fuzz(func(t *testing.T, archive []byte) {
		if bytes.HasPrefix(archive, []byte("\xfd7zXZ")) {
			return // takes as much memory as it likes
		}
		unpack(t, archive, Options{Limit: 1 << 20, Entries: 1000})
	})
}
