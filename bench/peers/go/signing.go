package main

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"net/url"
	"os"
	"strconv"
	"sync"
	"time"
)

const (
	signType  = "SHA256_WITH_RSA"
	tolerance = 300_000
)

// Signing and verifying as somebody would write it in Go with its standard library.
type signing struct {
	private               *rsa.PrivateKey
	public                *rsa.PublicKey
	path, merchant, keyID string
	lock                  sync.Mutex
	seen                  map[string]int64
	limit                 int
}

type header struct {
	SignType  string `json:"sign_type"`
	Timestamp string `json:"timestamp"`
	Nonce     string `json:"nonce"`
	KeyID     string `json:"key_id"`
	Signature string `json:"signature"`
}

func newSigning(private, public, path, merchant, keyID string) *signing {
	own, err := x509.ParsePKCS8PrivateKey(der(private))
	must(err)
	theirs, err := x509.ParsePKIXPublicKey(der(public))
	must(err)
	key := own.(*rsa.PrivateKey)
	key.Precompute()
	return &signing{
		private: key, public: theirs.(*rsa.PublicKey), path: path, merchant: merchant, keyID: keyID,
		seen: map[string]int64{}, limit: 100_000,
	}
}

func (s *signing) header(body []byte) string {
	timestamp := strconv.FormatInt(time.Now().UnixMilli(), 10)
	var entropy [16]byte
	_, err := rand.Read(entropy[:])
	must(err)
	nonce := hex.EncodeToString(entropy[:])
	digest := s.digest(timestamp, nonce, body)
	signature, err := rsa.SignPKCS1v15(rand.Reader, s.private, crypto.SHA256, digest[:])
	must(err)
	text, err := json.Marshal(header{signType, timestamp, nonce, s.keyID, base64.StdEncoding.EncodeToString(signature)})
	must(err)
	return url.QueryEscape(string(text))
}

// The nonce of a genuine message of now, else "".
func (s *signing) nonceOfGenuine(value string, body []byte) string {
	text, err := url.PathUnescape(value)
	if err != nil {
		return ""
	}
	var fields header
	if json.Unmarshal([]byte(text), &fields) != nil || fields.SignType != signType || fields.KeyID != s.keyID {
		return ""
	}
	signature, err := base64.StdEncoding.DecodeString(fields.Signature)
	if err != nil {
		return ""
	}
	digest := s.digest(fields.Timestamp, fields.Nonce, body)
	if rsa.VerifyPKCS1v15(s.public, crypto.SHA256, digest[:], signature) != nil {
		return ""
	}
	signed, err := strconv.ParseInt(fields.Timestamp, 10, 64)
	off := time.Now().UnixMilli() - signed
	if err != nil || off > tolerance || off < -tolerance {
		return ""
	}
	return fields.Nonce
}

// The library's own two operations on the same bytes.
func (s *signing) bareSign(body []byte) []byte {
	digest := s.digest("1701732359000", "a1B2c3D4e5F6", body)
	signature, err := rsa.SignPKCS1v15(rand.Reader, s.private, crypto.SHA256, digest[:])
	must(err)
	return signature
}

func (s *signing) bareVerify(body, signature []byte) {
	digest := s.digest("1701732359000", "a1B2c3D4e5F6", body)
	must(rsa.VerifyPKCS1v15(s.public, crypto.SHA256, digest[:], signature))
}

// Whether it didn't come in before within the tolerance.
func (s *signing) isFirst(nonce string) bool {
	s.lock.Lock()
	defer s.lock.Unlock()
	if _, known := s.seen[nonce]; known {
		return false
	}
	now := time.Now().UnixMilli()
	s.seen[nonce] = now
	if len(s.seen) > s.limit {
		for nonce, at := range s.seen {
			if at < now-2*tolerance {
				delete(s.seen, nonce)
			}
		}
		s.limit = 2*len(s.seen) + 100_000
	}
	return true
}

func (s *signing) digest(timestamp, nonce string, body []byte) [sha256.Size]byte {
	var text bytes.Buffer
	for _, line := range []string{s.path, timestamp, nonce, s.merchant} {
		text.WriteString(line)
		text.WriteByte('\n')
	}
	text.Write(body)
	return sha256.Sum256(text.Bytes())
}

func der(file string) []byte {
	text, err := os.ReadFile(file)
	must(err)
	block, _ := pem.Decode(text)
	return block.Bytes
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
