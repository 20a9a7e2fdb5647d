package archive

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// longestLink bounds the target of a link in a zip, where it is the content of a file.
const longestLink = 4096

func (u *unpacker) zip(file io.ReaderAt, size int64) error {
	r, err := zip.NewReader(file, size)
	if errors.Is(err, zip.ErrInsecurePath) { // with GODEBUG=zipinsecurepath=0; the names are checked below
		err = nil
	}
	if err != nil {
		return err
	}
	var total, done int64
	for _, f := range r.File {
		if total += int64(f.UncompressedSize64); total < 0 || u.opt.Limit > 0 && total > u.opt.Limit {
			return ErrTooLarge
		}
	}
	for _, f := range r.File {
		if err := u.zipEntry(f); err != nil {
			return err
		}
		done += int64(f.UncompressedSize64)
		u.opt.Progress(done, total)
	}
	return nil
}

func (u *unpacker) zipEntry(f *zip.File) error {
	// Some archives mark a folder only by the slash at the end of its name.
	name, err := u.enter(f.Name)
	if err != nil || name == "" {
		return err
	}
	if f.Mode().IsDir() {
		return u.dir(name)
	}
	content, err := f.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	switch mode := f.Mode(); {
	case mode.IsRegular():
		return u.file(name, content, mode)
	case mode&fs.ModeType == fs.ModeSymlink:
		target, err := io.ReadAll(io.LimitReader(content, longestLink))
		if err != nil {
			return err
		}
		return u.link(name, string(target), false)
	}
	return ErrType
}

func (u *unpacker) gzip(in io.Reader) error {
	r, err := gzip.NewReader(in)
	if err != nil {
		return err
	}
	return u.tar(r)
}

func (u *unpacker) xz(in io.Reader) error {
	r, err := xz.NewReader(in)
	if err != nil {
		return err
	}
	return u.tar(r)
}

func (u *unpacker) zstd(in io.Reader) error {
	r, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(1<<28))
	if err != nil {
		return err
	}
	defer r.Close()
	return u.tar(r)
}

func (u *unpacker) tar(in io.Reader) error {
	r := tar.NewReader(in)
	for {
		h, err := r.Next()
		if err == io.EOF {
			u.entry = ""
			_, err = io.Copy(io.Discard, io.LimitReader(in, 1<<20)) // up to the checksum of the compressed data
			return err
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return err
		}
		if h.Typeflag == tar.TypeXGlobalHeader { // git's, with a commit's hash
			continue
		}
		name, err := u.enter(h.Name)
		if err != nil {
			return err
		}
		if name == "" {
			continue
		}
		switch h.Typeflag {
		case tar.TypeDir:
			err = u.dir(name)
		case tar.TypeReg:
			err = u.file(name, r, h.FileInfo().Mode())
		case tar.TypeSymlink:
			err = u.link(name, h.Linkname, false)
		case tar.TypeLink:
			err = u.link(name, h.Linkname, true)
		default:
			err = ErrType
		}
		if err != nil {
			return err
		}
	}
}
