// Go as a peer: `crypto`, `call` or `webhook` is the first word; `interface`, too, where it's built with that tag.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// From interface.go: the native peer is built without the C library.
var throughInterface func(words []string, body []byte)

func main() {
	words := os.Args[2:]
	body, err := os.ReadFile(words[2])
	must(err)
	if os.Args[1] == "interface" {
		throughInterface(words, body)
		return
	}
	s := newSigning(words[0], words[1], words[3], words[4], words[5])
	switch os.Args[1] {
	case "crypto":
		signature := s.bareSign(body)
		lines(func(word []string) string { return crypt(s, body, signature, word) })
	case "call":
		c := newCaller(s, body, words[6], words[7])
		lines(c.answer)
	case "webhook":
		listen(s)
	}
}

func crypt(s *signing, body, signature []byte, word []string) string {
	switch word[0] {
	case "header":
		return s.header(body)
	case "judge":
		return verdict(s.nonceOfGenuine(word[1], body) != "")
	case "sign":
		return seconds(word[1], func() { s.header(body) })
	case "verify":
		return seconds(word[1], func() {
			if s.nonceOfGenuine(word[2], body) == "" {
				panic("not genuine")
			}
		})
	case "bare-sign":
		return seconds(word[1], func() { s.bareSign(body) })
	case "bare-verify":
		return seconds(word[1], func() { s.bareVerify(body, signature) })
	}
	return "unknown"
}

func lines(answer func(word []string) string) {
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		fmt.Println(answer(strings.Fields(input.Text())))
	}
}

func seconds(count string, once func()) string {
	left, err := strconv.Atoi(count)
	must(err)
	start := time.Now()
	for ; left > 0; left-- {
		once()
	}
	return fmt.Sprintf("%.9f", time.Since(start).Seconds())
}

func verdict(isGenuine bool) string {
	if isGenuine {
		return "genuine"
	}
	return "refused"
}
