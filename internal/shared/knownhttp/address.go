//go:build go1.22

package knownhttp

import "net/url"

// An address is the surrogate of a *url.URL.
type address struct {
	Scheme, Rest, Host, Path, RawPath string
	RawQuery, Fragment, RawFragment   string
	OmitHost, ForceQuery              bool
	User                              *user
}

type user struct {
	Name, Password string
	HasPassword    bool
}

func packURL(u *url.URL) *address {
	if u == nil {
		return nil
	}
	a := &address{
		Scheme: u.Scheme, Rest: u.Opaque, Host: u.Host, Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery,
		Fragment: u.Fragment, RawFragment: u.RawFragment, OmitHost: u.OmitHost, ForceQuery: u.ForceQuery,
	}
	if u.User != nil {
		a.User = &user{Name: u.User.Username()}
		a.User.Password, a.User.HasPassword = u.User.Password()
	}
	return a
}

func unpackURL(a *address) *url.URL {
	if a == nil {
		return nil
	}
	u := &url.URL{
		Scheme: a.Scheme, Opaque: a.Rest, Host: a.Host, Path: a.Path, RawPath: a.RawPath, RawQuery: a.RawQuery,
		Fragment: a.Fragment, RawFragment: a.RawFragment, OmitHost: a.OmitHost, ForceQuery: a.ForceQuery,
	}
	if a.User != nil {
		u.User = url.User(a.User.Name)
		if a.User.HasPassword {
			u.User = url.UserPassword(a.User.Name, a.User.Password)
		}
	}
	return u
}
