package fetch

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
)

// source returns where to fetch from: a *url.URL, or the path of a file as a string. It refuses a
// URL that may not be used.
func (r *Request) source() (any, error) {
	if filepath.IsAbs(r.URL) { // before url.Parse, which takes C: for a scheme
		return r.URL, nil
	}
	u, err := url.Parse(r.URL)
	if err == nil && u.Scheme == "file" {
		path := filepath.FromSlash(u.Path)
		if drive := strings.TrimPrefix(path, `\`); filepath.VolumeName(drive) != "" { // file:///C:/dir
			path = drive
		}
		return path, nil
	}
	if err == nil {
		err = allowed(u)
	}
	if err != nil {
		return nil, &Error{URL: r.shown(), Reason: Refused, Err: err}
	}
	return u, nil
}

// allowed refuses URLs without encryption. The sum would detect a change of the content, but
// others could see which file is requested.
func allowed(u *url.URL) error {
	switch {
	case u.Scheme == "https" && u.Host != "":
		return nil
	case u.Scheme == "http" && (u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback()):
		return nil
	}
	return errScheme
}

var errScheme = errors.New("only https URLs, http URLs of this machine and absolute paths are allowed")

// shown is the URL without a password.
func (r *Request) shown() string {
	if u, err := url.Parse(r.URL); err == nil && u.User != nil {
		return u.Redacted()
	}
	return r.URL
}

func (r *Request) client() *http.Client {
	if r.Client != nil {
		return r.Client
	}
	// Its proxies are those of the environment.
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.ResponseHeaderTimeout = r.stall
	return &http.Client{Transport: t, CheckRedirect: func(req *http.Request, via []*http.Request) error {
		if len(via) >= 10 {
			return errors.New("there are more than 10 redirects")
		}
		return allowed(req.URL)
	}}
}
