package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// transfer fetches the rest of the file, and tries again as long as tries bring content.
// resumed is true if the content comes from more than one response.
func (r *Request) transfer(ctx context.Context) (resumed bool, err error) {
	client := r.client()
	if r.Client == nil {
		defer client.CloseIdleConnections()
	}
	for failed := 0; ; {
		before := size(r.part())
		continued, err := r.try(ctx, client)
		resumed = resumed || continued
		lost := new(cut)
		if err == nil || ctx.Err() != nil || !errors.As(err, &lost) {
			return resumed, err
		}
		if size(r.part()) > before {
			failed = 0
		}
		if failed++; failed == tries {
			return resumed, &Error{URL: r.shown(), Reason: Offline, Err: lost.error}
		}
		wait := r.pause(failed)
		r.Log.Info("connection lost, trying again", "url", r.shown(), "error", lost.error, "bytes", size(r.part()), "pause", wait)
		select {
		case <-ctx.Done():
			return resumed, context.Cause(ctx)
		case <-time.After(wait):
		}
	}
}

// try makes one request for the rest of the file. continued is true if the response begins
// where the part ended.
func (r *Request) try(ctx context.Context, client *http.Client) (continued bool, err error) {
	done := size(r.part())
	if r.Size > 0 && done == r.Size {
		return true, nil
	}
	if done > r.Limit {
		r.discard()
		done = 0
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(r.stall, func() { cancel(errors.New("the server fell silent")) })
	defer silence.Stop()

	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, nil)
	if err != nil {
		return false, &Error{URL: r.shown(), Reason: Refused, Err: err}
	}
	// The sum is that of the file itself, not of a compressed response.
	req.Header.Set("Accept-Encoding", "identity")
	req.Header.Set("User-Agent", "go-winplugin")
	if tag, err := os.ReadFile(r.Path + TagSuffix); done > 0 && err == nil {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", done))
		req.Header.Set("If-Range", string(tag))
	}
	answer, err := client.Do(req)
	if err != nil {
		if refused := new(url.Error); errors.As(err, &refused) {
			err = refused.Err // the text of the url.Error would repeat the URL
		}
		var distrusted *tls.CertificateVerificationError
		if errors.Is(err, errScheme) || errors.As(err, &distrusted) {
			return false, &Error{URL: r.shown(), Reason: Refused, Err: err}
		}
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return false, &cut{err}
	}
	defer answer.Body.Close()

	total := answer.ContentLength
	switch code := answer.StatusCode; {
	case code == http.StatusPartialContent:
		var ok bool
		if total, ok = contentRange(answer.Header.Get("Content-Range"), done); !ok {
			r.discard()
			return false, &cut{errors.New("the server sent another part than was asked for")}
		}
		continued = true
	case code == http.StatusOK:
		done = 0
	case code == http.StatusRequestedRangeNotSatisfiable:
		r.discard()
		return false, &cut{errors.New("the server has not got the missing part")}
	case code == http.StatusTooManyRequests, code == http.StatusRequestTimeout, code >= 500:
		return false, &cut{fmt.Errorf("the server answers %s", answer.Status)}
	default:
		return false, &Error{URL: r.shown(), Reason: Refused, Err: fmt.Errorf("the server answers %s", answer.Status)}
	}
	if total > 0 && (total > r.Limit || r.Size > 0 && total != r.Size) {
		return continued, &Error{URL: r.shown(), Reason: Refused, Err: r.wrongSize(total)}
	}
	return continued, r.receive(ctx, answer, silence, done, total)
}

// receive writes the response to the part, after its first done bytes.
func (r *Request) receive(ctx context.Context, answer *http.Response, silence *time.Timer, done, total int64) error {
	part, err := os.OpenFile(r.part(), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return r.storing(err)
	}
	if err = part.Truncate(done); err == nil {
		_, err = part.Seek(done, io.SeekStart)
	}
	if err != nil {
		part.Close()
		return r.storing(err)
	}
	if done == 0 {
		r.tag(answer.Header)
	}
	err = r.pour(ctx, part, &watched{answer.Body, silence, r.stall}, done, total)
	if closeErr := part.Close(); err == nil && closeErr != nil {
		err = r.storing(closeErr)
	}
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return &cut{cause}
	}
	return err
}

// tag keeps the server's tag for this version of the file. Without a tag nothing is resumed:
// the response might be of another version.
func (r *Request) tag(h http.Header) {
	tag := h.Get("ETag")
	if tag == "" || strings.HasPrefix(tag, "W/") { // If-Range takes no weak tags (RFC 9110, 13.1.5)
		tag = h.Get("Last-Modified")
	}
	if tag == "" || os.WriteFile(r.Path+TagSuffix, []byte(tag), 0o600) != nil {
		os.Remove(r.Path + TagSuffix)
	}
}

// contentRange reads "bytes 5-9/10" and returns the 10 if the first is start.
func contentRange(header string, start int64) (total int64, ok bool) {
	span, length, ok := strings.Cut(strings.TrimPrefix(header, "bytes "), "/")
	first, _, found := strings.Cut(span, "-")
	if n, err := strconv.ParseInt(first, 10, 64); !ok || !found || err != nil || n != start {
		return 0, false
	}
	if length == "*" {
		return 0, true
	}
	total, err := strconv.ParseInt(length, 10, 64)
	return total, err == nil
}

// watched extends the time of the try with each byte.
type watched struct {
	io.Reader
	silence *time.Timer
	stall   time.Duration
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if n > 0 {
		w.silence.Reset(w.stall)
	}
	return n, err
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
