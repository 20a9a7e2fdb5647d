package e2e

import (
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Go ends a process that has 10,000 threads. More goroutines of a plugin than that may wait
// for the host, because few of them are in the host at one time.
func TestManyBlockedCallbacks(t *testing.T) {
	runChild(t, "many blocked callbacks", 2*time.Minute, "WINPLUGIN_TEST_WORKER="+built(t, "worker"))
}

func init() {
	children["many blocked callbacks"] = func() error {
		const callbacks, limit = 10_500, 2000 // the limit is the default of WithMaxCallbacks
		// How long thousands of threads take to end, which unloading waits for, is not tested.
		p, err := winplugin.Open(os.Getenv("WINPLUGIN_TEST_WORKER"), winplugin.WithoutUnload())
		if err != nil {
			return err
		}
		callEach, err := winplugin.Func[func(int, func()) func()](p, "CallEach")
		if err != nil {
			return err
		}
		var entered atomic.Int64
		leave := make(chan struct{})
		wait := callEach(callbacks, func() {
			entered.Add(1)
			<-leave
		})
		for entered.Load() < limit {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(100 * time.Millisecond) // for those beyond the limit, if it does not hold
		if n := entered.Load(); n != limit {
			return fmt.Errorf("got %d goroutines in the host, want %d", n, limit)
		}
		close(leave)
		wait()
		if n := entered.Load(); n != callbacks {
			return fmt.Errorf("got %d callbacks, want %d", n, callbacks)
		}
		return p.Close()
	}
}
