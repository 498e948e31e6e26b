package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
)

// Go as a peer that takes notifications: net/http and crypto/rsa.
func listen(s *signing) {
	http.HandleFunc(s.path, func(response http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		nonce := ""
		if err == nil && request.Header.Get("X-Merch-Id") == s.merchant {
			nonce = s.nonceOfGenuine(request.Header.Get("Authorization"), body)
		}
		if nonce == "" {
			response.WriteHeader(http.StatusUnauthorized)
			return
		}
		if s.isFirst(nonce) {
			var value any
			must(json.Unmarshal(body, &value))
		}
		response.Header().Set("Content-Type", "application/json")
		_, err = response.Write([]byte(`{"ret_code":"000000","ret_msg":"Success"}`))
		must(err)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	fmt.Println("listening", listener.Addr().(*net.TCPAddr).Port)
	must(http.Serve(listener, nil))
}
