// SPDX-License-Identifier: MIT

// Goroutines and runtime.Gosched; the shape is that of gate.h.
package main

import (
	"runtime"
	"strconv"
	"sync"
)

func main() {
	n := number("n", 2)
	ops := number("ops", 1000000)
	started, left, yields := 0, 0, 0
	t0, t1 := 0.0, 0.0
	var all sync.WaitGroup
	all.Add(n)
	for i := 0; i < n; i++ {
		go func() {
			started++
			if started == n {
				yields = 0
				t0 = now()
			}
			for {
				if yields >= ops && started == n {
					break
				}
				yields++
				runtime.Gosched()
			}
			if t1 == 0 {
				t1 = now()
			}
			left++
			all.Done()
		}()
	}
	all.Wait()
	check(left == n, "%d tasks of %d finished", left, n)
	show(strconv.Itoa(n), (t1-t0)/float64(ops), "ns")
}
