package objects

// Pester starts goroutines that use the kept service for as long as there is one.
func Pester(goroutines int) {
	for range goroutines {
		go func(h Host) {
			for {
				h.Log("again")
			}
		}(kept.host)
	}
}
