package paykkasign_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"paykkasign"
)

// What the wrapper adds: errors, absent and empty texts, ends, and goroutines.

const keys = "../../crates/paykka-sign/testdata"

var sample = paykkasign.Message{
	Path: "/api/v2/merch/account/balance", Merchant: paykkasign.Merchant("M1"), Body: []byte(`{"a":1}`),
}

func TestWhatIsSignedNowVerifiesNow(t *testing.T) {
	verified, err := ring(t, "K001").Verify(signed(t, key(t, "K001"), sample), sample)
	if err != nil {
		t.Fatal(err)
	}
	if nonce, err := hex.DecodeString(verified.Nonce); verified.KeyID != "K001" || err != nil || len(nonce) != 16 {
		t.Errorf("%+v", verified)
	}
	if age := time.Since(verified.Time); age < -time.Second || age > paykkasign.DefaultTolerance {
		t.Errorf("signed %v ago", age)
	}
}

func TestARefusalIsATypedError(t *testing.T) {
	header := signed(t, key(t, "K001"), sample)
	other := sample
	other.Body = []byte("{}")
	now, week := time.Now(), 7*24*time.Hour
	empty, err := paykkasign.NewKeyRing()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		ring    *paykkasign.KeyRing
		header  string
		message paykkasign.Message
		now     time.Time
		result  paykkasign.Result
		refused bool
	}{
		{ring(t, "K001"), header, other, now, paykkasign.ResultSignature, true},
		{ring(t, "K002"), header, sample, now, paykkasign.ResultUnknownKey, true},
		{ring(t, "K001"), header, sample, now.Add(-week), paykkasign.ResultEarly, true},
		{ring(t, "K001"), header, sample, now.Add(week), paykkasign.ResultLate, true},
		{ring(t, "K001"), "x", sample, now, paykkasign.ResultHeader, true},
		{empty, header, sample, now, paykkasign.ResultKey, false},
	} {
		verified, err := c.ring.VerifyAt(c.header, c.message, c.now, paykkasign.DefaultTolerance)
		failed := is(t, err, c.result)
		if failed.Refused() != c.refused || verified != (paykkasign.Verified{}) {
			t.Errorf("%v beside %+v", err, verified)
		}
		for _, secret := range []string{header, string(other.Body)} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("it repeats what it was given: %v", err)
			}
		}
	}
}

func TestKeysAreReadAndRefused(t *testing.T) {
	encrypted := file(t, keys, "merchant-2048.encrypted.pem")
	_, err := paykkasign.NewSigningKey("K001", encrypted)
	is(t, err, paykkasign.ResultKey)
	_, err = paykkasign.NewEncryptedSigningKey("K001", encrypted, []byte("hunter2"))
	is(t, err, paykkasign.ResultKey)
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the passphrase stands in: %v", err)
	}
	_, err = paykkasign.NewSigningKey("K 1", file(t, keys, "merchant-2048.private.pem"))
	is(t, err, paykkasign.ResultField)
	_, err = paykkasign.NewSigningKey("K001", nil)
	is(t, err, paykkasign.ResultKey)
	unlocked, err := paykkasign.NewEncryptedSigningKey("K001", encrypted, []byte("passphrase"))
	if err != nil {
		t.Fatal(err)
	}
	at := time.UnixMilli(1)
	one, err := unlocked.SignAt(sample, at, "abcdef")
	if err != nil {
		t.Fatal(err)
	}
	if two, err := key(t, "K001").SignAt(sample, at, "abcdef"); err != nil || one != two {
		t.Errorf("%q and %q, %v", one, two, err)
	}
	if text := fmt.Sprintf("%v %+v", unlocked, unlocked); strings.Contains(text, "0x") {
		t.Errorf("it shows itself: %s", text)
	}
	real, err := paykkasign.NewKeyRing()
	if err != nil {
		t.Fatal(err)
	}
	is(t, real.Add("K001", file(t, keys, "merchant-2048.public.pem")), paykkasign.ResultKey)
}

func TestRingsChange(t *testing.T) {
	changing := ring(t, "K001")
	is(t, changing.Add("K001", file(t, keys, "platform-2048.public.pem")), paykkasign.ResultKey)
	if err := changing.Remove("K001"); err != nil {
		t.Fatal(err)
	}
	is(t, changing.Remove("K001"), paykkasign.ResultUnknownKey)
	public, err := key(t, "K001").PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	if err := changing.AddOnly([]byte(public)); err != nil {
		t.Fatal(err)
	}
	if _, err := changing.Verify(signed(t, key(t, "any"), sample), sample); err != nil {
		t.Error(err)
	}
}

func TestAnAbsentMerchantIsNotAnEmptyOne(t *testing.T) {
	at := time.UnixMilli(1)
	string_, err := paykkasign.StringToSign(paykkasign.Message{Path: "/p", Body: []byte("{}")}, at, "n")
	if err != nil || string(string_) != "/p\n1\nn\n\n{}" {
		t.Errorf("%q, %v", string_, err)
	}
	_, err = paykkasign.StringToSign(paykkasign.Message{Path: "/p", Merchant: paykkasign.Merchant("")}, at, "n")
	is(t, err, paykkasign.ResultField)
	_, err = paykkasign.StringToSign(paykkasign.Message{}, at, "n")
	is(t, err, paykkasign.ResultField)
	_, err = paykkasign.StringToSign(paykkasign.Message{Path: "/\xff"}, at, "n")
	is(t, err, paykkasign.ResultInvalidUTF8)
}

func TestTimesOutsideTheirBoundsAreRefused(t *testing.T) {
	_, err := key(t, "K001").SignAt(sample, time.UnixMilli(-1), "abcdef")
	is(t, err, paykkasign.ResultField)
	_, err = key(t, "K001").SignAt(sample, time.UnixMilli(10_000_000_000_000_000), "abcdef")
	is(t, err, paykkasign.ResultField)
	_, err = ring(t, "K001").VerifyAt("x", sample, time.Now(), -time.Millisecond)
	is(t, err, paykkasign.ResultField)
}

// A body that is part of something with pointers in it, of any size and with any bytes.
func TestBodiesAreBytesOfAnyKind(t *testing.T) {
	type holder struct {
		next *holder
		room [3]byte
	}
	held := &holder{&holder{}, [3]byte{0, 0xff, '\n'}}
	for _, body := range [][]byte{nil, {}, held.room[:], make([]byte, 1<<20)} {
		message := paykkasign.Message{Path: "/p", Body: body}
		if _, err := ring(t, "K001").Verify(signed(t, key(t, "K001"), message), message); err != nil {
			t.Errorf("%d bytes: %v", len(body), err)
		}
	}
}

func TestADiagnosisNamesTheCause(t *testing.T) {
	reformatted := sample
	reformatted.Body = []byte(`{"a": 1}`)
	header := signed(t, key(t, "K001"), reformatted)
	found, err := ring(t, "K001").Diagnose(header, sample, time.Now(), paykkasign.DefaultTolerance, key(t, "K002"))
	if err != nil {
		t.Fatal(err)
	}
	if found.Valid || !found.Explained || len(found.Findings) == 0 || found.Findings[0].Code != "body-reformatted" {
		t.Errorf("%+v", found)
	}
	found, err = ring(t, "K001").Diagnose(header, reformatted, time.Now(), paykkasign.DefaultTolerance, nil)
	if err != nil || !found.Valid {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestWhatIsClosedSaysSo(t *testing.T) {
	closedKey, closedRing := key(t, "K001"), ring(t, "K001")
	for range [2]int{} {
		if closedKey.Close() != nil || closedRing.Close() != nil {
			t.Error("Close failed")
		}
	}
	_, signing := closedKey.Sign(sample)
	_, public := closedKey.PublicKey()
	_, verifying := closedRing.Verify("x", sample)
	_, diagnosing := ring(t, "K001").Diagnose("x", sample, time.Now(), 0, closedKey)
	_, unmade := new(paykkasign.SigningKey).Sign(sample)
	for _, err := range []error{
		signing, public, verifying, diagnosing, unmade, closedRing.Remove("K001"), closedRing.AddOnly(nil),
	} {
		if !errors.Is(err, paykkasign.ErrClosed) {
			t.Errorf("%v", err)
		}
	}
}

// 200 keys with a loop of collections between them: one that was freed twice or too early would end the process.
func TestTheGarbageCollectorEndsThem(t *testing.T) {
	for i := 0; i < 200; i++ {
		made := ring(t, "K001")
		if i%2 == 0 {
			made.Close()
		}
		if i%20 == 0 {
			runtime.GC()
		}
	}
	runtime.GC()
}

func TestResultsAreTheHeaders(t *testing.T) {
	header := string(file(t, "../../crates/paykka-sign-ffi/include", "paykka_sign.h"))
	found := regexp.MustCompile(`(?m)^  PAYKKA_RESULT_(\w+) = (\d+),$`).FindAllStringSubmatch(header, -1)
	ours := map[string]paykkasign.Result{
		"OK": 1000, "NULL_POINTER": paykkasign.ResultNullPointer, "INVALID_LENGTH": paykkasign.ResultInvalidLength,
		"INVALID_UTF8": paykkasign.ResultInvalidUTF8, "BUFFER_TOO_SMALL": paykkasign.ResultBufferTooSmall,
		"PANIC": paykkasign.ResultPanic, "KEY": paykkasign.ResultKey, "FIELD": paykkasign.ResultField,
		"HEADER": paykkasign.ResultHeader, "UNKNOWN_KEY": paykkasign.ResultUnknownKey,
		"SIGNATURE": paykkasign.ResultSignature, "EARLY": paykkasign.ResultEarly, "LATE": paykkasign.ResultLate,
		"BACKEND": paykkasign.ResultBackend,
	}
	for _, entry := range found {
		if number, err := strconv.ParseUint(entry[2], 10, 32); err != nil || ours[entry[1]] != paykkasign.Result(number) {
			t.Errorf("%v", entry)
		}
	}
	if len(found) != len(ours) {
		t.Errorf("%d in the header, %d here", len(found), len(ours))
	}
	// The workspace's number is that of all its packages.
	manifest := string(file(t, "../..", "Cargo.toml"))
	if !strings.Contains(manifest, "\nversion = \""+paykkasign.Version()+"\"\n") {
		t.Errorf("another version: %s", paykkasign.Version())
	}
}

// While others add and remove a key. With -race this looks for races in the wrapper, too.
func TestSixteenGoroutinesShareOneKeyAndOneRing(t *testing.T) {
	sharedKey, sharedRing := key(t, "K001"), ring(t, "K001")
	platform := file(t, keys, "platform-2048.public.pem")
	nonces := make(chan string, 16*20)
	var all sync.WaitGroup
	for i := 0; i < 16; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for j := 0; j < 20; j++ {
				header, err := sharedKey.Sign(sample)
				if err != nil {
					t.Error(err)
					return
				}
				verified, err := sharedRing.Verify(header, sample)
				if err != nil {
					t.Error(err)
					return
				}
				nonces <- verified.Nonce
			}
		}()
	}
	for i := 0; i < 20; i++ {
		if err := sharedRing.Add("K002", platform); err != nil {
			t.Error(err)
		}
		if err := sharedRing.Remove("K002"); err != nil {
			t.Error(err)
		}
	}
	all.Wait()
	close(nonces)
	seen := map[string]bool{}
	for nonce := range nonces {
		seen[nonce] = true
	}
	if len(seen) != 320 {
		t.Errorf("%d nonces", len(seen))
	}
}

// Close waits for the calls that run; the others get an error and never a freed handle.
func TestClosingMeanwhileIsSafe(t *testing.T) {
	shared := key(t, "K001")
	started := make(chan struct{}, 4)
	var all sync.WaitGroup
	for i := 0; i < 4; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for first := true; ; first = false {
				_, err := shared.Sign(sample)
				if first {
					started <- struct{}{}
				}
				if errors.Is(err, paykkasign.ErrClosed) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		}()
	}
	for i := 0; i < 4; i++ {
		<-started
	}
	shared.Close()
	all.Wait()
}

func is(t *testing.T, err error, result paykkasign.Result) *paykkasign.Error {
	t.Helper()
	var failed *paykkasign.Error
	if !errors.As(err, &failed) || failed.Result != result || !errors.Is(err, result) || failed.Text == "" {
		t.Fatalf("%v isn't %d", err, uint32(result))
	}
	return failed
}

func key(t *testing.T, keyID string) *paykkasign.SigningKey {
	t.Helper()
	made, err := paykkasign.NewSigningKey(keyID, file(t, keys, "merchant-2048.private.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func ring(t *testing.T, keyID string) *paykkasign.KeyRing {
	t.Helper()
	made, err := paykkasign.NewLoopbackKeyRing()
	if err != nil {
		t.Fatal(err)
	}
	if err := made.Add(keyID, file(t, keys, "merchant-2048.public.pem")); err != nil {
		t.Fatal(err)
	}
	return made
}

func signed(t *testing.T, key *paykkasign.SigningKey, message paykkasign.Message) string {
	t.Helper()
	header, err := key.Sign(message)
	if err != nil {
		t.Fatal(err)
	}
	return header
}
