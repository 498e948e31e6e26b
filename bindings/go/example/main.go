// Command example prints the header to send with a call. Argument: the file of a private key.
package main

import (
	"fmt"
	"log"
	"os"

	"paykkasign"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("give the file of a private key")
	}
	authorization, err := authorize(os.Args[1], []byte(`{"currency":"USD"}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Authorization:", authorization)
}

func authorize(file string, body []byte) (string, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	// five lines
	key, err := paykkasign.NewSigningKey("K001", pem)
	if err != nil {
		return "", err
	}
	return key.Sign(paykkasign.Message{Path: "/api/v2/merch/account/balance", Merchant: paykkasign.Merchant("M24061911365700670"), Body: body})
	// five lines
}
