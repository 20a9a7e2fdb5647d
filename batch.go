package winplugin

import "reflect"

// Batch binds a function of the plugin to a func that calls it many times, but enters the
// plugin only once for up to 256 of these calls. It suits short functions that are called for
// each row, entity or event.
//
//	// In the plugin: func Score(age int, income float64) (float64, error)
//	score, err := winplugin.Batch[func(scores []float64, ages []int, incomes []float64) (int, error)](p, "Score")
//	n, err := score(scores, ages, incomes)
//
// F takes a slice for each result, which receives the results, then a slice for each
// parameter, and returns (int, error). All slices must have the same length, which is the
// number of calls. The function's parameters must be numbers, bools and strings, and its
// results numbers and bools; it may have a last result of type error. For other functions,
// and if the types differ, the error is a [*SignatureError].
//
// The calls are made in the order of the elements, on one thread. The first that fails,
// by its error or by a panic, ends the batch. F returns the number of calls that have
// succeeded, which is the index of the failed one, and its error in the form that a func of
// [Func] returns. The results of the calls before it are in the slices; other elements are
// unchanged.
//
// The func may be called from any number of goroutines. The elements must not be changed
// before it has returned.
func Batch[F any](p *Plugin, name string) (F, error) {
	var f F
	v, err := p.current().Batch(name, reflect.TypeFor[F]())
	if err != nil {
		return f, err
	}
	return v.Interface().(F), nil
}
