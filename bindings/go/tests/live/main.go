// Command live makes a signed call to a platform on loopback and judges its signed answer. The arguments are those of
// bindings/c/tests/live.c.
package main

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	"paykkasign"
)

const path = "/api/v2/merch/account/balance"

func main() {
	if len(os.Args) != 7 {
		log.Fatal("port, merchant, key id and file, platform's key id and file are wanted")
	}
	keyID, err := call(os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5], os.Args[6])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(path, "verified by", keyID)
}

func call(port, merchant, keyID, privateKey, platformID, platformKey string) (string, error) {
	pem, err := os.ReadFile(privateKey)
	if err != nil {
		return "", err
	}
	key, err := paykkasign.NewSigningKey(keyID, pem)
	if err != nil {
		return "", err
	}
	defer key.Close()
	ring, err := paykkasign.NewLoopbackKeyRing()
	if err != nil {
		return "", err
	}
	defer ring.Close()
	if pem, err = os.ReadFile(platformKey); err != nil {
		return "", err
	}
	if err := ring.Add(platformID, pem); err != nil {
		return "", err
	}
	message := paykkasign.Message{Path: path, Merchant: &merchant, Body: []byte(`{"currency":"USD"}`)}
	authorization, err := key.Sign(message)
	if err != nil {
		return "", err
	}
	request, err := http.NewRequest(http.MethodPost, "http://127.0.0.1:"+port+path, bytes.NewReader(message.Body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", authorization)
	request.Header.Set("X-Merch-Id", merchant)
	request.Header.Set("Content-Type", "application/json")
	// No proxy stands before loopback.
	client := &http.Client{Transport: &http.Transport{}}
	answer, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if message.Body, err = io.ReadAll(answer.Body); err != nil {
		return "", err
	}
	verified, err := ring.Verify(answer.Header.Get("Authorization"), message)
	return verified.KeyID, err
}
