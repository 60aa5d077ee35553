// SPDX-License-Identifier: MIT

// A goroutine for each connection on net.Conn, with a parser like the C servers'.
package main

import (
	"bufio"
	"bytes"
	"net"
	"strconv"
)

var response = []byte("HTTP/1.1 200 OK\r\n" +
	"Content-Type: text/plain\r\n" +
	"Content-Length: 5\r\n" +
	"\r\n" +
	"hello")

// request reads one request: whether it is one that we answer, and whether the connection lives on.
func request(in *bufio.Reader) (ok, keepAlive bool) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return false, false
	}
	parts := bytes.SplitN(bytes.TrimRight(line, "\r\n"), []byte(" "), 3)
	if len(parts) != 3 || string(parts[0]) != "GET" || !bytes.HasPrefix(parts[2], []byte("HTTP/1.")) {
		return false, false
	}
	keepAlive = string(parts[2]) != "HTTP/1.0"
	for {
		line, err = in.ReadSlice('\n')
		if err != nil {
			return false, false
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			return true, keepAlive
		}
		colon := bytes.IndexByte(line, ':')
		if colon < 1 {
			return false, false
		}
		name, value := line[:colon], bytes.TrimLeft(line[colon+1:], " ")
		if len(name) == 10 && bytes.EqualFold(name, []byte("connection")) {
			keepAlive = !bytes.EqualFold(value, []byte("close"))
		}
	}
}

func serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 2048)
	out := bufio.NewWriterSize(conn, 1024)
	for {
		ok, keepAlive := request(in)
		if !ok {
			return
		}
		out.Write(response)
		if in.Buffered() == 0 || !keepAlive {
			if out.Flush() != nil || !keepAlive {
				return
			}
		}
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(number("port", 8080)))
	check(err == nil, "listen: %v", err)
	for {
		conn, err := listener.Accept()
		check(err == nil, "accept: %v", err)
		go serve(conn)
	}
}
