package objects

import (
	"fmt"
	"net/http"
	"strings"
)

// A Rule is a func with methods.
type Rule func(text string) bool

// String is what a rule prints as.
func (r Rule) String() string { return fmt.Sprint("a rule that says ", r("a")) }

// Not returns the opposite rule.
func (r Rule) Not() Rule { return func(text string) bool { return !r(text) } }

// HasA is a rule in a variable.
var HasA = Rule(func(text string) bool { return strings.Contains(text, "a") })

// NoRule is nil.
var NoRule Rule

// Prefix returns a rule.
func Prefix(prefix string) Rule {
	return func(text string) bool { return strings.HasPrefix(text, prefix) }
}

// RuleOf makes a rule of a func.
func RuleOf(f func(text string) bool) Rule { return f }

// SameRule returns the rule in HasA.
func SameRule() Rule { return HasA }

// Nothing returns no rule.
func Nothing() Rule { return nil }

// Holds reports whether a rule holds.
func Holds(r Rule, text string) bool { return r != nil && r(text) }

// HoldAll reports whether all rules hold.
func HoldAll(text string, rules ...Rule) bool {
	for _, r := range rules {
		if !r(text) {
			return false
		}
	}
	return true
}

// IsRule reports whether a value is a Rule that holds.
func IsRule(v any, text string) bool {
	r, ok := v.(Rule)
	return ok && r(text)
}

// Rules returns rules in values of dynamic type.
func Rules() []any { return []any{HasA, map[string]Rule{"b": Prefix("b")}, strings.ToUpper} }

// RuleList returns rules in a slice.
func RuleList() []Rule { return []Rule{HasA, Prefix("b")} }

// Printed returns a rule as an interface.
func Printed() fmt.Stringer { return HasA }

// EachRule calls a func of the host's with a rule.
func EachRule(f func(Rule) bool) bool { return f(HasA) }

// AnyRule calls a func of the host's in an any with a rule.
func AnyRule(v any) bool {
	switch f := v.(type) {
	case func(Rule) bool:
		return f(HasA)
	case func(func(string) bool) bool:
		return f(HasA)
	}
	return false
}

// A Check has a rule in a field.
type Check struct {
	Rule Rule
	name string
}

// NewCheck returns a check.
func NewCheck() *Check { return &Check{Rule: HasA, name: "check"} }

// Handle returns a handler as a func of the type that net/http has for it.
func Handle() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "handled ", r.URL.Path) }
}

// Handlers returns one in an any.
func Handlers() []any { return []any{Handle()} }
