// What the C++ wrapper adds: exceptions, ends, and moves. Arguments: the files of a private key, of the same key under the
// passphrase `passphrase`, and of its public key.
#include <utility>

#include "paykka.hpp"

#include "../../c/tests/common.h"

namespace {

std::string content(const char *name) {
    Bytes file = read_file(name);
    std::string copy(reinterpret_cast<const char *>(file.data), file.len);
    free(file.data);
    return copy;
}

template <typename Error, typename Call> void throws(PaykkaResult result, const char *step, Call call) {
    try {
        call();
    } catch (const Error &error) {
        if (error.result() != result || std::string(error.what()).empty()) {
            fail(step, error.what());
        }
        return;
    }
    fail(step, "nothing was thrown");
}

}  // namespace

int main(int argc, char **argv) try {
    if (argc != 4) {
        fail(argv[0], "three files of keys are wanted");
    }
    const std::string encrypted = content(argv[2]), public_key = content(argv[3]);
    paykka::signing_key key("K001", content(argv[1]));
    throws<paykka::error>(PAYKKA_RESULT_KEY, "no passphrase", [&] { paykka::signing_key("K001", encrypted); });
    throws<paykka::error>(PAYKKA_RESULT_KEY, "wrong one", [&] { paykka::signing_key("K001", encrypted, "no"); });
    const paykka::signing_key other("K001", encrypted, "passphrase");

    const paykka::message message{"/api/v2/merch/account/balance", "M1", "{\"a\":1}"};
    if (key.sign(message, 1, "abcdef") != other.sign(message, 1, "abcdef")) {
        fail("sign", "one key signs in two ways");
    }
    auto ring = paykka::key_ring::for_loopback();
    throws<paykka::error>(PAYKKA_RESULT_KEY, "empty ring", [&] { ring.verify(key.sign(message), message); });
    throws<paykka::error>(PAYKKA_RESULT_KEY, "published", [&] { paykka::key_ring().add("K001", public_key); });
    ring.add("K001", public_key);
    const paykka::signing_key moved = std::move(key);
    const auto verified = ring.verify(moved.sign(message), message);
    if (verified.key_id != "K001" || verified.nonce.size() != PAYKKA_NONCE_LEN) {
        fail("verify", "other facts");
    }
    throws<paykka::error>(PAYKKA_RESULT_NULL_POINTER, "moved from", [&] { key.sign(message); });

    const std::string value = moved.sign({"/api/v2/merch/account/balance", "M1", "{\"a\": 1}"});
    throws<paykka::refused>(PAYKKA_RESULT_SIGNATURE, "other body", [&] { ring.verify(value, message); });
    if (ring.diagnose(value, message).find("body-reformatted") == std::string::npos) {
        fail("diagnose", "the cause isn't named");
    }
    throws<paykka::error>(PAYKKA_RESULT_FIELD, "empty merchant", [&] { moved.sign({"/a", ""}); });
    throws<paykka::error>(PAYKKA_RESULT_FIELD, "a merchant of nothing", [&] { moved.sign({"/a", std::string_view()}); });
    ring.remove("K001");
    throws<paykka::error>(PAYKKA_RESULT_UNKNOWN_KEY, "removed twice", [&] { ring.remove("K001"); });
    ring.add_only(public_key);
    ring.verify(moved.sign(message), message);
    return 0;
} catch (const std::exception &error) {
    fail("exception", error.what());
    return 1;
}
