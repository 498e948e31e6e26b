package paykkasign

/*
#include "paykka_sign.h"
*/
import "C"

import "time"

// SigningKey is a private key with the id under which the other side knows it. Make it by [NewSigningKey].
type SigningKey struct {
	handle handle[C.PaykkaSigningKey]
}

// NewSigningKey reads a private key and proves it by a trial signature, so do it once and keep it.
//
// privateKey is the content of a file: RSA of 2048, 3072 or 4096 bits as PKCS#8 or PKCS#1, PEM, DER or bare Base64. No copy
// of it is kept here; wiping it is yours.
func NewSigningKey(keyID string, privateKey []byte) (*SigningKey, error) {
	return newSigningKey(keyID, privateKey, func(id, key input, out **C.PaykkaSigningKey, failure *C.PaykkaError) C.PaykkaResult {
		return C.paykka_signing_key_new(id.chars(), id.len, key.bytes(), key.len, out, failure)
	})
}

// NewEncryptedSigningKey reads a private key under a passphrase. It takes tens of milliseconds and more, by intention of
// whoever encrypted it.
func NewEncryptedSigningKey(keyID string, privateKey, passphrase []byte) (*SigningKey, error) {
	phrase := bytes(passphrase)
	return newSigningKey(keyID, privateKey, func(id, key input, out **C.PaykkaSigningKey, failure *C.PaykkaError) C.PaykkaResult {
		return C.paykka_signing_key_new_encrypted(id.chars(), id.len, key.bytes(), key.len, phrase.bytes(), phrase.len, out, failure)
	})
}

func newSigningKey(
	keyID string, privateKey []byte,
	read func(id, key input, out **C.PaykkaSigningKey, failure *C.PaykkaError) C.PaykkaResult,
) (*SigningKey, error) {
	if err := sameInterface(); err != nil {
		return nil, err
	}
	var pointer *C.PaykkaSigningKey
	var failure C.PaykkaError
	if err := judged(read(text(keyID), bytes(privateKey), &pointer, &failure), &failure); err != nil {
		return nil, err
	}
	key := &SigningKey{}
	key.handle.set(pointer, func(pointer *C.PaykkaSigningKey) { C.paykka_signing_key_free(pointer) })
	return key, nil
}

// Sign is the value of Authorization, of now and with a fresh nonce.
func (k *SigningKey) Sign(message Message) (string, error) {
	nonce, err := NewNonce()
	if err != nil {
		return "", err
	}
	return k.SignAt(message, time.Now(), nonce)
}

// SignAt is the value of Authorization, of a time and with a nonce of 6 to 32 visible ASCII characters. The same arguments
// always give the same value.
func (k *SigningKey) SignAt(message Message, at time.Time, nonce string) (string, error) {
	millis, err := ready(at)
	if err != nil {
		return "", err
	}
	path, merchant, body, once := text(message.Path), optional(message.Merchant), bytes(message.Body), text(nonce)
	return k.text(4096, func(key *C.PaykkaSigningKey, out buffer, failure *C.PaykkaError) C.PaykkaResult {
		return C.paykka_sign(key, path.chars(), path.len, merchant.chars(), merchant.len, body.bytes(), body.len,
			millis, once.chars(), once.len, out.chars(), out.len, out.written, failure)
	})
}

// PublicKey is the public half as SPKI PEM, to hand over.
func (k *SigningKey) PublicKey() (string, error) {
	return k.text(1024, func(key *C.PaykkaSigningKey, out buffer, failure *C.PaykkaError) C.PaykkaResult {
		return C.paykka_signing_key_public_key(key, out.chars(), out.len, out.written, failure)
	})
}

// Close ends the key now, after the calls that run; without it the garbage collector does. Calls after it return
// [ErrClosed]; another Close does nothing.
func (k *SigningKey) Close() error {
	k.handle.close()
	return nil
}

// String shows nothing of the key.
func (k *SigningKey) String() string {
	return "paykkasign.SigningKey"
}

func (k *SigningKey) text(
	size int, call func(*C.PaykkaSigningKey, buffer, *C.PaykkaError) C.PaykkaResult,
) (text string, err error) {
	err = k.handle.use(func(key *C.PaykkaSigningKey) error {
		written, err := filled(size, func(out buffer, failure *C.PaykkaError) C.PaykkaResult { return call(key, out, failure) })
		text = string(written)
		return err
	})
	return text, err
}
