// Package paykkasign signs and verifies messages of the PayKKa OpenAPI, over the C interface of paykka-sign by cgo.
//
// A [SigningKey] makes the value of the Authorization header of a call; a [KeyRing] judges the one of an answer or a
// notification. Nothing is sent or received here: HTTP stays yours.
//
// What isn't right is an [*Error]; no function returns false, so no verdict can be overlooked without an error being
// dropped. Any number of goroutines may use one key and one ring at the same time, and close them meanwhile.
package paykkasign

/*
#cgo pkg-config: paykka-sign-ffi
#include "paykka_sign.h"
*/
import "C"

import (
	"fmt"
	"runtime"
	"sync"
	"time"
	"unsafe"
)

// DefaultTolerance is how far the signed time may lie before or after now in [KeyRing.Verify]. It is this project's
// choice: the platform states none.
const DefaultTolerance = 5 * time.Minute

// Message is what is signed beside time and nonce. Of an answer, Path and Merchant are those of its request.
type Message struct {
	// Path is the request's path, from "/", without host: 1 to 2048 visible ASCII characters.
	Path string
	// Merchant is the X-Merch-Id header, 1 to 64 visible ASCII characters; nil where it isn't sent, which isn't the same
	// as an empty one: that is refused. See [Merchant].
	Merchant *string
	// Body is the body as it is sent or was received, before any decoding; empty where there is none.
	Body []byte
}

// Merchant is a merchant's number for [Message].
func Merchant(number string) *string {
	return &number
}

// StringToSign is the exact bytes that are signed, for a signer elsewhere (a KMS, an HSM).
func StringToSign(message Message, at time.Time, nonce string) ([]byte, error) {
	millis, err := ready(at)
	if err != nil {
		return nil, err
	}
	path, merchant, body, once := text(message.Path), optional(message.Merchant), bytes(message.Body), text(nonce)
	return filled(len(message.Body)+2200, func(out buffer, failure *C.PaykkaError) C.PaykkaResult {
		return C.paykka_string_to_sign(path.chars(), path.len, merchant.chars(), merchant.len, body.bytes(), body.len,
			millis, once.chars(), once.len, out.bytes(), out.len, out.written, failure)
	})
}

// NewNonce is fresh randomness of the operating system: take one for every attempt.
func NewNonce() (string, error) {
	if err := sameInterface(); err != nil {
		return "", err
	}
	nonce, err := filled(C.PAYKKA_NONCE_LEN, func(out buffer, failure *C.PaykkaError) C.PaykkaResult {
		return C.paykka_nonce_generate(out.chars(), out.len, out.written, failure)
	})
	return string(nonce), err
}

// Version is that of the library, such as "0.1.0".
func Version() string {
	return C.GoString(C.paykka_version())
}

// handle is a pointer of the library's. It is freed once, after its last use, whoever comes first: Close or the garbage
// collector.
type handle[T any] struct {
	mutex   sync.RWMutex
	pointer *T
	free    func(*T)
}

func (h *handle[T]) set(pointer *T, free func(*T)) {
	h.pointer, h.free = pointer, free
	runtime.SetFinalizer(h, (*handle[T]).close)
}

// use holds the handle open during a call: against Close by the lock, against the garbage collector by its release.
func (h *handle[T]) use(call func(*T) error) error {
	h.mutex.RLock()
	defer h.mutex.RUnlock()
	if h.pointer == nil {
		return ErrClosed
	}
	return call(h.pointer)
}

func (h *handle[T]) close() {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.pointer != nil {
		h.free(h.pointer)
		h.pointer = nil
		runtime.SetFinalizer(h, nil)
	}
}

// ready is what every call with a time begins with: the library is the one that is meant, and the time can be told.
func ready(at time.Time) (C.uint64_t, error) {
	if err := sameInterface(); err != nil {
		return 0, err
	}
	millis := at.UnixMilli()
	if millis < 0 {
		return 0, &Error{Result: ResultField, Text: "the time lies before 1970; give one after, such as time.Now()"}
	}
	return C.uint64_t(millis), nil
}

// sameInterface compares the library that was loaded with the header that this was compiled with.
func sameInterface() error {
	if found := uint32(C.paykka_abi_version()); found != C.PAYKKA_ABI_VERSION {
		return fmt.Errorf("paykkasign: the library has interface %d, and %d is wanted; install the one that belongs to the header", found, C.PAYKKA_ABI_VERSION)
	}
	return nil
}

// input is what C reads. cgo keeps it where it is during the call.
type input struct {
	pointer unsafe.Pointer
	len     C.size_t
}

func text(text string) input {
	return bytes([]byte(text))
}

// optional is NULL where there is nothing.
func optional(value *string) input {
	if value == nil {
		return input{}
	}
	return text(*value)
}

// bytes is never NULL: what is empty isn't absent.
func bytes(bytes []byte) input {
	if len(bytes) == 0 {
		return input{unsafe.Pointer(&make([]byte, 1)[0]), 0}
	}
	return input{unsafe.Pointer(&bytes[0]), C.size_t(len(bytes))}
}

func (i input) chars() *C.char {
	return (*C.char)(i.pointer)
}

func (i input) bytes() *C.uint8_t {
	return (*C.uint8_t)(i.pointer)
}

// buffer is what C writes into.
type buffer struct {
	pointer unsafe.Pointer
	len     C.size_t
	written *C.size_t
}

func (b buffer) chars() *C.char {
	return (*C.char)(b.pointer)
}

func (b buffer) bytes() *C.uint8_t {
	return (*C.uint8_t)(b.pointer)
}

// filled calls with a buffer of the size that always fits, and once more where it didn't.
func filled(size int, call func(buffer, *C.PaykkaError) C.PaykkaResult) ([]byte, error) {
	for {
		memory := make([]byte, size)
		var written C.size_t
		var failure C.PaykkaError
		result := call(buffer{unsafe.Pointer(&memory[0]), C.size_t(size), &written}, &failure)
		if result == C.PAYKKA_RESULT_BUFFER_TOO_SMALL && int(written) > size {
			size = int(written)
			continue
		}
		if err := judged(result, &failure); err != nil {
			return nil, err
		}
		return memory[:written], nil
	}
}

func judged(result C.PaykkaResult, failure *C.PaykkaError) error {
	if result == C.PAYKKA_RESULT_OK {
		return nil
	}
	return &Error{Result: Result(result), Text: C.GoString(&failure.text[0])}
}
