package paykkasign

/*
#include "paykka_sign.h"
*/
import "C"

import (
	"encoding/json"
	"fmt"
	"time"
)

// KeyRing is the other side's public keys by their ids. Make it by [NewKeyRing]. A message that is being verified during a
// change is judged by the keys of before or of after it.
type KeyRing struct {
	handle handle[C.PaykkaKeyRing]
}

// Verified is what a genuine message's header says beside the signature.
type Verified struct {
	// KeyID is the id of the key that verified it; with [KeyRing.AddOnly] whatever the sender wrote.
	KeyID string
	// Nonce is by what a repetition is known: a message may come twice within the tolerance.
	Nonce string
	// Time is when it was signed, by the signer's clock.
	Time time.Time
}

// Diagnosis is what was found out about a refused message, as `paykka diagnose --json` prints it.
type Diagnosis struct {
	Valid     bool
	Explained bool
	// Findings are the causes, likeliest first.
	Findings  []Finding
	Tried     int
	Exhausted bool
}

// Finding is one cause.
type Finding struct {
	Code        string
	Explanation string
	Fix         string
	Proven      bool
}

// NewKeyRing makes an empty ring, which verifies nothing yet.
func NewKeyRing() (*KeyRing, error) {
	return newKeyRing(false)
}

// NewLoopbackKeyRing makes a ring that takes keys whose private half is published, for tests on one machine alone.
func NewLoopbackKeyRing() (*KeyRing, error) {
	return newKeyRing(true)
}

func newKeyRing(forLoopback bool) (*KeyRing, error) {
	if err := sameInterface(); err != nil {
		return nil, err
	}
	var pointer *C.PaykkaKeyRing
	var failure C.PaykkaError
	if err := judged(C.paykka_key_ring_new(C.bool(forLoopback), &pointer, &failure), &failure); err != nil {
		return nil, err
	}
	ring := &KeyRing{}
	ring.handle.set(pointer, func(pointer *C.PaykkaKeyRing) { C.paykka_key_ring_free(pointer) })
	return ring, nil
}

// Add accepts a key: SPKI, PKCS#1 or certificate, as PEM, DER or bare Base64. After a failure the ring is as it was.
func (r *KeyRing) Add(keyID string, publicKey []byte) error {
	id, key := text(keyID), bytes(publicKey)
	return r.call(func(ring *C.PaykkaKeyRing, failure *C.PaykkaError) C.PaykkaResult {
		return C.paykka_key_ring_add(ring, id.chars(), id.len, key.bytes(), key.len, failure)
	})
}

// AddOnly accepts the ring's one key, whatever id a message names.
func (r *KeyRing) AddOnly(publicKey []byte) error {
	key := bytes(publicKey)
	return r.call(func(ring *C.PaykkaKeyRing, failure *C.PaykkaError) C.PaykkaResult {
		return C.paykka_key_ring_add_only(ring, key.bytes(), key.len, failure)
	})
}

// Remove takes a key out.
func (r *KeyRing) Remove(keyID string) error {
	id := text(keyID)
	return r.call(func(ring *C.PaykkaKeyRing, failure *C.PaykkaError) C.PaykkaResult {
		return C.paykka_key_ring_remove(ring, id.chars(), id.len, failure)
	})
}

// Verify judges a message now, with [DefaultTolerance]. Only without an error it is genuine and in time.
func (r *KeyRing) Verify(authorization string, message Message) (Verified, error) {
	return r.VerifyAt(authorization, message, time.Now(), DefaultTolerance)
}

// VerifyAt judges a message by another clock and tolerance, to both sides and edges included.
func (r *KeyRing) VerifyAt(authorization string, message Message, now time.Time, tolerance time.Duration) (Verified, error) {
	millis, width, err := window(now, tolerance)
	if err != nil {
		return Verified{}, err
	}
	header, path := text(authorization), text(message.Path)
	merchant, body := optional(message.Merchant), bytes(message.Body)
	var found C.PaykkaVerified
	err = r.call(func(ring *C.PaykkaKeyRing, failure *C.PaykkaError) C.PaykkaResult {
		return C.paykka_verify(ring, header.chars(), header.len, path.chars(), path.len, merchant.chars(), merchant.len,
			body.bytes(), body.len, millis, width, &found, failure)
	})
	if err != nil {
		return Verified{}, err
	}
	return Verified{
		KeyID: C.GoString(&found.key_id[0]),
		Nonce: C.GoString(&found.nonce[0]),
		Time:  time.UnixMilli(int64(found.timestamp_millis)),
	}, nil
}

// Diagnose looks for why a message is refused. Slow, for a person at a desk; and what it explains is still to be refused.
// ownKey is the key that signs on this side, to see keys that were swapped; nil where there is none.
func (r *KeyRing) Diagnose(
	authorization string, message Message, now time.Time, tolerance time.Duration, ownKey *SigningKey,
) (diagnosis Diagnosis, err error) {
	millis, width, err := window(now, tolerance)
	if err != nil {
		return Diagnosis{}, err
	}
	header, path := text(authorization), text(message.Path)
	merchant, body := optional(message.Merchant), bytes(message.Body)
	diagnose := func(own *C.PaykkaSigningKey) error {
		return r.handle.use(func(ring *C.PaykkaKeyRing) error {
			written, err := filled(65536, func(out buffer, failure *C.PaykkaError) C.PaykkaResult {
				return C.paykka_diagnose(ring, header.chars(), header.len, path.chars(), path.len, merchant.chars(),
					merchant.len, body.bytes(), body.len, millis, width, own, out.chars(), out.len, out.written, failure)
			})
			if err != nil {
				return err
			}
			if err := json.Unmarshal(written, &diagnosis); err != nil {
				return fmt.Errorf("paykkasign: the library's diagnosis isn't what this version knows: %w", err)
			}
			return nil
		})
	}
	if ownKey == nil {
		err = diagnose(nil)
	} else {
		err = ownKey.handle.use(diagnose)
	}
	return diagnosis, err
}

// Close ends the ring now, after the calls that run; without it the garbage collector does. Calls after it return
// [ErrClosed]; another Close does nothing.
func (r *KeyRing) Close() error {
	r.handle.close()
	return nil
}

func (r *KeyRing) call(call func(*C.PaykkaKeyRing, *C.PaykkaError) C.PaykkaResult) error {
	err := r.handle.use(func(ring *C.PaykkaKeyRing) error {
		var failure C.PaykkaError
		return judged(call(ring, &failure), &failure)
	})
	return err
}

// window is clock and tolerance in milliseconds.
func window(now time.Time, tolerance time.Duration) (millis, width C.uint64_t, err error) {
	millis, err = ready(now)
	if err != nil {
		return 0, 0, err
	}
	if tolerance < 0 {
		return 0, 0, &Error{Result: ResultField, Text: "the tolerance is negative; give how far the time may lie to both sides"}
	}
	return millis, C.uint64_t(tolerance.Milliseconds()), nil
}
