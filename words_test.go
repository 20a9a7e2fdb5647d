package winplugin_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// privateWords are words that this project once used for things that have a usual name,
// with what to write instead. They are sought in comments, messages and documents, and as
// parts of identifiers and of names of files.
var privateWords = map[string]string{
	"books": "ledger", "keepers": "pinning APIs", "bond": "thread binding", "peer": "session",
	"lend": "export", "lends": "exports", "lent": "exported", "lender": "owner", "lending": "exporting",
	"pump": "forwarder", "urgent": "preempt pending", "acknowledge": "resend", "noted": "recorded",
	"carry": "send, encode, enter", "carries": "sends, encodes, enters", "carried": "crosses, is encoded", "carrying": "sending", "carrier": "invocation", "uncarried": "skipped",
	"crossing": "transition", "crossings": "transitions", "opaque": "marshaled", "unfit": "unsuitable",
	"lodger": "blocker", "misfit": "mismatch", "guest": "plugin",
	"anew": "again", "mend": "fix", "mends": "fixes", "mended": "fixed",
}

// privatePhrases are the same for several words.
var privatePhrases = map[string]string{
	"come home": "go back", "comes home": "goes back", "came home": "came back", "goes home": "goes back", "travels home": "goes back",
	"has a say": "depends on", "that does not do ": "is unsuitable", "what does not do ": "is unsuitable", "want of": "lack of, out of",
	"learn how": "is told how", "learns how": "is told how", "nobody else's business": "private", "giveBack": "release", "wire.Home": "wire.Owner",
}

// usual takes away what has such a word in a usual sense.
var usual = strings.NewReplacer("carry out", "", "carries out", "", "carried out", "", "carrying out", "",
	// Fields of net/url and crypto/tls.
	"u.Opaque", "", "Opaque: a.Rest", "", "PeerCertificates", "")

// wordsOf splits text into lower-case words, and identifiers into their parts.
func wordsOf(text string) []string {
	var list []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		from := 0
		for i, r := range word {
			if i > from && unicode.IsUpper(r) {
				list = append(list, strings.ToLower(word[from:i]))
				from = i
			}
		}
		list = append(list, strings.ToLower(word[from:]))
	}
	return list
}

func checkWords(t *testing.T, where, text string) {
	t.Helper()
	text = usual.Replace(text)
	for _, word := range wordsOf(text) {
		if instead := privateWords[word]; instead != "" {
			t.Errorf("%s: got %q, want %s:\n\t%s", where, word, instead, strings.TrimSpace(text))
		}
	}
	for phrase, instead := range privatePhrases {
		if strings.Contains(text, phrase) {
			t.Errorf("%s: got %q, want %s:\n\t%s", where, phrase, instead, strings.TrimSpace(text))
		}
	}
}

// Files have the words of the field, and are short.
func TestWords(t *testing.T) {
	aboutSource(t)
	files := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == ".git" {
			return filepath.SkipDir
		}
		switch filepath.Ext(path) {
		case ".go", ".s", ".c", ".h", ".sh", ".md", ".txt", ".txtar", ".yml":
		default:
			return nil
		}
		if d.IsDir() || path == "words_test.go" {
			return nil
		}
		files++
		checkWords(t, "file name", path)
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		line := 0
		for part := range strings.Lines(string(text)) {
			line++
			checkWords(t, fmt.Sprintf("%s:%d", path, line), part)
		}
		if line > 500 && !strings.Contains(path, "testdata") {
			t.Errorf("%s: got %d lines, want 500 at most", path, line)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 500 {
		t.Errorf("got %d files, want 500 at least", files)
	}
}

// aboutSource leaves a test of the source out of short runs, which are those in Wine: the
// source is the same everywhere, and Wine reads files slowly.
func aboutSource(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("the source is tested in runs that are not short")
	}
}
