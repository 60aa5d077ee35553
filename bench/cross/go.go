// SPDX-License-Identifier: MIT

// Go's channels, with all processors; the shapes are those of shape.h.
package main

import (
	"sort"
	"time"
)

const pause = time.Millisecond
const window = 100

func main() {
	wake := text("shape") == "wake"
	check(wake || text("shape") == "roundtrip", "shape=roundtrip or shape=wake")
	ops := number("ops", 1000000)
	there, back := make(chan int), make(chan int)
	var sent float64
	var took []float64
	go func() {
		for i := 0; i < ops; i++ {
			value := <-there
			if wake {
				took = append(took, now()-sent)
			}
			back <- value + 1
		}
	}()
	value := 0
	for i := 0; i < ops; i++ {
		if wake {
			time.Sleep(pause)
			sent = now()
		} else if i%window == 0 {
			t := now()
			if i > 0 {
				took = append(took, (t-sent)/window)
			}
			sent = t
		}
		there <- value
		value = <-back
	}
	check(value == ops, "%d came through, not %d", value, ops)
	sort.Float64s(took)
	middle := took[len(took)/2]
	if wake {
		show("wake", middle/1e3, "us")
	} else {
		show("roundtrip", middle, "ns")
	}
}
