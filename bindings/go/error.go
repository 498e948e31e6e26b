package paykkasign

/*
#include "paykka_sign.h"
*/
import "C"

import "errors"

// ErrClosed is returned for a key or ring that was closed.
var ErrClosed = errors.New("paykkasign: it was closed; close it after its last use")

// Error is why a call failed. Take it by [errors.As].
type Error struct {
	// Result is the reason, for programs.
	Result Result
	// Text names the thing and the fix. It never holds a key, a passphrase, a body or a whole header.
	Text string
}

// Error is the text for people.
func (e *Error) Error() string {
	return "paykkasign: " + e.Text
}

// Is makes [errors.Is] find an error by its [Result].
func (e *Error) Is(target error) bool {
	result, ok := target.(Result)
	return ok && result == e.Result
}

// Refused says whether a message is at fault: malformed, out of bounds, of an unknown key, forged, early or late. Of
// [KeyRing.Verify]: don't use the message. Whatever it says, an error is never a message that may be used.
func (e *Error) Refused() bool {
	switch e.Result {
	case ResultField, ResultHeader, ResultUnknownKey, ResultSignature, ResultEarly, ResultLate:
		return true
	default:
		return false
	}
}

// Result is the number of a reason. A later library may have others than those here.
type Result uint32

// The reasons. What to do about each stands in paykka_sign.h.
const (
	ResultNullPointer    Result = 1001
	ResultInvalidLength  Result = 1002
	ResultInvalidUTF8    Result = 1003
	ResultBufferTooSmall Result = 1004
	ResultPanic          Result = 1005
	ResultKey            Result = 1100
	ResultField          Result = 1101
	ResultHeader         Result = 1102
	ResultUnknownKey     Result = 1103
	ResultSignature      Result = 1104
	ResultEarly          Result = 1105
	ResultLate           Result = 1106
	ResultBackend        Result = 1107
)

// Error is a short text, so that a result can be the target of [errors.Is].
func (r Result) Error() string {
	return C.GoString(C.paykka_result_text(C.uint32_t(r)))
}
