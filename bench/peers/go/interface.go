//go:build interface

package main

import (
	"errors"
	"os"

	"paykkasign"
)

func init() {
	throughInterface = func(words []string, body []byte) {
		private, err := os.ReadFile(words[0])
		must(err)
		public, err := os.ReadFile(words[1])
		must(err)
		key, err := paykkasign.NewSigningKey(words[5], private)
		must(err)
		ring, err := paykkasign.NewKeyRing()
		must(err)
		must(ring.Add(words[5], public))
		message := paykkasign.Message{Path: words[3], Merchant: paykkasign.Merchant(words[4]), Body: body}
		lines(func(word []string) string { return cryptThrough(key, ring, message, word) })
	}
}

func cryptThrough(key *paykkasign.SigningKey, ring *paykkasign.KeyRing, message paykkasign.Message, word []string) string {
	header := func() string {
		value, err := key.Sign(message)
		must(err)
		return value
	}
	isGenuine := func(value string) bool {
		_, err := ring.Verify(value, message)
		var failure *paykkasign.Error
		if errors.As(err, &failure) && failure.Refused() {
			return false
		}
		must(err)
		return true
	}
	switch word[0] {
	case "header":
		return header()
	case "judge":
		return verdict(isGenuine(word[1]))
	case "sign":
		return seconds(word[1], func() { header() })
	case "verify":
		return seconds(word[1], func() {
			if !isGenuine(word[2]) {
				panic("not genuine")
			}
		})
	}
	return "unknown"
}
