package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"sort"
	"strconv"
	"sync"
	"time"
)

// Go as a peer that calls: net/http and crypto/rsa.
type caller struct {
	*signing
	body   []byte
	url    string
	client *http.Client
}

func newCaller(s *signing, body []byte, url, ca string) *caller {
	text, err := os.ReadFile(ca)
	must(err)
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		panic("no certificate")
	}
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots}, MaxIdleConns: 0, MaxIdleConnsPerHost: 1024,
	}
	return &caller{s, body, url + s.path, &http.Client{Transport: transport}}
}

func (c *caller) answer(word []string) string {
	switch word[0] {
	case "probe":
		return verdict(c.once() == nil)
	case "load":
		inFlight, err := strconv.Atoi(word[1])
		must(err)
		count, err := strconv.Atoi(word[2])
		must(err)
		return c.load(inFlight, count)
	}
	return "unknown"
}

func (c *caller) once() error {
	request, err := http.NewRequest(http.MethodPost, c.url, bytes.NewReader(c.body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", c.header(c.body))
	request.Header.Set("X-Merch-Id", c.merchant)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	response, err := c.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	nonce := c.nonceOfGenuine(response.Header.Get("Authorization"), got)
	if nonce == "" || !c.isFirst(nonce) {
		return errors.New("the answer isn't genuine")
	}
	var value any
	return json.Unmarshal(got, &value)
}

func (c *caller) load(inFlight, count int) string {
	latencies := make([][]float64, inFlight)
	var all sync.WaitGroup
	start := time.Now()
	for index := range latencies {
		index := index
		all.Add(1)
		go func() {
			defer all.Done()
			for left := count / inFlight; left > 0; left-- {
				start := time.Now()
				must(c.once())
				latencies[index] = append(latencies[index], float64(time.Since(start).Nanoseconds())/1e3)
			}
		}()
	}
	all.Wait()
	elapsed := time.Since(start).Seconds()
	var sorted []float64
	for _, some := range latencies {
		sorted = append(sorted, some...)
	}
	sort.Float64s(sorted)
	at := func(share float64) float64 { return sorted[int(math.Round(float64(len(sorted)-1)*share))] }
	return fmt.Sprintf("%.9f %.1f %.1f", elapsed, at(0.5), at(0.99))
}
