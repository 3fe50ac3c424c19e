// Package parallel spreads independent work over the processors.
package parallel

import "runtime"

// worthAThread is how many pieces of work make up for starting a thread.
const worthAThread = 16

// Each calls do for every i from 0 to n-1, on all processors, and returns when all calls have. Calls must not depend on
// each other; results that are written to the i-th place of a slice are in order. A panic of a call is one of Each.
func Each(n int, do func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n/worthAThread)
	if workers < 2 {
		for i := range n {
			do(i)
		}
		return
	}
	var group Group
	for worker := range workers {
		group.Go(func() {
			for i := worker; i < n; i += workers {
				do(i)
			}
		})
	}
	group.Wait()
}
