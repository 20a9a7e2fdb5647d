//go:build go1.22

package pluginrt

import "sync"

// keptErrors is how many errors the plugin keeps, in case the host passes them back.
const keptErrors = 128

// sentErrors are the last errors that were sent to the host. An error's number is the count at
// that time.
var sentErrors struct {
	sync.Mutex
	count uint64
	list  [keptErrors]error
}

// keepError keeps an error and returns its number.
func keepError(err error) (number uint64) {
	sentErrors.Lock()
	defer sentErrors.Unlock()
	sentErrors.count++
	sentErrors.list[sentErrors.count%keptErrors] = err
	return sentErrors.count
}

// keptError returns the error of a number, or nil if it is no longer kept.
func keptError(number uint64) error {
	sentErrors.Lock()
	defer sentErrors.Unlock()
	if number > sentErrors.count || sentErrors.count-number >= keptErrors {
		return nil
	}
	return sentErrors.list[number%keptErrors]
}
