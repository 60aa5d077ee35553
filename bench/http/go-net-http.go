// SPDX-License-Identifier: MIT

// Go's net/http, as a program would use it.
package main

import (
	"net/http"
	"strconv"
)

func main() {
	hello := []byte("hello")
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Write(hello)
	})
	err := http.ListenAndServe("127.0.0.1:"+strconv.Itoa(number("port", 8080)), nil)
	check(false, "%v", err)
}
