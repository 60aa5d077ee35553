// SPDX-License-Identifier: MIT

// Go's channels; the shapes are those of shape.h.
package main

const buffer = 128

func roundtrip(ops int) float64 {
	there, back := make(chan int), make(chan int)
	go func() {
		for i := 0; i < ops; i++ {
			back <- <-there + 1
		}
	}()
	value := 0
	t0 := now()
	for i := 0; i < ops; i++ {
		there <- value
		value = <-back
	}
	t1 := now()
	check(value == ops, "%d came through, not %d", value, ops)
	return t1 - t0
}

func buffered(ops int) float64 {
	channel := make(chan int, buffer)
	go func() {
		for i := 0; i < ops; i++ {
			channel <- i
		}
	}()
	sum := 0
	t0 := now()
	for i := 0; i < ops; i++ {
		sum += <-channel
	}
	t1 := now()
	check(sum == ops*(ops-1)/2, "%d came through, not %d", sum, ops*(ops-1)/2)
	return t1 - t0
}

func main() {
	shape := text("shape")
	ops := number("ops", 1000000)
	run := map[string]func(int) float64{"roundtrip": roundtrip, "buffered": buffered}[shape]
	check(run != nil, "shape=roundtrip or shape=buffered")
	ns := run(ops)
	show(shape, ns/float64(ops), "ns")
}
