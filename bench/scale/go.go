// SPDX-License-Identifier: MIT

// A goroutine for each job of work.h.
package main

import "sync"

const jobs = 64

func main() {
	steps := number("ops", 500000000) / jobs
	got := make([]uint64, jobs)
	var all sync.WaitGroup
	all.Add(jobs)
	t0 := now()
	for i := range got {
		go func(to *uint64) {
			*to = job(steps)
			all.Done()
		}(&got[i])
	}
	all.Wait()
	t1 := now()
	right := job(steps)
	for _, x := range got {
		check(x == right, "not all jobs were done")
	}
	show("scale", (t1-t0)/1e6, "ms")
}
