// SPDX-License-Identifier: MIT

// The goroutines wait for a channel to close; see load.h.
package main

import (
	"sync"
	"time"
)

const tasks = 1000

func main() {
	steps := number("ops", 500000000) / tasks
	got := make([]uint64, tasks)
	gate := make(chan struct{})
	var all sync.WaitGroup
	all.Add(tasks)
	for i := range got {
		go func(to *uint64) {
			<-gate
			*to = job(steps)
			all.Done()
		}(&got[i])
	}
	time.Sleep(50 * time.Millisecond)
	t0 := now()
	close(gate)
	all.Wait()
	t1 := now()
	right := job(steps)
	for _, x := range got {
		check(x == right, "not all of the work was done")
	}
	show("late-load", (t1-t0)/1e6, "ms")
}
