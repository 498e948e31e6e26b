package paykkasign_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"paykkasign"
)

// All of vectors/: what is signed comes out byte for byte, and every verdict is the expected one.

const vectors = "../../vectors"

type message struct {
	Path     string
	Merchant *string
	Body     []byte `json:"body_base64"`
	BodyFill *struct {
		Base64 []byte
		Len    int
	} `json:"body_fill"`
}

type signing struct {
	Keys []struct {
		KeyID      string `json:"key_id"`
		PrivateKey string `json:"private_key"`
		PublicKey  string `json:"public_key"`
	}
	Cases []struct {
		message
		Name, Timestamp, Nonce string
		KeyID                  string  `json:"key_id"`
		StringToSign           *[]byte `json:"string_to_sign_base64"`
		StringToSignSHA256     string  `json:"string_to_sign_sha256"`
		Authorization          string
	}
}

func TestSigning(t *testing.T) {
	document, keys, ring := loaded(t)
	if len(document.Cases) != 21 {
		t.Fatalf("%d cases", len(document.Cases))
	}
	for _, c := range document.Cases {
		at := millis(t, c.Timestamp)
		signed, err := paykkasign.StringToSign(c.sent(), at, c.Nonce)
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		if sum := sha256.Sum256(signed); hex.EncodeToString(sum[:]) != c.StringToSignSHA256 {
			t.Errorf("%s: another string to sign", c.Name)
		}
		if c.StringToSign != nil && !bytes.Equal(signed, *c.StringToSign) {
			t.Errorf("%s: another string to sign: %q", c.Name, signed)
		}
		header, err := keys[c.KeyID].SignAt(c.sent(), at, c.Nonce)
		if err != nil || header != c.Authorization {
			t.Errorf("%s: signed %q, %v", c.Name, header, err)
		}
		if code := verdict(t, ring, header, c.message, at, 0); code != "" {
			t.Errorf("%s: %s", c.Name, code)
		}
	}
}

func TestRefused(t *testing.T) {
	_, _, ring := loaded(t)
	var document struct {
		Cases []struct {
			message
			Name, Authorization string
			Code                *string
			Now                 int64 `json:"now_millis"`
			Tolerance           int64 `json:"tolerance_millis"`
		}
	}
	read(t, "refused.json", &document)
	if len(document.Cases) != 77 {
		t.Fatalf("%d cases", len(document.Cases))
	}
	for _, c := range document.Cases {
		expected := ""
		if c.Code != nil {
			expected = *c.Code
		}
		tolerance := time.Duration(c.Tolerance) * time.Millisecond
		if code := verdict(t, ring, c.Authorization, c.message, time.UnixMilli(c.Now), tolerance); code != expected {
			t.Errorf("%s: %q, not %q", c.Name, code, expected)
		}
	}
}

func TestForeignHeaders(t *testing.T) {
	signing, _, ring := loaded(t)
	messages := map[string]message{}
	for _, c := range signing.Cases {
		messages[c.Name] = c.message
	}
	var document struct {
		Headers []struct{ How, Case, Timestamp, Authorization string }
	}
	read(t, "foreign_headers.json", &document)
	if len(document.Headers) != 60 {
		t.Fatalf("%d headers", len(document.Headers))
	}
	for _, header := range document.Headers {
		sent, known := messages[header.Case]
		if !known {
			t.Fatalf("%s: no case %s", header.How, header.Case)
		}
		if code := verdict(t, ring, header.Authorization, sent, millis(t, header.Timestamp), 0); code != "" {
			t.Errorf("%s: %s", header.How, code)
		}
	}
}

func loaded(t *testing.T) (document signing, keys map[string]*paykkasign.SigningKey, ring *paykkasign.KeyRing) {
	t.Helper()
	read(t, "signing.json", &document)
	ring, err := paykkasign.NewLoopbackKeyRing()
	if err != nil {
		t.Fatal(err)
	}
	keys = map[string]*paykkasign.SigningKey{}
	for _, entry := range document.Keys {
		public := file(t, vectors, entry.PublicKey)
		if err := ring.Add(entry.KeyID, public); err != nil {
			t.Fatal(err)
		}
		key, err := paykkasign.NewSigningKey(entry.KeyID, file(t, vectors, entry.PrivateKey))
		if err != nil {
			t.Fatal(err)
		}
		if half, err := key.PublicKey(); err != nil || half != string(public) {
			t.Fatalf("%s: its public half is %q, %v", entry.KeyID, half, err)
		}
		keys[entry.KeyID] = key
	}
	return document, keys, ring
}

// verdict is the code of vectors/, empty for accepted.
func verdict(
	t *testing.T, ring *paykkasign.KeyRing, authorization string, sent message, now time.Time, tolerance time.Duration,
) string {
	t.Helper()
	verified, err := ring.VerifyAt(authorization, sent.sent(), now, tolerance)
	if err == nil {
		if verified.KeyID == "" || verified.Nonce == "" || verified.Time.IsZero() {
			t.Errorf("accepted without its fields: %+v", verified)
		}
		return ""
	}
	var refused *paykkasign.Error
	if !errors.As(err, &refused) || !refused.Refused() || verified != (paykkasign.Verified{}) {
		t.Fatalf("%v beside %+v", err, verified)
	}
	codes := map[paykkasign.Result]string{
		paykkasign.ResultField: "field", paykkasign.ResultHeader: "header", paykkasign.ResultUnknownKey: "unknown-key",
		paykkasign.ResultSignature: "signature", paykkasign.ResultEarly: "early", paykkasign.ResultLate: "late",
	}
	return codes[refused.Result]
}

func (m message) sent() paykkasign.Message {
	body := m.Body
	if m.BodyFill != nil {
		fill := *m.BodyFill
		body = bytes.Repeat(fill.Base64, fill.Len/len(fill.Base64)+1)[:fill.Len]
	}
	return paykkasign.Message{Path: m.Path, Merchant: m.Merchant, Body: body}
}

func millis(t *testing.T, text string) time.Time {
	t.Helper()
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.UnixMilli(number)
}

func read(t *testing.T, name string, document any) {
	t.Helper()
	if err := json.Unmarshal(file(t, vectors, name), document); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func file(t *testing.T, folder, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}
